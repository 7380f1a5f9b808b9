"""The consumer of events that starts flows. It also ends waits early, such as after a purchase."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial

import orjson

from abandoned_checkouts.automations.decide import Refusal, is_too_old, why_flow_stops, why_step_is_skipped
from abandoned_checkouts.automations.flow import Branch, Flow, OnlyWait, SendEmail
from abandoned_checkouts.checkouts.activity import Activity
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.event_kind import EventKind
from abandoned_checkouts.checkouts.lifecycle import rules_of
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.stored_document import read_checkout_document, read_customer_document
from abandoned_checkouts.store.checkouts.people import (
    checkouts_of_person,
    claim_purchase_of_order,
    note_purchase,
    person_of_checkout,
)
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.flow_facts import current_checkout
from abandoned_checkouts.store.flows.flow_people import count_purchase
from abandoned_checkouts.store.flows.flow_steps import (
    cancel_waiting_steps,
    checkouts_of_customer,
    has_steps,
    hasten_steps,
    log_kept_activities,
    schedule_step,
)
from abandoned_checkouts.store.flows.flows import list_flows
from abandoned_checkouts.work.load_flow import FIELDS, facts_of_flow, flow_of
from abandoned_checkouts.work.schedule_steps import schedule

_TRIGGERS: dict[EventKind, str] = {
    "checkout_created": "created",
    "checkout_abandoned": "abandoned",
    "checkout_updated": "updated",
}
# After these events, waiting steps are due at once. The next decision cancels them and logs the reason.
_SETTLED: tuple[EventKind, ...] = (
    "checkout_completed",
    "checkout_recovered",
    "checkout_closed",
    "checkout_deleted",
)
_CONSENT: tuple[EventKind, ...] = ("customer_email_marketing_consent_updated", "customer_updated")
# After these events, the buyer is not reminded of other carts either.
_PURCHASES: tuple[EventKind, ...] = ("checkout_completed", "checkout_recovered")
KINDS_FOR_FLOWS: frozenset[EventKind] = frozenset((*_TRIGGERS, *_SETTLED, *_CONSENT, "order_placed"))


async def flows_of_shop(connection: Connection, shop: Shop, now: int) -> Callable[[Row], Awaitable[None]]:
    """The function that takes one event of the shop."""
    return partial(_take, connection, shop, await list_flows(connection, shop, active=True), now)


async def _take(connection: Connection, shop: Shop, flows: Sequence[Row], now: int, event: Row) -> None:
    kind, checkout_id = event["kind"], event["checkout_id"]
    if kind == "order_placed":
        placed = orjson.loads(event["document"])
        await _hasten_other_steps(connection, shop, placed["customers"], None, now)
        # Events that were written before an update of this program have no amount.
        if "amount" in placed:
            window = rules_of(shop).attribution
            await count_purchase(connection, shop, placed["customers"], placed["amount"], placed["bought_at"], window)
    if kind in _PURCHASES and checkout_id is not None:
        await _note_purchase(connection, shop, read_checkout_document(event["document"]), now)
    if kind in _SETTLED and checkout_id is not None:
        await hasten_steps(connection, shop, [checkout_id], now)
    elif kind in _CONSENT:
        await _hasten_refused_mails(connection, shop, flows, event, now)
    elif kind == "checkout_abandoned":
        await log_kept_activities(connection, shop, checkout_id, now)
    if kind in _TRIGGERS:
        for row in flows:
            if row["definition"].get("trigger", "abandoned") == _TRIGGERS[kind]:
                await _start(connection, shop, row, read_checkout_document(event["document"]), now)


async def _note_purchase(connection: Connection, shop: Shop, bought: Checkout, now: int) -> None:
    """Record the purchase for the person, and end the reminders of their other checkouts."""
    person = await person_of_checkout(connection, shop, bought)
    bought_at, amount = bought.completed_at or now, bought.total_price
    is_counted = await claim_purchase_of_order(connection, shop, bought)
    if await note_purchase(connection, shop, person, f"checkout/{bought.id}", bought_at) and not is_counted:
        await count_purchase(connection, shop, person, amount, bought_at, rules_of(shop).attribution)
    await _hasten_other_steps(connection, shop, person, bought.id, now)


async def _hasten_other_steps(
    connection: Connection, shop: Shop, person: Collection[int], bought_id: int | None, now: int
) -> None:
    """Make the waiting steps of a person's other checkouts due now: the decision cancels them, and the log says why."""
    numbers = [number for number in await checkouts_of_person(connection, shop, person) if number != bought_id]
    if numbers:
        await hasten_steps(connection, shop, numbers, now)


async def _hasten_refused_mails(connection: Connection, shop: Shop, flows: Sequence[Row], event: Row, now: int) -> None:
    """Make the scheduled mails to a customer due now if they lack consent, so that the decision skips and logs them."""
    customer = read_customer_document(event["document"])
    if customer.email_marketing_state == "SUBSCRIBED":
        return
    needs_consent = any(row["definition"].get("only_if", {}).get("consent") == "subscribed" for row in flows)
    for number in await checkouts_of_customer(connection, shop, customer.id):
        checkout = await current_checkout(connection, shop, number)
        state = None if checkout is None or checkout.customer is None else checkout.customer.email_marketing_state
        if state == "UNSUBSCRIBED" or (needs_consent and state not in (None, "SUBSCRIBED")):
            await hasten_steps(connection, shop, [number], now, action="send_email")


async def _start(connection: Connection, shop: Shop, row: Row, reported: Checkout, now: int) -> None:
    """Start a flow for the checkout of an event, unless it has already started or its conditions are not met."""
    flow, number = flow_of(row), reported.id or 0
    # A checkout that arrives recovered needs no mail, so its log must not say that a mail was held back.
    if flow is None or reported.recovered_at is not None:
        return
    checkout = await current_checkout(connection, shop, number) or reported
    if is_too_old(flow, checkout, now):
        return
    if await has_steps(connection, shop, row["id"], number):
        if flow.trigger != "updated":
            return
        await cancel_waiting_steps(connection, shop, row["id"], number, now)
    facts = await facts_of_flow(connection, shop, flow, row["id"], checkout, now, is_active=True)
    of_mails = why_step_is_skipped(flow, SendEmail(), facts)
    may_mail = of_mails is None or not of_mails.for_good
    refusal = why_flow_stops(flow, facts, FIELDS)
    if refusal is None and not may_mail and _only_mails(flow):
        refusal = of_mails
    if refusal is not None:
        await _log_skipped(connection, shop, row["id"], flow, number, refusal, now)
        return
    since = (checkout.abandoned_at or now) if flow.trigger == "abandoned" else now
    await schedule(connection, shop, row["id"], flow, number, flow.steps[0], since, now, mails=may_mail)


def _only_mails(flow: Flow) -> bool:
    return all(isinstance(step.action, SendEmail | Branch | OnlyWait) for step in flow.all_steps())


async def _log_skipped(
    connection: Connection, shop: Shop, flow_id: int, flow: Flow, number: int, refusal: Refusal, now: int
) -> None:
    """Record the first step as cancelled, so that the log says why and the flow is not started again."""
    skipped: Activity = {
        "activity_type": "AUTOMATION_SKIPPED",
        "created_at": now,
        "reason": f"{flow.name}: {refusal.reason}",
    }
    await schedule_step(
        connection,
        shop,
        flow_id=flow_id,
        checkout_id=number,
        position=flow.steps[0].number,
        action=flow.steps[0].action.kind,
        due_at=now,
        now=now,
        state="cancelled",
        reason=refusal.reason,
        activities=[skipped],
    )
