"""From a REST checkout, as `checkouts.json`, webhooks and exported files contain it, to a Checkout.

Keys that have no field are kept in `extra`, and to_rest writes them again.
"""

from collections.abc import Callable, Sequence

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.constructor import constructor
from abandoned_checkouts.checkouts.converters import (
    flag,
    int_or_zero,
    moment_or_none,
)
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.checkouts.money import parse_amount
from abandoned_checkouts.checkouts.rejected import UNEXPECTED, RejectedRecordError, json_object, rejection
from abandoned_checkouts.checkouts.totals import price_lines
from abandoned_checkouts.checkouts.value_checks import check_checkout
from abandoned_checkouts.shopify.formats import rest_keys
from abandoned_checkouts.shopify.formats.from_rest import shapes
from abandoned_checkouts.shopify.formats.from_rest.charges import (
    codes_from_rest,
    shipping_lines_from_rest,
    taxes_from_rest,
)
from abandoned_checkouts.shopify.formats.from_rest.customer import address_from_rest, customer_from_rest
from abandoned_checkouts.shopify.formats.from_rest.discounts import discounts_from_rest
from abandoned_checkouts.shopify.formats.from_rest.line_item import (
    attributes_from_rest,
    line_item_from_rest,
    set_amounts,
)
from abandoned_checkouts.shopify.formats.rest_extras import apply_more
from abandoned_checkouts.shopify.formats.rest_object import AMOUNT_SETS, MORE, values_of


def checkout_from_rest(source: object, *, zone: str = "UTC") -> Checkout:
    """The checkout of a decoded JSON object; times without an offset are in `zone`. Raises RejectedRecordError."""
    try:
        checkout = _checkout(json_object(source), zone)
        check_checkout(checkout)
        return checkout
    except UNEXPECTED as problem:
        raise rejection(problem, source, shapes.CHECKOUT) from None


def checkouts_from_rest(sources: Sequence[object], *, zone: str = "UTC") -> list[Checkout | RejectedRecordError]:
    """The checkout of each decoded JSON object, or the error that checkout_from_rest raises for it.

    Each step is done for all of them before the next step begins. For 32 checkouts, that takes three quarters of the
    time of one after the other, because the code of a step stays in the fast caches of the processor.
    """
    try:
        objects = [*map(json_object, sources)]
        checkouts = [_begun(source, zone) for source in objects]
        for step in _STEPS:
            for checkout, source in zip(checkouts, objects, strict=True):
                step(checkout, source, zone)
        for checkout in checkouts:
            check_checkout(checkout)
    except UNEXPECTED:
        return [_checkout_or_rejection(source, zone) for source in sources]
    return [*checkouts]


def _checkout_or_rejection(source: object, zone: str) -> Checkout | RejectedRecordError:
    try:
        return checkout_from_rest(source, zone=zone)
    except RejectedRecordError as problem:
        return problem


def restored_from_rest(source: UntypedJson, *, zone: str) -> Checkout:
    """The same for an object that this program has written, without the checks of values."""
    return _checkout(source, zone)


_values = values_of(
    "token",
    "cart_token",
    "name",
    "email",
    "phone",
    "customer_locale",
    "abandoned_checkout_url",
    "buyer_accepts_marketing",
    "taxes_included",
    "note",
    "note_attributes",
    "discount_codes",
    "tax_lines",
    "shipping_lines",
    "updated_at",
    "completed_at",
    "closed_at",
)
_new_checkout = constructor(
    Checkout,
    "platform",
    "id",
    "currency",
    "created_at",
    "token",
    "cart_token",
    "name",
    "email",
    "phone",
    "locale",
    "abandoned_checkout_url",
    "buyer_accepts_marketing",
    "taxes_included",
    "note",
    "custom_attributes",
    "discount_codes",
    "tax_lines",
    "shipping_lines",
    "updated_at",
    "completed_at",
    "closed_at",
    "extra",
)
# Field in the shop's currency, field in the buyer's, and the key of both amounts.
_TOTALS = tuple((name, f"presentment_{name}", key) for name, key in AMOUNT_SETS.items())
_totals = values_of(
    "total_line_items_price",
    "total_discounts",
    "subtotal_price",
    "total_price",
    "total_tax",
    "total_duties",
)


def _checkout(source: UntypedJson, zone: str) -> Checkout:
    checkout = _begun(source, zone)
    for step in _STEPS:
        step(checkout, source, zone)
    return checkout


def _begun(source: UntypedJson, zone: str) -> Checkout:
    """The checkout with the values that need no other part. The steps add the rest."""
    number, currency, created_at = _number(source), _currency(source), _created_at(source, zone)
    (
        token,
        cart_token,
        name,
        email,
        phone,
        locale,
        recovery_url,
        accepts_marketing,
        taxes_included,
        note,
        attributes,
        codes,
        taxes,
        shipping_lines,
        updated,
        completed,
        closed,
    ) = _values(source)
    return _new_checkout(
        "shopify",
        number,
        currency,
        created_at,
        token or None,
        cart_token,
        name,
        email,
        phone,
        locale,
        recovery_url,
        flag(accepts_marketing),
        flag(taxes_included),
        note or "",
        attributes_from_rest(attributes) if attributes else [],
        codes_from_rest(codes) if codes else [],
        taxes_from_rest(taxes) if taxes else [],
        shipping_lines_from_rest(shipping_lines) if shipping_lines else [],
        # A checkout that did not change has the same text twice.
        created_at if updated == source["created_at"] else moment_or_none(updated, zone) or created_at,
        moment_or_none(completed, zone),
        moment_or_none(closed, zone),
        rest_keys.CHECKOUT.unmapped(source),
    )


def _number(source: UntypedJson) -> int | None:
    number = source.get("id")
    if number is None:
        if not source.get("token"):
            raise RejectedRecordError("the checkout has neither id nor token; it needs one of them")
        return None
    number = int_or_zero(number)
    if not 0 < number < 1 << 62:
        raise RejectedRecordError(f"the id {number} is not one of Shopify's")
    return number


def _currency(source: UntypedJson) -> str:
    currency = source.get("currency")
    if not isinstance(currency, str) or not currency:
        raise RejectedRecordError("currency is missing")
    return currency


def _created_at(source: UntypedJson, zone: str) -> int:
    created_at = source.get("created_at")
    if not created_at:
        raise RejectedRecordError("created_at is missing")
    return parse_moment(created_at, zone)


def _set_presentment_currency(checkout: Checkout, source: UntypedJson) -> None:
    """REST has amounts in the shop's currency only, and no exchange rate. Exports add the buyer's amounts. Without
    them, the buyer's amounts are the shop's, and the buyer's currency is kept in `extra`."""
    currency = source.get("presentment_currency") or checkout.currency
    if currency != checkout.currency and "total_price_set" not in source:
        _keep(checkout, "presentment_currency", currency)
        currency = checkout.currency
    checkout.presentment_currency = currency


def _set_buyer(checkout: Checkout, source: UntypedJson, zone: str) -> None:
    """The buyer's currency and the customer."""
    _set_presentment_currency(checkout, source)
    customer = source.get("customer")
    if not customer:
        return
    checkout.customer = customer_from_rest(customer, checkout.created_at, zone)
    if checkout.customer is None:
        _keep(checkout, "customer", customer)
    else:
        checkout.customer_id = checkout.customer.id


def _keep(checkout: Checkout, key: str, value: object) -> None:
    checkout.extra = {**(checkout.extra or {}), key: value}


def _set_addresses(checkout: Checkout, source: UntypedJson, _zone: str) -> None:
    billing, shipping = source.get("billing_address"), source.get("shipping_address")
    address = checkout.billing_address = address_from_rest(billing)
    # They are often equal. The store gives each its own id, so they must be two objects.
    checkout.shipping_address = address.copy() if address and shipping == billing else address_from_rest(shipping)


def _set_lines(checkout: Checkout, source: UntypedJson, _zone: str) -> None:
    lines: list[UntypedJson] = source.get("line_items") or []
    applications, index = discounts_from_rest(lines, checkout.discount_codes, checkout.currency)
    token = checkout.token or ""
    checkout.discount_applications = applications
    checkout.line_items = [line_item_from_rest(item, place, token, index) for place, item in enumerate(lines)]
    if applications:
        price_lines(checkout)
    for line, item in zip(checkout.line_items, lines, strict=True):
        if MORE in item:
            apply_more(line, item[MORE])


def _set_totals(checkout: Checkout, source: UntypedJson, _zone: str) -> None:
    """The totals of the source. Missing ones are computed from the lines."""
    lines, discount, subtotal, total, tax, duties = [
        None if amount is None else parse_amount(amount) for amount in _totals(source)
    ]
    if lines is None:
        lines = sum(line.original_total_price for line in checkout.line_items)
    if discount is None:
        discount = sum(item["amount"] for line in checkout.line_items for item in line.discount_allocations)
    if subtotal is None:
        subtotal = lines - discount
    added = (duties or 0) + (0 if checkout.taxes_included else tax or 0)
    if total is None:
        shipping = _shipping_price(checkout)
        total = subtotal + added + shipping
    else:
        # REST has no key for the price of delivery after discounts: it is the total minus the other amounts.
        shipping = total - subtotal - added
        if shipping < 0:
            shipping = _shipping_price(checkout)
    checkout.total_line_items_price = checkout.presentment_total_line_items_price = lines
    checkout.total_discount = checkout.presentment_total_discount = discount
    checkout.subtotal_price = checkout.presentment_subtotal_price = subtotal
    checkout.total_shipping = checkout.presentment_total_shipping = shipping
    checkout.total_tax = checkout.presentment_total_tax = tax
    checkout.total_duties = checkout.presentment_total_duties = duties
    checkout.total_price = checkout.presentment_total_price = total
    if "total_price_set" in source:
        for name, presentment_name, key in _TOTALS:
            amounts = set_amounts(source.get(key))
            if amounts is not None:
                setattr(checkout, name, amounts[0])
                setattr(checkout, presentment_name, amounts[1])


def _shipping_price(checkout: Checkout) -> int:
    return sum(line["amount"] for line in checkout.shipping_lines)


def _finish(checkout: Checkout, source: UntypedJson, _zone: str) -> None:
    checkout.extra = checkout.extra or None
    more = source.get(MORE)
    if more is not None:
        apply_more(checkout, more)
    _check_allocations(checkout)


def _check_allocations(checkout: Checkout) -> None:
    known = len(checkout.discount_applications)
    for line in checkout.line_items:
        for allocation in line.discount_allocations:
            if not 0 <= allocation["application"] < known:
                raise RejectedRecordError(
                    f"discount_application_index is {allocation['application']}, but the checkout has {known} discounts"
                )


_STEPS: tuple[Callable[[Checkout, UntypedJson, str], None], ...] = (
    _set_buyer,
    _set_addresses,
    _set_lines,
    _set_totals,
    _finish,
)
