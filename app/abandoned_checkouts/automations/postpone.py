"""Decides whether a step that is due waits longer: for the end of the quiet hours, or for a mail server."""

from dataclasses import dataclass

from abandoned_checkouts.automations.decide import Refusal
from abandoned_checkouts.automations.flow import Flow, Step
from abandoned_checkouts.automations.parse_flows import parse_flow
from abandoned_checkouts.automations.wait import Wait, end_of_waits, needs_buyers_zone
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.checkouts.moment import DAY, HOUR, MINUTE
from abandoned_checkouts.checkouts.quiet_hours import end_of_quiet_hours, parse_quiet_hours, zone_of_buyer
from abandoned_checkouts.checkouts.shop import Shop

NO_MAIL_SERVER = "no mail server; set ABANDONED_CHECKOUTS_SMTP_URL"
# A step that waits for a mail server looks for one this often.
SERVER_CHECK = 10 * MINUTE


@dataclass(frozen=True, slots=True)
class Postponement:
    """Until when a due step waits, in microseconds, and the reason that the log shows."""

    until: int
    reason: str


def mail_server_warning(definition: Json) -> str | None:
    """The warning when this flow is turned on without a mail server. None if the flow sends no mail."""
    flow = parse_flow(definition)
    if not flow.sends_mails:
        return None
    days = flow.conditions.newer_than_days
    return (
        f"the flow sends mails, but no mail server is set; they wait for up to {days} day{'s' * (days != 1)}. "
        "Set ABANDONED_CHECKOUTS_SMTP_URL, and restart the server."
    )


def quiet_until(shop: Shop, checkout: Checkout, now: int) -> Postponement | None:
    """Whether a mail waits because it is night for the buyer, by the shop's setting `quiet_hours`."""
    text = shop.settings.get("quiet_hours")
    if not text:
        return None
    hours, zone = parse_quiet_hours(str(text)), zone_of_buyer(checkout, shop)
    until = end_of_quiet_hours(hours, now, zone)
    return None if until is None else Postponement(until, f"quiet hours {hours} ({zone})")


def without_mail_server(
    flow: Flow, step: Step, checkout: Checkout, shop: Shop, created_at: int, now: int
) -> Postponement | Refusal:
    """The result for a due mail without a mail server: it waits, but not longer than the flow's `newer_than_days`.

    `created_at` is when the waits of the step began, in microseconds.
    """
    days = flow.conditions.newer_than_days
    if now - was_due(step, checkout, shop, created_at) > days * DAY:
        return Refusal(f"{NO_MAIL_SERVER}; the mail waited longer than newer_than_days ({days})", for_good=True)
    return Postponement(now + SERVER_CHECK, NO_MAIL_SERVER)


def without_accepted_code(flow: Flow, due_at: int, problem: str, now: int) -> Postponement | Refusal:
    """The result for a step whose discount code the shop's webhook did not accept: it asks again, but not longer than
    the flow's `newer_than_days`. Each pause is as long as the step has waited, at least a minute and at most an
    hour."""
    days, reason = flow.conditions.newer_than_days, f"the shop's webhook did not accept the discount code: {problem}"
    if now - due_at > days * DAY:
        return Refusal(f"{reason}; it was asked for newer_than_days ({days})")
    return Postponement(now + min(max(now - due_at, MINUTE), HOUR), reason)


def was_due(step: Step, checkout: Checkout, shop: Shop, created_at: int) -> int:
    """When the waits ended of a step that was scheduled at `created_at`."""
    return end_of_waits(step.waits, created_at, shop.timezone, buyers_zone_if_needed(step.waits, checkout, shop))


def buyers_zone_if_needed(waits: tuple[Wait, ...], checkout: Checkout | None, shop: Shop) -> str | None:
    """The buyer's time zone, if a wait is in it. The shop's, if nothing is known of the buyer."""
    if not needs_buyers_zone(waits):
        return None
    return shop.timezone if checkout is None else zone_of_buyer(checkout, shop)
