"""Completes the lines of a storefront's checkout from the products of the store."""

from collections.abc import Iterable, Iterator

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.money import format_price
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.whole_number import whole_number
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.reading.shop_rows import rows_where

# The title of the only variant of a product.
_DEFAULT_TITLE = "Default Title"


async def complete_lines(connection: Connection, shop: Shop, sources: Iterable[object]) -> None:
    """Add what a line with a `variant_id` does not say and the store knows: title, SKU, vendor, product and price.

    `sources` are checkouts as they were sent, and are changed. A price is added only in the shop's currency. Lines of
    unknown variants stay as they are.
    """
    lines = [each for source in sources if isinstance(source, dict) for each in _incomplete(source)]
    if not lines:
        return
    numbers = list({number for _, number, _ in lines})
    variants = {row["id"]: row for row in await rows_where(connection, "product_variants", shop.id, "id", numbers)}
    products_of = list({row["product_id"] for row in variants.values()})
    products = {row["id"]: row for row in await rows_where(connection, "products", shop.id, "id", products_of)}
    for line, number, currency in lines:
        variant = variants.get(number)
        product = None if variant is None else products.get(variant["product_id"])
        if variant is not None and product is not None:
            values = _values(variant, product)
            if currency not in (None, "", shop.currency):
                del values["price"]
            line.update({name: value for name, value in values.items() if line.get(name) is None})


def _values(variant: Row, product: Row) -> UntypedJson:
    return {
        "product_id": product["id"],
        "title": product["title"],
        "variant_title": None if variant["title"] == _DEFAULT_TITLE else variant["title"],
        "sku": variant["sku"],
        "vendor": product["vendor"] or None,
        "price": format_price(variant["price"]),
    }


def _incomplete(source: UntypedJson) -> Iterator[tuple[UntypedJson, int, object]]:
    """The lines with a variant, but without a title or a price, each with the variant's number and the currency. A
    source may be invalid; its lines are checked later."""
    lines = source.get("line_items")
    for line in lines if isinstance(lines, list) else ():
        if not isinstance(line, dict) or (line.get("title") is not None and line.get("price") is not None):
            continue
        variant = line.get("variant_id")
        number = whole_number(str(variant)) if isinstance(variant, int | str) else None
        if number:
            yield line, number, source.get("currency")
