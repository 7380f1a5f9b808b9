"""Baskets of the demo shop: line items with prices in both currencies, bundles and add-ons."""

import random
from decimal import Decimal
from functools import cache, lru_cache
from itertools import accumulate

from abandoned_checkouts.checkouts.identity import line_item_key
from abandoned_checkouts.checkouts.line_item import Attribute, Component, Image, LineItem
from abandoned_checkouts.checkouts.money import UNIT, convert
from abandoned_checkouts.demo.products import VENDOR, DemoProduct, DemoVariant, products

_ENGRAVINGS = ("M & J", "Happy Birthday", "Grandma", "Est. 2024", "für Oma")
# The title of a line without a product, as for a custom order or a deleted product.
_CUSTOM = "Made to measure"


def basket(chance: random.Random, token: str, currency: str, rate: Decimal) -> list[tuple[LineItem, str]]:
    """The line items of a checkout, each with the type of its product. `rate` is the price of a US dollar."""
    count = chance.choices((1, 2, 3, 4, 6), (38, 30, 18, 10, 4))[0]
    chosen: dict[int, DemoProduct] = {}
    while len(chosen) < count:
        product = chance.choices(products(), cum_weights=_cumulative_weights())[0]
        chosen[product.id] = product
    lines: list[tuple[LineItem, str]] = []
    for product in chosen.values():
        lines.append(
            (_line(chance, product, chance.choice(product.variants), token, len(lines), currency, rate), product.kind)
        )
    for add_on, share in (("Gift Wrap", 0.06), ("Five-Year Care Plan", 0.04)):
        if chance.random() < share:
            product = next(each for each in products() if each.title == add_on)
            line = _line(chance, product, product.variants[0], token, len(lines), currency, rate)
            line.quantity, line.parent_position = 1, 0
            line.original_total_price = line.original_unit_price
            line.presentment_original_total_price = line.presentment_original_unit_price
            lines.append((line, product.kind))
    if chance.random() < 0.03:
        lines.append((_custom(chance, token, len(lines), currency, rate), "Custom"))
    return lines


@cache
def _cumulative_weights() -> list[int]:
    return list(accumulate(product.weight for product in products()))


@lru_cache(maxsize=4096)
def in_currency(amount: int, rate: Decimal, currency: str) -> int:
    return convert(amount, rate, currency)


def _line(
    chance: random.Random,
    product: DemoProduct,
    variant: DemoVariant,
    token: str,
    position: int,
    currency: str,
    rate: Decimal,
) -> LineItem:
    quantity = chance.choices((1, 2, 3, 4), (70, 19, 7, 4))[0]
    price = in_currency(variant.price, rate, currency)
    has_default = variant.title == "Default Title"
    attributes: list[Attribute] = []
    if product.kind in ("Paper", "Cookware") and chance.random() < 0.12:
        attributes.append({"key": "Engraving", "value": chance.choice(_ENGRAVINGS)})
    return LineItem(
        key=line_item_key(token, position),
        quantity=quantity,
        title=product.title,
        variant_title=None if has_default else variant.title,
        sku=variant.sku,
        vendor=VENDOR,
        product_id=product.id,
        variant_id=variant.id,
        original_unit_price=variant.price,
        presentment_original_unit_price=price,
        original_total_price=variant.price * quantity,
        presentment_original_total_price=price * quantity,
        image=image_of(product),
        custom_attributes=attributes,
        components=_components(product) if product.parts else None,
        extra={"grams": 250 + product.id % 17 * 90},
    )


def _custom(chance: random.Random, token: str, position: int, currency: str, rate: Decimal) -> LineItem:
    amount = chance.randrange(20, 160) * UNIT
    price = in_currency(amount, rate, currency)
    return LineItem(
        key=line_item_key(token, position),
        quantity=1,
        title=_CUSTOM,
        vendor=VENDOR,
        original_unit_price=amount,
        presentment_original_unit_price=price,
        original_total_price=amount,
        presentment_original_total_price=price,
        custom_attributes=[{"key": "Width", "value": f"{chance.randrange(60, 240)} cm"}],
    )


def image_of(product: DemoProduct) -> Image:
    return {
        "id": product.image_id,
        "url": product.image_path,
        "alt_text": f"{product.title}, drawn in one colour",
        "width": 600,
        "height": 600,
    }


def _components(product: DemoProduct) -> list[Component]:
    found: list[Component] = []
    for quantity, place in product.parts:
        part = products()[place]
        variant = part.variants[0]
        found.append(
            {
                "id": f"gid://shopify/AbandonedCheckoutLineItemComponent/{variant.id}",
                "title": part.title,
                "variant_title": None if variant.title == "Default Title" else variant.title,
                "quantity": quantity,
                "image": image_of(part),
            }
        )
    return found
