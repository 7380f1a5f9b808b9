"""From events to flows: each event that a shop's flow waits for begins it, others let waiting steps be decided now."""

import logging
from collections.abc import Sequence

from abandoned_checkouts.automations.decide import FlowFacts, is_too_old, recipient_of, refuses, refuses_step
from abandoned_checkouts.automations.flow import Flow, SendEmail
from abandoned_checkouts.automations.parse_flows import FlowError, read_flow
from abandoned_checkouts.automations.wait import Wait, after
from abandoned_checkouts.checkouts.activity import Activity
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.moment import format_utc
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.stored_document import read_checkout_document, read_customer_document
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.flow_facts import current_checkout, saved_search_query
from abandoned_checkouts.store.flows.flow_steps import (
    cancel_waiting_steps,
    checkouts_of_customer,
    has_steps,
    hasten_steps,
    log_kept_activities,
    schedule_step,
)
from abandoned_checkouts.store.flows.flows import list_flows
from abandoned_checkouts.store.privacy.unsubscribed import is_unsubscribed, recipient_key
from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from abandoned_checkouts.store.tenants.shops import find_shop

log = logging.getLogger(__name__)

_TRIGGERS = {
    "checkout_created": "created",
    "checkout_abandoned": "abandoned",
    "checkout_updated": "updated",
}
# After these nothing that waits is to be done any more; the steps themselves find out why.
_OVER = frozenset(("checkout_completed", "checkout_recovered", "checkout_closed", "checkout_deleted"))
_CONSENT = frozenset(("customer_email_marketing_consent_updated", "customer_updated"))
# The log of the checkout says of these steps that they are scheduled, each with its channel.
CHANNELS = {"send_email": "EMAIL", "send_notification": "NOTIFICATION", "create_task": "TASK"}
FIELDS = checkout_fields(extended=True)


async def begin_flows(connection: Connection, events: Sequence[Row], now: int) -> None:
    """Called with the events that are handed out, in the transaction that marks them so: each is seen once.

    What goes wrong with one event is undone and logged; it must not hold up deliveries.
    """
    shops: dict[int, tuple[Shop | None, list[Row]]] = {}
    for event in events:
        number = event["shop_id"]
        if number not in shops:
            shop = await find_shop(connection, number)
            shops[number] = (shop, [] if shop is None else await list_flows(connection, shop, active=True))
        shop, flows = shops[number]
        if shop is None:
            continue
        try:
            async with connection.begin_nested():
                await _take(connection, shop, flows, event, now)
        except Exception:
            log.exception("flows of shop %s cannot take event %s", number, event["id"])


async def _take(connection: Connection, shop: Shop, flows: list[Row], event: Row, now: int) -> None:
    kind, checkout_id = event["kind"], event["checkout_id"]
    if kind in _OVER and checkout_id is not None:
        await hasten_steps(connection, shop, [checkout_id], now)
    elif kind in _CONSENT:
        customer = read_customer_document(event["document"])
        if customer.email_marketing_state != "SUBSCRIBED":
            numbers = await checkouts_of_customer(connection, shop, customer.id)
            await _decide_mails(connection, shop, flows, numbers, now)
    if kind == "checkout_abandoned":
        await log_kept_activities(connection, shop, checkout_id, now)
    trigger = _TRIGGERS.get(kind)
    for row in flows:
        if trigger is not None and row["definition"].get("trigger", "abandoned") == trigger:
            flow = read(row)
            if flow is not None:
                await _begin(connection, shop, row["id"], flow, read_checkout_document(event["document"]), now)


async def _decide_mails(connection: Connection, shop: Shop, flows: list[Row], numbers: list[int], now: int) -> None:
    """Mails about these checkouts are due now if consent is gone: else they stay where they are."""
    for number in numbers:
        checkout = await current_checkout(connection, shop, number)
        if checkout is None:
            continue
        customer = checkout.customer
        refused = customer is not None and customer.email_marketing_state == "UNSUBSCRIBED"
        strict = any(row["definition"].get("only_if", {}).get("consent") == "subscribed" for row in flows)
        if refused or (strict and customer is not None and customer.email_marketing_state != "SUBSCRIBED"):
            await hasten_steps(connection, shop, [number], now, action="send_email")


def read(row: Row) -> Flow | None:
    try:
        return read_flow(row["definition"])
    except FlowError as problem:
        log.warning("flow %s of shop %s cannot be read: %s", row["id"], row["shop_id"], problem)
        return None


async def _begin(connection: Connection, shop: Shop, flow_id: int, flow: Flow, reported: Checkout, now: int) -> None:
    number = reported.id or 0
    checkout = await current_checkout(connection, shop, number) or reported
    if is_too_old(flow, checkout, now):
        return
    if await has_steps(connection, shop, flow_id, number):
        if flow.trigger != "updated":
            return
        await cancel_waiting_steps(connection, shop, flow_id, number, now)
    name = flow.conditions.saved_search
    saved, to = None if name is None else await saved_search_query(connection, shop, name), recipient_of(checkout)
    left = to is not None and await is_unsubscribed(connection, shop, recipient_key(shop, to))
    facts = FlowFacts(shop, checkout, now, is_unsubscribed=left, saved_query=saved)
    verdict, of_mails = refuses(flow, facts, FIELDS), refuses_step(flow, SendEmail(), facts)
    mails = of_mails is None or not of_mails.for_good
    if verdict is None and not mails and all(isinstance(step.action, SendEmail) for step in flow.steps):
        verdict = of_mails
    first = flow.steps[0]
    began = (checkout.abandoned_at or now) if flow.trigger == "abandoned" else now
    if verdict is None:
        await schedule(connection, shop, flow_id, flow, number, 0, began, now, mails=mails)
    else:
        skipped: Activity = {
            "activity_type": "AUTOMATION_SKIPPED",
            "created_at": now,
            "reason": f"{flow.name}: {verdict.reason}",
        }
        await schedule_step(
            connection,
            shop,
            flow_id=flow_id,
            checkout_id=number,
            position=0,
            action=first.action.kind,
            due_at=now,
            now=now,
            state="cancelled",
            reason=verdict.reason,
            activities=[skipped],
        )


async def schedule(
    connection: Connection,
    shop: Shop,
    flow_id: int,
    flow: Flow,
    checkout_id: int,
    position: int,
    since: int,
    now: int,
    *,
    mails: bool = True,
) -> None:
    """Schedule the step at that place of the flow, or nothing at its end; `since` is when its waits begin.

    Without `mails` it is the next step that is none, after the waits before it.
    """
    waits: tuple[Wait, ...] = ()
    for step in flow.steps[position:]:
        waits += step.waits
        if mails or not isinstance(step.action, SendEmail):
            break
        position += 1
    else:
        return
    due_at = after(waits, since, shop.timezone)
    channel = CHANNELS.get(step.action.kind)
    scheduled: Activity = {
        "activity_type": "SCHEDULED",
        "created_at": now,
        "channel": channel,
        "reason": f"{flow.name}: due {format_utc(max(due_at, now))}",
    }
    await schedule_step(
        connection,
        shop,
        flow_id=flow_id,
        checkout_id=checkout_id,
        position=position,
        action=step.action.kind,
        due_at=due_at,
        now=now,
        activities=[] if channel is None else [scheduled],
    )
