"""Loads flows, and the facts that `automations/decide` needs."""

import logging

from abandoned_checkouts.automations.decide import FlowFacts, recipient_of
from abandoned_checkouts.automations.flow import Flow
from abandoned_checkouts.automations.parse_flows import FlowError, parse_flow
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.flow_facts import saved_search_query
from abandoned_checkouts.store.privacy.consent import has_refused
from abandoned_checkouts.store.privacy.unsubscribed import is_unsubscribed, recipient_key
from abandoned_checkouts.store.search.checkout_fields import checkout_fields

log = logging.getLogger(__name__)

# The fields that a flow's search may name.
FIELDS = checkout_fields(extended=True)


def flow_of(row: Row) -> Flow | None:
    """The flow of a row, or None if its definition is invalid, which is logged."""
    try:
        return parse_flow(row["definition"])
    except FlowError as problem:
        log.warning("flow %s of shop %s is invalid: %s", row["id"], row["shop_id"], problem)
        return None


async def facts_of_flow(
    connection: Connection, shop: Shop, flow: Flow, checkout: Checkout | None, now: int, *, is_active: bool
) -> FlowFacts:
    """The current facts. `checkout` is the current one, or None if it was deleted."""
    recipient = None if checkout is None else recipient_of(checkout)
    unsubscribed = recipient is not None and await is_unsubscribed(connection, shop, recipient_key(shop, recipient))
    if checkout is not None and not unsubscribed:
        customer = checkout.customer
        phone = checkout.phone or (None if customer is None else customer.phone)
        unsubscribed = await has_refused(connection, shop, recipient, phone)
    name = flow.conditions.saved_search
    return FlowFacts(
        shop=shop,
        checkout=checkout,
        now=now,
        is_active=is_active,
        is_unsubscribed=unsubscribed,
        saved_query=None if name is None else await saved_search_query(connection, shop, name),
    )
