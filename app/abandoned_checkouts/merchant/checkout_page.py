"""The page of one checkout: its timeline, its buyer, its cart, and what a person can do with it."""

from starlette.responses import Response

from abandoned_checkouts.checkouts.address import Address, formatted
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.lifecycle import rules_of, state_of
from abandoned_checkouts.checkouts.recovery_link import recovery_key_of
from abandoned_checkouts.control.endpoint import existing, number_in
from abandoned_checkouts.merchant.amounts import amounts_of
from abandoned_checkouts.merchant.checkout_list import table_rows
from abandoned_checkouts.merchant.labels import CONSENT_STATES, EMAIL_STATES, STATES
from abandoned_checkouts.merchant.people import buyer_of
from abandoned_checkouts.merchant.reminder import reason_text
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.merchant.story import story_of
from abandoned_checkouts.recovery.links import cart_link
from abandoned_checkouts.store.checkouts.notes import LONGEST_NOTE, notes_of
from abandoned_checkouts.store.checkouts.of_buyer import orders_of, other_checkouts
from abandoned_checkouts.store.checkouts.recovery_links import discount_of
from abandoned_checkouts.store.checkouts.timeline import BOUGHT_ELSEWHERE, timeline_of
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.flow_facts import current_checkout
from abandoned_checkouts.store.flows.tasks import tasks_of
from abandoned_checkouts.store.privacy.email_opens import opens_of
from abandoned_checkouts.store.privacy.retention_marks import is_on_hold
from abandoned_checkouts.store.sync.seen import gone_at_of
from abandoned_checkouts.work.send_by_hand import why_not

_OTHERS = 20


async def checkout_page(visit: Visit) -> Response:
    number, shop = number_in(visit.request, "checkout_id"), visit.shop
    async with visit.database.read() as connection:
        checkout = existing(await current_checkout(connection, shop, number))
        timeline = await timeline_of(connection, shop, checkout)
        notes = await notes_of(connection, shop, number)
        tasks = await tasks_of(connection, shop, number)
        code = await discount_of(connection, shop, number, visit.now)
        customer = checkout.customer
        opens = None if customer is None or customer.id is None else await opens_of(connection, shop, customer.id)
        others = await table_rows(visit, connection, await other_checkouts(connection, shop, checkout, _OTHERS))
        orders = await orders_of(connection, shop, checkout, _OTHERS)
        reason = await why_not(connection, shop, checkout)
        is_held = await is_on_hold(connection, shop, number)
        gone_at = (await gone_at_of(connection, shop.id, [checkout])).get(number)
    state = state_of(checkout, visit.now, rules_of(shop))
    return visit.page(
        "checkout.html",
        checkout=checkout,
        buyer=buyer_of(checkout),
        state=STATES[state],
        is_bought_elsewhere=any(entry.name == BOUGHT_ELSEWHERE for entry in timeline),
        is_abandoned=checkout.abandoned_at is not None,
        is_held=is_held,
        email_state=EMAIL_STATES.get(checkout.email_state or "not_sent", checkout.email_state or ""),
        consent=CONSENT_STATES.get(customer.email_marketing_state if customer is not None else "", ""),
        phone=checkout.phone or (customer.phone if customer is not None else None) or "",
        email=checkout.email or (customer.email if customer is not None else None) or "",
        addresses=_addresses(checkout),
        amounts=amounts_of(checkout, visit.words, visit.address),
        link=cart_link(visit.address, shop, checkout, recovery_key_of(shop, checkout)),
        code=None if code is None else code.code,
        opens=opens,
        gone_on="" if gone_at is None else visit.words.day(gone_at, visit.zone),
        story=story_of(visit, checkout, timeline, notes),
        tasks=[task for task in tasks if task["done_at"] is None],
        others=others,
        orders=[_order(visit, row) for row in orders],
        reason="" if reason is None else reason_text(visit.words, reason),
        most_note=LONGEST_NOTE,
    )


def _addresses(checkout: Checkout) -> list[tuple[bool, list[str]]]:
    """Whether an address is that of shipping, and its lines. Equal addresses are shown once."""
    shown: list[tuple[bool, list[str]]] = []
    for is_shipping, address in ((True, checkout.shipping_address), (False, checkout.billing_address)):
        lines = _lines(address)
        if lines and lines not in [each for _shipping, each in shown]:
            shown.append((is_shipping, lines))
    return shown


def _lines(address: Address | None) -> list[str]:
    if not address:
        return []
    phone = address.get("phone")
    return [*formatted(address, with_name=True, with_company=True), *([phone] if phone else [])]


def _order(visit: Visit, row: Row) -> dict[str, object]:
    return {
        "name": row["name"],
        "at": visit.words.day(row["created_at"], visit.zone),
        "total": visit.words.money(row["total_price"], row["currency"]),
        "is_cancelled": row["cancelled_at"] is not None,
    }
