"""Facts as they were at an earlier moment, and the decision about a step at that moment, for a dry run."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from abandoned_checkouts.automations.decide import (
    MAIL_WINDOW,
    FlowFacts,
    why_condition_fails,
    why_flow_stops,
    why_step_is_skipped,
)
from abandoned_checkouts.automations.flow import ApplyDiscount, Branch, Flow, OnlyWait, SendEmail, Step
from abandoned_checkouts.automations.postpone import quiet_until
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.link_discount import LinkDiscount
from search_syntax import FieldSet


@dataclass(frozen=True, slots=True)
class PastDecision:
    """The result of a step at an earlier moment: `runs` (a mail is sent, another action done), `skipped`, `stops` (the
    flow ends), `waits` until `until`, or `silent` (a wait or a branch, with `is_met`)."""

    kind: Literal["runs", "skipped", "stops", "waits", "silent"]
    reason: str | None = None
    until: int = 0
    is_met: bool | None = None


def checkout_at(checkout: Checkout, at: int) -> Checkout:
    """The checkout before what happened to it later. Its cart and its buyer are those of today."""

    def before(moment: int | None) -> int | None:
        return None if moment is None or moment > at else moment

    sent = before(checkout.email_sent_at)
    return replace(
        checkout,
        completed_at=before(checkout.completed_at),
        recovered_at=before(checkout.recovered_at),
        closed_at=before(checkout.closed_at),
        lapsed_at=before(checkout.lapsed_at),
        email_sent_at=sent,
        email_state="not_sent" if sent is None else checkout.email_state,
    )


def facts_at(
    facts: FlowFacts,
    checkout: Checkout,
    at: int,
    *,
    is_most_significant: bool,
    other_mails: int,
    mails: Sequence[int],
    codes: Sequence[int],
) -> FlowFacts:
    """The facts of today as they were at a moment.

    `other_mails` counts the mails of other flows in the week before. `mails` and `codes` are the moments at which the
    dry run would have written to the person, or issued a code.
    """
    person, bought_at = facts.person, facts.person.bought_elsewhere_at
    real = person.last_code_at
    issued = [moment for moment in (*codes, *([] if real is None else [real])) if moment <= at]
    return replace(
        facts,
        checkout=checkout,
        now=at,
        code=LinkDiscount("code") if codes else facts.code,
        person=replace(
            person,
            bought_elsewhere_at=None if bought_at is None or bought_at > at else bought_at,
            is_most_significant=is_most_significant,
            other_flow=None,
            mails=other_mails + sum(at - MAIL_WINDOW < moment <= at for moment in mails),
            last_code_at=max(issued, default=None),
        ),
    )


def decide_at(flow: Flow, step: Step, facts: FlowFacts, fields: FieldSet) -> PastDecision:
    """The same decision as when the flow runs (work/flow_runner); a mail server is assumed."""
    refusal, action, checkout = why_flow_stops(flow, facts, fields), step.action, facts.checkout
    if refusal is not None or checkout is None:
        return PastDecision("stops", "the checkout was deleted" if refusal is None else refusal.reason)
    if isinstance(action, OnlyWait):
        return PastDecision("silent")
    if isinstance(action, Branch):
        reason = why_condition_fails(action.condition, facts, fields)
        return PastDecision("silent", reason, is_met=reason is None)
    refusal = why_step_is_skipped(flow, action, facts)
    if refusal is not None:
        return PastDecision("skipped", refusal.reason)
    if facts.person.is_held_out and not isinstance(action, SendEmail):
        return PastDecision("skipped", "held out")
    quiet = quiet_until(facts.shop, checkout, facts.now) if isinstance(action, SendEmail) else None
    if quiet is not None:
        return PastDecision("waits", quiet.reason, until=quiet.until)
    return PastDecision("stops", "held out") if facts.person.is_held_out else PastDecision("runs")


def issues_code(step: Step) -> bool:
    return isinstance(step.action, ApplyDiscount)
