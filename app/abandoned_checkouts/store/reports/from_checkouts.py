"""The facts that a stored checkout shows, and its products."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout, has_contact
from abandoned_checkouts.checkouts.constructor import constructor
from abandoned_checkouts.checkouts.lifecycle import rules_of
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.reports.facts import CheckoutFacts, ProductShare, days_of
from abandoned_checkouts.reports.shopper import shopper_of
from abandoned_checkouts.store.engine.prepared import rows_with
from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.engine.statements import chunks, put_rows
from abandoned_checkouts.store.engine.stored_numbers import stored_numbers
from abandoned_checkouts.store.reports.fact_rows import row_of
from abandoned_checkouts.store.reports.note_facts import (
    NOTHING_PREPARED,
    PreparedFacts,
    PreparedSums,
    note_checkouts,
)
from abandoned_checkouts.store.tables import purchases, report_products


def prepared_facts(shop: Shop, checkout: Checkout) -> PreparedFacts | None:
    """The facts of a checkout that is new and has its number, computed before the transaction. None if they depend on
    the store: on the mails and visits before a purchase, or on the customer."""
    if checkout.recovered_at is not None or checkout.customer is None:
        return None
    facts = abandoned_facts(shop, checkout, None)
    days = days_of(facts, shop.timezone)
    return PreparedFacts(facts, days, row_of(shop.id, checkout.id or 0, facts, days))


async def note_abandoned(
    connection: AsyncConnection,
    shop: Shop,
    checkouts: Sequence[Checkout],
    prepared: Mapping[int, PreparedFacts] = NOTHING_PREPARED,
    counted: PreparedSums | None = None,
) -> None:
    """Record the facts of abandoned checkouts after they were saved. `prepared` are facts by the checkout's number, and
    `counted` their counts, which this changes."""
    elsewhere = await _bought_elsewhere(connection, shop, checkouts)
    reported = {}
    for checkout in checkouts:
        number = checkout.id or 0
        ready = None if number in elsewhere else prepared.get(number)
        reported[number] = abandoned_facts(shop, checkout, elsewhere.get(number)) if ready is None else ready.facts
    await note_checkouts(connection, shop, reported, prepared, counted)
    if counted is not None and counted.number == len(prepared) == len(checkouts):
        products = counted.products
    else:
        products = {}
        for each in checkouts:
            products.update(product_rows(shop, each.line_items))
    rows = [products[key] for key in sorted(products)]
    await put_rows(connection, report_products, ("shop_id", "key", "title", "image"), rows)


async def _bought_elsewhere(connection: AsyncConnection, shop: Shop, checkouts: Sequence[Checkout]) -> dict[int, int]:
    """When the customer of each checkout first bought something else within the attribution. The consumer of events
    (work/count_elsewhere) adds purchases that come later, and those of the person's other customer numbers."""
    bought: dict[int, list[tuple[int, str]]] = {}
    people = {each.customer_id for each in checkouts if each.customer_id is not None}
    for part in chunks(await stored_numbers(connection, purchases, "customer_id", shop.id, sorted(people))):
        statement = rows_with(purchases, "customer_id", ("customer_id", "bought_at", "source"))
        for row in await connection.execute(statement, {"shop_id": shop.id, "values": part}):
            bought.setdefault(row.customer_id, []).append((row.bought_at, row.source))
    if not bought:
        return {}
    window, found = rules_of(shop).attribution, {}
    for checkout in checkouts:
        start, own = checkout.abandoned_at or 0, f"checkout/{checkout.id}"
        others = bought.get(checkout.customer_id or 0, ())
        moments = [at for at, source in others if start <= at < start + window and source != own]
        if moments:
            found[checkout.id or 0] = min(moments)
    return found


_new_facts = constructor(
    CheckoutFacts,
    "begun_at",
    "has_contact",
    "currency",
    "presentment_currency",
    "total",
    "presentment_total",
    "abandoned_at",
    "recovered_at",
    "mailed_at",
    "elsewhere_at",
    "shopper",
    "products",
)


def abandoned_facts(shop: Shop, checkout: Checkout, elsewhere_at: int | None) -> CheckoutFacts:
    return _new_facts(
        checkout.created_at,
        True,
        checkout.currency,
        checkout.presentment_currency or checkout.currency,
        checkout.total_price,
        checkout.presentment_total_price,
        checkout.abandoned_at,
        checkout.recovered_at,
        checkout.email_sent_at,
        elsewhere_at,
        # The stored facts keep the shopper of an erased checkout.
        None if checkout.erased_at is not None else shopper_of(shop, checkout),
        _products(checkout.line_items),
    )


def open_facts(checkout: Checkout, contact_at: int | None) -> CheckoutFacts:
    """The facts of a checkout that is open, or was bought before it was abandoned."""
    return CheckoutFacts(
        begun_at=checkout.created_at,
        has_contact=contact_at is not None or has_contact(checkout),
        currency=checkout.currency,
        presentment_currency=checkout.presentment_currency or checkout.currency,
        total=checkout.total_price,
        presentment_total=checkout.presentment_total_price,
    )


def product_rows(shop: Shop, lines: Sequence[LineItem]) -> dict[str, RowValues]:
    """The rows of the products of lines in report_products, by the products' keys."""
    rows: dict[str, RowValues] = {}
    for line in lines:
        key, image = product_key(line), None if line.image is None else orjson.dumps(line.image).decode()
        rows[key] = (shop.id, key, line.title or line.sku or "", image)
    return rows


def product_key(line: LineItem) -> str:
    """The number of the product, else a hash of the title."""
    if line.product_id is not None:
        return str(line.product_id)
    return "t" + blake2b((line.title or line.sku or "").encode(), digest_size=8).hexdigest()


def _products(lines: Sequence[LineItem]) -> tuple[ProductShare, ...]:
    found: dict[str, ProductShare] = {}
    for line in lines:
        key, quantity, amount = product_key(line), line.quantity, line.discounted_total_price
        before = found.get(key)
        if before is not None:
            quantity, amount = before.quantity + quantity, before.amount + amount
        found[key] = ProductShare(key, quantity, amount)
    return tuple([found[key] for key in sorted(found)])
