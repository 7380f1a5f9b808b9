"""The discount codes, taxes and delivery methods of a REST checkout."""

from abandoned_checkouts.checkouts.checkout import DiscountCode, ShippingLine
from abandoned_checkouts.checkouts.converters import amount_or_zero
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.line_item import TaxLine
from abandoned_checkouts.shopify.formats import rest_keys
from abandoned_checkouts.shopify.formats.from_rest.line_item import set_amounts, tax_line_from_rest
from abandoned_checkouts.shopify.formats.rest_object import PRICE_SET


def codes_from_rest(source: list[UntypedJson] | None) -> list[DiscountCode]:
    return [_code(item) for item in source or ()]


def _code(source: UntypedJson) -> DiscountCode:
    code: DiscountCode = {
        "code": str(source["code"]),
        "amount": amount_or_zero(source.get("amount")),
        "type": source.get("type") or "fixed_amount",
    }
    extra = rest_keys.DISCOUNT_CODE.unmapped(source)
    if extra:
        code["extra"] = extra
    return code


def taxes_from_rest(source: list[UntypedJson] | None) -> list[TaxLine]:
    return [tax_line_from_rest(item, rest_keys.CHECKOUT_TAX, 0) for item in source or ()]


def shipping_lines_from_rest(source: list[UntypedJson] | None) -> list[ShippingLine]:
    return [_shipping_line(item) for item in source or ()]


def _shipping_line(source: UntypedJson) -> ShippingLine:
    amount = amount_or_zero(source.get("price"))
    amounts = set_amounts(source.get(PRICE_SET)) or (amount, amount)
    line: ShippingLine = {
        "title": source.get("title"),
        "code": source.get("code"),
        "amount": amounts[0],
        "presentment_amount": amounts[1],
    }
    extra = rest_keys.SHIPPING_LINE.unmapped(source)
    if extra:
        line["extra"] = extra
    return line
