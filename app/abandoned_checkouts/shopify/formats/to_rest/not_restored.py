"""Adds the key `more` to an exported checkout: the fields that an import would not restore from its REST object.

To import each object and compare takes longer than writing it. So the usual cases are decided by rule: most fields are
restored, some in the usual case only, and some never. In any other case, the object is imported.
"""

from operator import attrgetter

from abandoned_checkouts.checkouts.checkout import Checkout, DiscountApplication
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.identity import line_item_key
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.moment import SECOND
from abandoned_checkouts.checkouts.totals import price_line
from abandoned_checkouts.shopify.formats import rest_keys
from abandoned_checkouts.shopify.formats.from_rest.charges import codes_from_rest, shipping_lines_from_rest
from abandoned_checkouts.shopify.formats.from_rest.checkout import restored_from_rest
from abandoned_checkouts.shopify.formats.from_rest.customer import customer_from_rest
from abandoned_checkouts.shopify.formats.from_rest.discounts import Discounts, discounts_from_rest
from abandoned_checkouts.shopify.formats.from_rest.line_item import (
    allocation_from_rest,
    attributes_from_rest,
)
from abandoned_checkouts.shopify.formats.rest_extras import FieldsWithoutKey, more_of
from abandoned_checkouts.shopify.formats.rest_object import AMOUNT_SETS, MORE
from abandoned_checkouts.shopify.formats.to_rest.restored_parts import (
    UnusualError,
    has_address,
    has_customer_address,
    has_extra,
    has_taxes,
    with_microseconds,
)

_CHECKOUT = FieldsWithoutKey(
    Checkout,
    "uuid",
    "recovery_key",
    "abandoned_at",
    "recovered_at",
    "source_updated_at",
    "lapsed_at",
    "erased_at",
    "email_state",
    "email_sent_at",
    "checkout_uuid",
    "cart_uuid",
    "contact_id",
    "visitor_id",
    "member_id",
    "user_id",
    "visit",
    "activities",
)
_LINE_ITEM = FieldsWithoutKey(LineItem, "uuid", "image", "components", "parent_position")
_CUSTOMER = FieldsWithoutKey(
    Customer,
    "uuid",
    "locale",
    "tags",
    "data_sale_opt_out",
    "product_subscriber_status",
    "number_of_orders",
    "amount_spent",
    "last_order_id",
    "email_marketing_state",
    "email_marketing_opt_in_level",
    "email_marketing_updated_at",
    "sms_marketing_state",
    "sms_marketing_opt_in_level",
    "sms_marketing_updated_at",
    "sms_marketing_collected_from",
    "from_contact",
)
_amounts = attrgetter(*AMOUNT_SETS)
_presentment_amounts = attrgetter(*(f"presentment_{name}" for name in AMOUNT_SETS))
_LINE_AMOUNTS = tuple(
    f"{prefix}{name}"
    for name in (
        "original_total_price",
        "discounted_total_price",
        "discounted_total_price_with_code",
        "discounted_unit_price",
        "discounted_unit_price_with_code",
    )
    for prefix in ("", "presentment_")
)
_line_amounts = attrgetter(*_LINE_AMOUNTS)
_allocations = attrgetter("discount_allocations")


def add_more(source: UntypedJson, checkout: Checkout, zone: str) -> None:
    """Add `more` to the checkout's REST object, its lines and its customer: the fields that an import would not
    restore."""
    if not add_more_by_rule(source, checkout, zone):
        add_more_by_importing(source, checkout, zone)


def add_more_by_rule(source: UntypedJson, checkout: Checkout, zone: str) -> bool:
    """The same. Returns False, and changes nothing, if it is not certain what an import would restore."""
    both = checkout.presentment_currency != checkout.currency
    targets = [source, *source["line_items"]]
    try:
        discounts = _discounts(source, checkout)
        found = [_checkout(source, checkout, both, discounts)]
        token = checkout.token or ""
        for place, line in enumerate(checkout.line_items):
            found.append(_line(targets[place + 1], line, token, place, both, discounts))
    except UnusualError:
        return False
    if checkout.customer is not None:
        targets.append(source["customer"])
        found.append(_customer(source["customer"], checkout.customer, checkout.created_at, zone))
    for target, more in zip(targets, found, strict=True):
        if more:
            target[MORE] = more
    return True


def add_more_by_importing(source: UntypedJson, checkout: Checkout, zone: str) -> None:
    """The same for every checkout. This takes several times as long."""
    restored = restored_from_rest(source, zone=zone)
    pairs: list[tuple[UntypedJson, Checkout | LineItem | Customer, Checkout | LineItem | Customer]]
    pairs = [(source, checkout, restored)]
    pairs += zip(source["line_items"], checkout.line_items, restored.line_items, strict=True)
    if checkout.customer is not None and restored.customer is not None:
        pairs.append((source["customer"], checkout.customer, restored.customer))
    for target, noun, other in pairs:
        more = more_of(noun, other)
        if more:
            target[MORE] = more


def _discounts(source: UntypedJson, checkout: Checkout) -> Discounts | None:
    """The discounts that an import finds in the lines and codes; None if there are none."""
    if not checkout.discount_codes and not any(map(_allocations, checkout.line_items)):
        return None
    return discounts_from_rest(source["line_items"], codes_from_rest(source["discount_codes"]), checkout.currency)


def _checkout(source: UntypedJson, checkout: Checkout, both: bool, discounts: Discounts | None) -> UntypedJson:
    number = checkout.id or 0
    if not (0 < number < 1 << 62 and checkout.token and checkout.currency and checkout.presentment_currency):
        raise UnusualError
    if checkout.customer is not None and not checkout.customer.id:
        raise UnusualError
    differing = []
    if checkout.platform != "shopify":
        differing.append("platform")
    differing += with_microseconds(checkout, "created_at", "updated_at")
    if checkout.completed_at is not None or checkout.closed_at is not None:
        differing += [name for name in ("completed_at", "closed_at") if (getattr(checkout, name) or 0) % SECOND]
    _check_amounts(checkout, both)
    if checkout.custom_attributes and attributes_from_rest(source["note_attributes"]) != checkout.custom_attributes:
        differing.append("custom_attributes")
    if checkout.discount_codes and codes_from_rest(source["discount_codes"]) != checkout.discount_codes:
        differing.append("discount_codes")
    applications: list[DiscountApplication] = [] if discounts is None else discounts[0]
    if applications != checkout.discount_applications:
        differing.append("discount_applications")
    if checkout.tax_lines and not has_taxes(source, checkout.tax_lines, rest_keys.CHECKOUT_TAX, both):
        differing.append("tax_lines")
    if checkout.shipping_lines and shipping_lines_from_rest(source["shipping_lines"]) != checkout.shipping_lines:
        differing.append("shipping_lines")
    differing += [
        name
        for name in ("billing_address", "shipping_address")
        if not has_address(source[name], getattr(checkout, name))
    ]
    if checkout.extra is not None and not _has_checkout_extra(checkout, checkout.extra, both):
        differing.append("extra")
    return _CHECKOUT.more_of(checkout, differing)


def _check_amounts(checkout: Checkout, both: bool) -> None:
    """Totals in both currencies are restored as they are. With one currency, the price of delivery is computed, and
    there is no tip."""
    amounts, presentments = _amounts(checkout), _presentment_amounts(checkout)
    if both:
        for amount, presentment in zip(amounts, presentments, strict=True):
            if (amount is None) != (presentment is None):
                raise UnusualError
        return
    tax = 0 if checkout.taxes_included else checkout.total_tax or 0
    shipping = checkout.total_price - checkout.subtotal_price - tax - (checkout.total_duties or 0)
    if amounts != presentments or checkout.total_tip or not checkout.total_shipping == shipping >= 0:
        raise UnusualError


def _has_checkout_extra(checkout: Checkout, extra: UntypedJson, both: bool) -> bool:
    """Whether an import finds these other keys."""
    if not extra:
        return False
    currency = extra.get("presentment_currency")
    if currency is not None:
        # REST has no amounts in the buyer's currency, so only its name is kept.
        if both or type(currency) is not str or not currency or currency == checkout.currency:
            raise UnusualError
        extra = {key: value for key, value in extra.items() if key != "presentment_currency"}
    return has_extra(extra, rest_keys.CHECKOUT)


def _line(
    source: UntypedJson, line: LineItem, token: str, place: int, both: bool, discounts: Discounts | None
) -> UntypedJson:
    if line.quantity < 0 or not (both or line.original_unit_price == line.presentment_original_unit_price):
        raise UnusualError
    differing = []
    key = source["key"]
    if line.key != (line_item_key(token, place, key) if key else ""):
        differing.append("key")
    if line.custom_attributes and attributes_from_rest(source["properties"]) != line.custom_attributes:
        differing.append("custom_attributes")
    if line.tax_lines and not has_taxes(source, line.tax_lines, rest_keys.LINE_TAX, both):
        differing.append("tax_lines")
    if line.extra is not None and not (line.extra and has_extra(line.extra, rest_keys.LINE_ITEM)):
        differing.append("extra")
    if line.discount_allocations:
        differing += _discounted(source, line, discounts)
    else:
        unit, presentment_unit = line.original_unit_price, line.presentment_original_unit_price
        total, presentment_total = unit * line.quantity, presentment_unit * line.quantity
        totals, units = (total, presentment_total), (unit, presentment_unit)
        usual = (*totals, *totals, *totals, *units, *units)
        amounts = _line_amounts(line)
        if amounts != usual:
            differing += [name for name, *pair in zip(_LINE_AMOUNTS, amounts, usual, strict=True) if pair[0] != pair[1]]
    return _LINE_ITEM.more_of(line, differing)


def _discounted(source: UntypedJson, line: LineItem, discounts: Discounts | None) -> list[str]:
    """The fields of a line with discounts that an import does not restore: its allocations, and amounts after them."""
    assert discounts is not None, "a line has discounts"
    applications, application_of = discounts
    restored = LineItem(
        key="",
        quantity=line.quantity,
        original_unit_price=line.original_unit_price,
        presentment_original_unit_price=line.presentment_original_unit_price,
        discount_allocations=[
            allocation_from_rest(item, application_of(item)) for item in source["discount_allocations"]
        ],
    )
    price_line(restored, lambda index: index < len(applications) and applications[index].get("kind") == "code")
    names = ("discount_allocations", *_LINE_AMOUNTS)
    return [name for name in names if getattr(restored, name) != getattr(line, name)]


def _customer(source: UntypedJson, customer: Customer, seen_at: int, zone: str) -> UntypedJson:
    try:
        if customer.extra is not None or not customer.state:
            raise UnusualError
        differing = with_microseconds(customer, "created_at", "updated_at")
        addresses = customer.addresses
        if addresses and not (len(addresses) == 1 and has_customer_address(source, addresses[0], customer.id)):
            differing.append("addresses")
        return _CUSTOMER.more_of(customer, differing)
    except UnusualError:
        restored = customer_from_rest(source, seen_at, zone)
        return {} if restored is None else more_of(customer, restored)
