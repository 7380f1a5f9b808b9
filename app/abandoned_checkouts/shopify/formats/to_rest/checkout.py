"""From a Checkout to the JSON object of Shopify's REST API and webhooks."""

from collections.abc import Sequence
from operator import attrgetter

from abandoned_checkouts.checkouts.checkout import Checkout, DiscountApplication, DiscountCode, ShippingLine
from abandoned_checkouts.checkouts.json_types import Json, UntypedJson
from abandoned_checkouts.checkouts.line_item import Attribute, DiscountAllocation, LineItem, TaxLine
from abandoned_checkouts.checkouts.moment import format_local
from abandoned_checkouts.checkouts.money import format_price
from abandoned_checkouts.shopify.formats import rest_keys
from abandoned_checkouts.shopify.formats.from_rest.discounts import KINDS
from abandoned_checkouts.shopify.formats.rest_object import (
    AMOUNT_SET,
    AMOUNT_SETS,
    PRICE_SET,
    RestKeys,
    rest_object,
)
from abandoned_checkouts.shopify.formats.to_rest.customer import address_to_rest, customer_to_rest
from abandoned_checkouts.shopify.formats.to_rest.not_restored import add_more

# The key of each total in both currencies, and a function that returns both amounts of a checkout.
_BOTH_AMOUNTS = tuple((key, attrgetter(name, f"presentment_{name}")) for name, key in AMOUNT_SETS.items())
_KIND_NAMES = {kind: name for name, kind in KINDS.items()}


def checkout_to_rest(checkout: Checkout, *, zone: str) -> Json:
    """The object with Shopify's keys in Shopify's order. Times are written in `zone`, the shop's."""
    return _checkout(checkout, zone, both_currencies=False)


def checkouts_for_export(checkouts: Sequence[Checkout], *, zone: str) -> list[UntypedJson]:
    """The same with what REST has no key for, so that an import restores the checkouts exactly.

    `…_set` has amounts in both currencies, if the buyer's is not the shop's. `more` has every other field that
    an import would not restore.
    """
    sources = [_checkout(each, zone, both_currencies=each.presentment_currency != each.currency) for each in checkouts]
    for source, checkout in zip(sources, checkouts, strict=True):
        add_more(source, checkout, zone)
    return sources


def _checkout(checkout: Checkout, zone: str, *, both_currencies: bool) -> UntypedJson:
    money = _Money(checkout.currency, checkout.presentment_currency or checkout.currency, both_currencies)
    values: Json = {
        "id": checkout.id,
        "token": checkout.token,
        "cart_token": checkout.cart_token,
        "email": checkout.email,
        "buyer_accepts_marketing": checkout.buyer_accepts_marketing,
        "created_at": format_local(checkout.created_at, zone),
        "updated_at": format_local(checkout.updated_at, zone),
        "note": checkout.note or None,
        "note_attributes": _attributes(checkout.custom_attributes),
        "shipping_lines": [_shipping(line, money) for line in checkout.shipping_lines],
        "taxes_included": checkout.taxes_included,
        "currency": checkout.currency,
        "completed_at": None if checkout.completed_at is None else format_local(checkout.completed_at, zone),
        "closed_at": None if checkout.closed_at is None else format_local(checkout.closed_at, zone),
        "phone": checkout.phone,
        "customer_locale": checkout.locale,
        "line_items": [_line_item(line, checkout, money) for line in checkout.line_items],
        "name": checkout.name,
        "abandoned_checkout_url": checkout.abandoned_checkout_url,
        "discount_codes": [_code(code) for code in checkout.discount_codes],
        "tax_lines": [_tax(tax, rest_keys.CHECKOUT_TAX, 0, money) for tax in checkout.tax_lines],
        "presentment_currency": checkout.presentment_currency or checkout.currency,
        "total_discounts": format_price(checkout.total_discount),
        "total_line_items_price": format_price(checkout.total_line_items_price),
        "total_price": format_price(checkout.total_price),
        "total_tax": None if checkout.total_tax is None else format_price(checkout.total_tax),
        "subtotal_price": format_price(checkout.subtotal_price),
        "total_duties": None if checkout.total_duties is None else format_price(checkout.total_duties),
        "billing_address": address_to_rest(checkout.billing_address, rest_keys.ADDRESS),
        "shipping_address": address_to_rest(checkout.shipping_address, rest_keys.ADDRESS),
    }
    whole = rest_object(values, rest_keys.CHECKOUT, None)
    # Shopify puts the customer last. One without an id is in `extra`.
    del whole["customer"]
    if checkout.customer is not None:
        whole["customer"] = customer_to_rest(checkout.customer, zone)
    whole.update(rest_keys.CHECKOUT.writable(checkout.extra))
    if both_currencies:
        # Discounts, tips and delivery are often zero.
        zero = money.in_both(format_price(0), 0)
        for key, amounts in _BOTH_AMOUNTS:
            amount, presentment = amounts(checkout)
            if amount == presentment == 0:
                whole[key] = zero
            elif amount is not None and presentment is not None:
                whole[key] = money.in_both(format_price(amount), presentment)
    return whole


class _Money:
    """Writes amounts in both currencies, if an object needs them."""

    def __init__(self, currency: str, presentment_currency: str, both: bool) -> None:
        self.currency, self.presentment_currency, self.both = currency, presentment_currency, both

    def in_both(self, price: str, presentment_amount: int) -> Json:
        """`price` is the text of the amount in the shop's currency."""
        return {
            "shop_money": {"amount": price, "currency_code": self.currency},
            "presentment_money": {
                "amount": format_price(presentment_amount),
                "currency_code": self.presentment_currency,
            },
        }

    def with_both(self, source: Json, key: str, price: str, presentment_amount: int) -> Json:
        if self.both:
            source[key] = self.in_both(price, presentment_amount)
        return source


def _line_item(line: LineItem, checkout: Checkout, money: _Money) -> Json:
    price = format_price(line.original_unit_price)
    values: UntypedJson = {
        "discount_allocations": line.discount_allocations
        and [_allocation(item, checkout, money) for item in line.discount_allocations],
        "key": line.key.partition("?")[0] or None,
        "presentment_title": line.title,
        "presentment_variant_title": line.variant_title,
        "product_id": line.product_id,
        "properties": _attributes(line.custom_attributes) or None,
        "quantity": line.quantity,
        "sku": line.sku,
        "tax_lines": line.tax_lines
        and [_tax(tax, rest_keys.LINE_TAX, position, money) for position, tax in enumerate(line.tax_lines, 1)],
        "title": line.title,
        "variant_id": line.variant_id,
        "variant_price": price,
        "variant_title": line.variant_title,
        "vendor": line.vendor,
        "line_price": format_price(line.original_unit_price * line.quantity),
        "price": price,
    }
    source = rest_object(values, rest_keys.LINE_ITEM, rest_keys.LINE_ITEM.writable(line.extra))
    return money.with_both(source, PRICE_SET, price, line.presentment_original_unit_price)


def _allocation(item: DiscountAllocation, checkout: Checkout, money: _Money) -> Json:
    index, discounts = item["application"], checkout.discount_applications
    discount: DiscountApplication = discounts[index] if 0 <= index < len(discounts) else {}
    on_all = discount.get("target_selection", "ALL") == "ALL"
    amount = format_price(item["amount"])
    values: Json = {
        "amount": amount,
        "description": discount.get("code") or discount.get("title"),
        "application_type": _KIND_NAMES.get(discount.get("kind", "manual"), "manual"),
        "discount_class": "ORDER" if on_all else "PRODUCT",
    }
    source = rest_object(values, rest_keys.DISCOUNT_ALLOCATION, item.get("extra"))
    return money.with_both(source, AMOUNT_SET, amount, item["presentment_amount"])


def _tax(tax: TaxLine, keys: RestKeys, position: int, money: _Money) -> Json:
    price, rate = format_price(tax["amount"]), tax.get("rate")
    values: Json = {
        "price": price,
        "position": position,
        "rate": rate,
        "title": tax.get("title"),
        "source": tax.get("source"),
        "tax_calculation_price": price,
        "compare_at": rate,
        "channel_liable": tax.get("channel_liable"),
    }
    source = rest_object(values, keys, tax.get("extra"))
    return money.with_both(source, PRICE_SET, price, tax["presentment_amount"])


def _shipping(line: ShippingLine, money: _Money) -> Json:
    amount = line.get("amount", 0)
    price = format_price(amount)
    values = {"code": line.get("code"), "price": price, "title": line.get("title")}
    source = rest_object(values, rest_keys.SHIPPING_LINE, line.get("extra"))
    return money.with_both(source, PRICE_SET, price, line.get("presentment_amount", amount))


def _code(code: DiscountCode) -> Json:
    values = {"code": code["code"], "amount": format_price(code["amount"]), "type": code["type"]}
    return rest_object(values, rest_keys.DISCOUNT_CODE, code.get("extra"))


def _attributes(attributes: list[Attribute]) -> list[Json]:
    if not attributes:
        return []
    return [{"name": item["key"], "value": item["value"]} for item in attributes]
