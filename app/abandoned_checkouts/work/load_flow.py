"""Loads flows, and the facts that `automations/decide` needs."""

import logging
from collections.abc import Collection

import orjson

from abandoned_checkouts.automations.cart_conditions import NOTHING_KNOWN, CartFacts
from abandoned_checkouts.automations.decide import MAIL_WINDOW, FlowFacts, PersonFacts, recipient_of
from abandoned_checkouts.automations.flow import Flow
from abandoned_checkouts.automations.flow_errors import FlowError
from abandoned_checkouts.automations.holdout import is_held_out, person_key
from abandoned_checkouts.automations.number_steps import stored_numbers, with_numbers
from abandoned_checkouts.automations.parse_flows import parse_flow
from abandoned_checkouts.automations.person_conditions import PersonHistory
from abandoned_checkouts.checkouts.caches import cached_texts
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.people import (
    bought_elsewhere_at,
    contact_of,
    is_most_significant,
    person_of_checkout,
)
from abandoned_checkouts.store.checkouts.person_history import history_of
from abandoned_checkouts.store.checkouts.recovery_links import discount_of
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.discount_codes import last_code_at, list_counts
from abandoned_checkouts.store.flows.flow_facts import saved_search_query
from abandoned_checkouts.store.flows.flow_people import was_held_out
from abandoned_checkouts.store.flows.flows import find_flow
from abandoned_checkouts.store.flows.person_mails import earlier_flow, mails_since
from abandoned_checkouts.store.flows.sold_out import product_types, sold_out_lines
from abandoned_checkouts.store.privacy.consent import has_refused
from abandoned_checkouts.store.privacy.mail_bounces import why_blocked
from abandoned_checkouts.store.privacy.unsubscribed import is_unsubscribed, recipient_key
from abandoned_checkouts.store.search.checkout_fields import checkout_fields

log = logging.getLogger(__name__)

# The fields that a flow's search may name.
FIELDS = checkout_fields(extended=True)


def flow_of(row: Row) -> Flow | None:
    """The flow of a row, or None if its definition is invalid, which is logged."""
    numbers = row["step_numbers"]
    try:
        return _parsed(
            orjson.dumps(row["definition"]).decode(), None if numbers is None else orjson.dumps(numbers).decode()
        )
    except FlowError as problem:
        log.warning("flow %s of shop %s is invalid: %s", row["id"], row["shop_id"], problem)
        return None


# Each step of each buyer needs the flow, and to parse it takes ten times as long as to find it here.
@cached_texts(32, 10_000, 100_000)
def _parsed(definition: str, numbers: str | None) -> Flow:
    flow = parse_flow(orjson.loads(definition))
    return with_numbers(flow, stored_numbers(None if numbers is None else orjson.loads(numbers), flow))


async def facts_of_flow(
    connection: Connection,
    shop: Shop,
    flow: Flow,
    flow_id: int,
    checkout: Checkout | None,
    now: int,
    *,
    is_active: bool,
) -> FlowFacts:
    """The current facts. `flow_id` is the number of the flow. `checkout` is the current one, or None if it was
    deleted."""
    recipient = None if checkout is None else recipient_of(checkout)
    key = None if recipient is None else recipient_key(shop, recipient)
    unsubscribed = key is not None and await is_unsubscribed(connection, shop, key)
    if checkout is not None and not unsubscribed:
        customer = checkout.customer
        phone = checkout.phone or (None if customer is None else customer.phone)
        unsubscribed = await has_refused(connection, shop, recipient, phone)
    saved = {condition.saved_search for condition in flow.conditions_used()} - {None}
    queries = {str(name): await saved_search_query(connection, shop, str(name)) for name in saved}
    return FlowFacts(
        shop=shop,
        checkout=checkout,
        now=now,
        is_active=is_active,
        is_unsubscribed=unsubscribed,
        blocked=None if key is None else await why_blocked(connection, shop, key),
        cart=NOTHING_KNOWN if checkout is None else await _cart(connection, shop, flow, checkout),
        code=None if checkout is None else await discount_of(connection, shop, checkout.id or 0, now),
        codes_left=await codes_left(connection, shop, flow, now),
        saved_queries={name: query for name, query in queries.items() if query is not None},
        person=PersonFacts() if checkout is None else await _person(connection, shop, flow, flow_id, checkout, now),
    )


async def codes_left(connection: Connection, shop: Shop, flow: Flow, now: int) -> dict[str, int]:
    """The number of codes that are left, by the lists that the flow names."""
    names = flow.code_lists
    counts = await list_counts(connection, shop, now) if names else []
    return {row["list_name"]: row["left"] for row in counts if row["list_name"] in names}


async def _cart(connection: Connection, shop: Shop, flow: Flow, checkout: Checkout) -> CartFacts:
    """What is sold out, and for conditions on products their types."""
    gone = await sold_out_lines(connection, shop, checkout)
    if not any(condition.cart.products for condition in flow.conditions_used()):
        return CartFacts(gone)
    return CartFacts(gone, await product_types(connection, shop, checkout))


async def _person(
    connection: Connection, shop: Shop, flow: Flow, flow_id: int, checkout: Checkout, now: int
) -> PersonFacts:
    people, recipient = await person_of_checkout(connection, shop, checkout), recipient_of(checkout)
    other = await earlier_flow(connection, shop, people, checkout, flow_id)
    other_row = None if other is None else await find_flow(connection, shop, other)
    key = None if recipient is None else recipient_key(shop, recipient)
    customer, contact = contact_of(shop, checkout)
    person = person_key(shop, contact, customer)
    return PersonFacts(
        bought_elsewhere_at=await bought_elsewhere_at(connection, shop, people, checkout),
        is_most_significant=await is_most_significant(connection, shop, people, checkout),
        other_flow=None if other_row is None or not other_row["is_active"] else str(other_row["name"]),
        mails=0 if key is None else await mails_since(connection, shop, key, now - MAIL_WINDOW),
        key=person,
        customers=frozenset(people),
        is_held_out=bool(flow.holdout) and await _is_held_out(connection, shop, flow, flow_id, person, people),
        last_code_at=await last_code_at(connection, shop, person, people) if flow.issues_codes else None,
        history=await _history(connection, shop, flow, people, checkout),
    )


async def _history(
    connection: Connection, shop: Shop, flow: Flow, people: Collection[int], checkout: Checkout
) -> PersonHistory:
    if not any(condition.person for condition in flow.conditions_used()):
        return PersonHistory()
    customer = checkout.customer
    state = "not_subscribed" if customer is None else customer.email_marketing_state.lower()
    return PersonHistory(**await history_of(connection, shop, people), subscriber=state)


async def _is_held_out(
    connection: Connection, shop: Shop, flow: Flow, flow_id: int, person: str, people: Collection[int]
) -> bool:
    """A person keeps their group, also if the share of the flow or their address changes."""
    known = await was_held_out(connection, shop, flow_id, person, people)
    return is_held_out(shop, flow_id, person, flow.holdout) if known is None else known
