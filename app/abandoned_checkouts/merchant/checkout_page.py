"""The page of one checkout: its buyer, its timeline and its cart."""

from starlette.responses import Response

from abandoned_checkouts.checkouts.lifecycle import rules_of, state_of
from abandoned_checkouts.checkouts.recovery_link import recovery_key_of
from abandoned_checkouts.control.endpoint import existing, number_in
from abandoned_checkouts.merchant.labels import EMAIL_STATES, LABELS, STATES
from abandoned_checkouts.merchant.people import buyer_of
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.recovery.cart import cart_of
from abandoned_checkouts.recovery.languages import language_of
from abandoned_checkouts.recovery.links import cart_link
from abandoned_checkouts.store.checkouts.recovery_links import discount_of
from abandoned_checkouts.store.checkouts.timeline import BOUGHT_ELSEWHERE, timeline_of
from abandoned_checkouts.store.flows.flow_facts import current_checkout
from abandoned_checkouts.store.privacy.email_opens import opens_of


async def checkout_page(visit: Visit) -> Response:
    number, shop = number_in(visit.request, "checkout_id"), visit.shop
    async with visit.database.read() as connection:
        checkout = existing(await current_checkout(connection, shop, number))
        entries = await timeline_of(connection, shop, checkout)
        code = await discount_of(connection, shop, number, visit.now)
        customer = checkout.customer
        opens = None if customer is None or customer.id is None else await opens_of(connection, shop, customer.id)
    return visit.page(
        "checkout.html",
        checkout=checkout,
        buyer=buyer_of(checkout),
        state=STATES[state_of(checkout, visit.now, rules_of(shop))],
        email_state=EMAIL_STATES.get(checkout.email_state or "not_sent", checkout.email_state),
        cart=cart_of(checkout, language_of(visit.words.tag), visit.address),
        link=cart_link(visit.address, shop, checkout, recovery_key_of(shop, checkout)),
        code=code,
        opens=opens,
        is_bought_elsewhere=any(entry.name == BOUGHT_ELSEWHERE for entry in entries),
        entries=[(visit.words.moment(entry.at, visit.zone), entry) for entry in entries],
        labels=LABELS,
    )
