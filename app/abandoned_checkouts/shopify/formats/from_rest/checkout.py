"""A REST checkout, as `checkouts.json`, webhooks and exported files hold it, becomes a Checkout.

Keys that the neutral nouns have no place for are kept in `extra`, so that the writer gives them back.
"""

from abandoned_checkouts.checkouts.checkout import Checkout, DiscountCode, ShippingLine
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.line_item import TaxLine
from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.checkouts.money import parse_amount
from abandoned_checkouts.checkouts.rejected import UNEXPECTED, RejectedRecordError, rejection
from abandoned_checkouts.checkouts.totals import charges, price_line
from abandoned_checkouts.checkouts.value_checks import check_checkout, flag
from abandoned_checkouts.shopify.formats import rest_keys
from abandoned_checkouts.shopify.formats.from_rest.customer import address_from_rest, customer_from_rest
from abandoned_checkouts.shopify.formats.from_rest.discounts import discounts_from_rest
from abandoned_checkouts.shopify.formats.from_rest.line_item import (
    attributes_from_rest,
    line_item_from_rest,
    set_amounts,
    tax_line_from_rest,
)
from abandoned_checkouts.shopify.formats.rest_extras import apply_more


def checkout_from_rest(source: object, *, zone: str = "UTC") -> Checkout:
    """The checkout of a decoded JSON object; times without an offset are in `zone`. Raises RejectedRecordError."""
    if type(source) is not dict:
        raise RejectedRecordError("a checkout is a JSON object")
    try:
        checkout = _read(source, zone)
        check_checkout(checkout)
        return checkout
    except UNEXPECTED as problem:
        raise rejection(problem, "Shopify's checkouts have", missing="the key {} is missing") from None


def _read(source: UntypedJson, zone: str) -> Checkout:
    get = source.get
    number, token = get("id"), get("token")
    if number is None and not token:
        raise RejectedRecordError('the checkout has neither "id" nor "token", so it could not be found again')
    if number is not None:
        number = int(number)
        if not 0 < number < 1 << 62:
            raise RejectedRecordError(f"the id {number} is not one that Shopify gives")
    currency = get("currency")
    if not isinstance(currency, str) or not currency:
        raise RejectedRecordError('the checkout has no "currency"')
    created = get("created_at")
    if not created:
        raise RejectedRecordError('the checkout has no "created_at"')
    created_at = parse_moment(created, zone)
    updated, completed, closed = get("updated_at"), get("completed_at"), get("closed_at")
    extra = rest_keys.CHECKOUT.remainder(source)
    buyer_currency = get("presentment_currency")
    if buyer_currency and buyer_currency != currency and "total_price_set" not in source:
        # REST gives amounts in the shop's currency only and no rate: they stand for the buyer's too, and the
        # currency that the buyer saw is kept to be written again.
        extra = {**(extra or {}), "presentment_currency": buyer_currency}
        buyer_currency = currency
    customer = get("customer")
    person = customer_from_rest(customer, created_at, zone) if customer else None
    if customer and person is None:
        extra = {**(extra or {}), "customer": customer}
    lines = get("line_items") or []
    codes = [_code(item) for item in get("discount_codes") or []]
    applications, index = discounts_from_rest(source, lines, codes, currency)
    billing, shipping = get("billing_address"), get("shipping_address")
    billing_address = address_from_rest(billing)
    # Mostly they are the same; each gets a number of its own.
    shipping_address = (
        billing_address.copy() if billing_address and shipping == billing else address_from_rest(shipping)
    )
    checkout = Checkout(
        platform="shopify",
        id=number,
        token=token or None,
        cart_token=get("cart_token"),
        name=get("name"),
        email=get("email"),
        phone=get("phone"),
        locale=get("customer_locale"),
        buyer_accepts_marketing=flag(get("buyer_accepts_marketing")),
        abandoned_checkout_url=get("abandoned_checkout_url"),
        created_at=created_at,
        updated_at=parse_moment(updated, zone) if updated else created_at,
        completed_at=parse_moment(completed, zone) if completed else None,
        closed_at=parse_moment(closed, zone) if closed else None,
        currency=currency,
        presentment_currency=buyer_currency or currency,
        taxes_included=flag(get("taxes_included")),
        note=get("note") or "",
        custom_attributes=attributes_from_rest(get("note_attributes")),
        billing_address=billing_address,
        shipping_address=shipping_address,
        customer=person,
        customer_id=person.id if person is not None else None,
        discount_codes=codes,
        discount_applications=applications,
        tax_lines=[_tax(item) for item in get("tax_lines") or []],
        shipping_lines=[_shipping(item) for item in get("shipping_lines") or []],
        line_items=[line_item_from_rest(item, position, token or "", index) for position, item in enumerate(lines)],
        extra=extra,
    )
    code_indexes = {place for place, item in enumerate(applications) if item.get("kind") == "code"}
    for line, item in zip(checkout.line_items, lines, strict=True):
        price_line(line, code_indexes.__contains__)
        if rest_keys.MORE in item:
            apply_more(line, item[rest_keys.MORE])
    _totals(source, checkout)
    more = get(rest_keys.MORE)
    if more is not None:
        apply_more(checkout, more)
    known = len(checkout.discount_applications)
    for line in checkout.line_items:
        for allocation in line.discount_allocations:
            if not 0 <= allocation["application"] < known:
                raise RejectedRecordError("a line names a discount that the checkout does not have")
    return checkout


def _totals(source: UntypedJson, checkout: Checkout) -> None:
    """The totals that the source gives; those that it leaves out follow from the lines."""
    get = source.get
    lines = get("total_line_items_price")
    checkout.total_line_items_price = (
        sum(line.original_total_price for line in checkout.line_items) if lines is None else parse_amount(lines)
    )
    discount = get("total_discounts")
    checkout.total_discount = (
        sum(item["amount"] for line in checkout.line_items for item in line.discount_allocations)
        if discount is None
        else parse_amount(discount)
    )
    subtotal = get("subtotal_price")
    checkout.subtotal_price = (
        checkout.total_line_items_price - checkout.total_discount if subtotal is None else parse_amount(subtotal)
    )
    tax, duties, total = get("total_tax"), get("total_duties"), get("total_price")
    checkout.total_tax = None if tax is None else parse_amount(tax)
    checkout.total_duties = None if duties is None else parse_amount(duties)
    if total is None:
        checkout.total_shipping = sum(line["amount"] for line in checkout.shipping_lines)
        checkout.total_price = checkout.subtotal_price + charges(checkout)
    else:
        # What a delivery costs after discounts is not said anywhere: it is what is missing to the total.
        checkout.total_price = parse_amount(total)
        left = checkout.total_price - checkout.subtotal_price - charges(checkout)
        checkout.total_shipping = left if left >= 0 else sum(line["amount"] for line in checkout.shipping_lines)
    checkout.presentment_total_line_items_price = checkout.total_line_items_price
    checkout.presentment_total_discount = checkout.total_discount
    checkout.presentment_subtotal_price = checkout.subtotal_price
    checkout.presentment_total_shipping = checkout.total_shipping
    checkout.presentment_total_tax = checkout.total_tax
    checkout.presentment_total_duties = checkout.total_duties
    checkout.presentment_total_price = checkout.total_price
    if "total_price_set" in source:
        for name, key in rest_keys.AMOUNT_SETS.items():
            both = set_amounts(source.get(key))
            if both is not None:
                setattr(checkout, name, both[0])
                setattr(checkout, f"presentment_{name}", both[1])


def _code(source: UntypedJson) -> DiscountCode:
    code: DiscountCode = {
        "code": str(source["code"]),
        "amount": parse_amount(source.get("amount") or 0),
        "type": source.get("type") or "fixed_amount",
    }
    extra = rest_keys.DISCOUNT_CODE.remainder(source)
    if extra:
        code["extra"] = extra
    return code


def _tax(source: UntypedJson) -> TaxLine:
    return tax_line_from_rest(source, rest_keys.CHECKOUT_TAX, 0)


def _shipping(source: UntypedJson) -> ShippingLine:
    amount = presentment = parse_amount(source.get("price") or 0)
    both = set_amounts(source.get(rest_keys.PRICE_SET))
    if both is not None:
        amount, presentment = both
    line: ShippingLine = {
        "title": source.get("title"),
        "code": source.get("code"),
        "amount": amount,
        "presentment_amount": presentment,
    }
    extra = rest_keys.SHIPPING_LINE.remainder(source)
    if extra:
        line["extra"] = extra
    return line
