"""From a Wix abandonedCheckout to a Checkout.

The platforms' terms differ: Wix's subtotal is the price of the lines before discounts, its status has only the
recovery, and the state of the mails is in its list of activities.
"""

from typing import Any

from abandoned_checkouts.checkouts.activity import Activity, email_state_of
from abandoned_checkouts.checkouts.address import Address
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.converters import moment_or_none, text_or_none
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.json_shape import Converter
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.checkouts.rejected import UNEXPECTED, RejectedRecordError, rejection
from abandoned_checkouts.checkouts.totals import CURRENCIES, charges, price_lines
from abandoned_checkouts.checkouts.value_checks import check_lengths, check_recovery_url
from abandoned_checkouts.wix.from_wix.discounts import set_discounts
from abandoned_checkouts.wix.from_wix.line_item import line_item_from_wix
from abandoned_checkouts.wix.from_wix.shape import CONVERTED_VALUES, checked_entity
from abandoned_checkouts.wix.from_wix.values import amounts_of, guid_or_none, id_from_guid

_LARGEST_AMOUNT = 2**63 - 1
_SUMS = ("total_line_items_price", "total_discount", "subtotal_price", "total_price", "total_shipping")
_SUMS_OF_LINES = ("original_total_price", "discounted_total_price", "discounted_total_price_with_code")


def checkout_from_wix(source: UntypedJson) -> Checkout:
    """The checkout of a decoded JSON object. Raises RejectedRecordError."""
    try:
        return _checkout(checked_entity(source))
    except UNEXPECTED as problem:
        raise rejection(problem, source, CONVERTED_VALUES) from None


def _activities(source: list[UntypedJson] | None) -> list[Activity]:
    return [{"activity_type": step["type"], "created_at": parse_moment(step["createdDate"])} for step in source or ()]


def _line_items(source: list[UntypedJson] | None) -> list[LineItem]:
    return [line_item_from_wix(item) for item in source or ()]


def _unchanged(value: object) -> object:
    return value


# Key of the entity → fields and the converter for each, which gets None if the key is missing.
_FIELDS: dict[str, dict[str, Converter]] = {
    "activities": {"activities": _activities},
    # Wix writes the entity an hour after the checkout was abandoned, and calls that time created.
    "createdDate": {"created_at": parse_moment, "abandoned_at": parse_moment},
    # An empty text means that the buyer left a cart.
    "checkoutId": {"token": text_or_none, "checkout_uuid": _unchanged},
    "cartId": {"cart_token": text_or_none, "cart_uuid": _unchanged},
    "currency": {"currency": _unchanged},
    "buyerLanguage": {"locale": _unchanged},
    "checkoutUrl": {"abandoned_checkout_url": _unchanged},
    "lineItems": {"line_items": _line_items},
}
# Key of `buyerInfo` → field and converter.
_BUYER_FIELDS: dict[str, tuple[str, Converter]] = {
    "contactId": ("contact_id", guid_or_none),
    "visitorId": ("visitor_id", guid_or_none),
    "memberId": ("member_id", guid_or_none),
    "userId": ("user_id", guid_or_none),
    "email": ("email", _unchanged),
}
# The other keys are kept in `extra`. The ids of the checkout and the cart are kept in both.
_NOT_KEPT = frozenset(
    (
        *(_FIELDS.keys() - {"checkoutId", "cartId"}),
        "id",
        "updatedDate",
        "status",
        "conversionCurrency",
        "totalPrice",
        "subtotalPrice",
        "checkoutRecoveredDate",
    )
)


def _checkout(source: UntypedJson) -> Checkout:
    get = source.get
    guid = guid_or_none(get("id"))
    if guid is None:
        raise RejectedRecordError(f"{get('id')!r} is not the GUID of a checkout")
    for key in ("currency", "createdDate"):
        if not get(key):
            raise RejectedRecordError(f"{key} is missing")
    buyer, contact = get("buyerInfo") or {}, get("contactDetails") or {}
    fields: dict[str, Any] = {
        name: convert(get(key)) for key, names in _FIELDS.items() for name, convert in names.items()
    }
    fields |= {name: convert(buyer.get(key)) for key, (name, convert) in _BUYER_FIELDS.items()}
    checkout = Checkout(
        platform="wix",
        uuid=guid,
        updated_at=moment_or_none(get("updatedDate")) or fields["created_at"],
        presentment_currency=get("conversionCurrency") or fields["currency"],
        phone=contact.get("phone"),
        billing_address=_address(contact),
        customer=_customer(buyer, contact, fields["created_at"]),
        **fields,
    )
    if checkout.customer is not None:
        checkout.customer_id = checkout.customer.id
    checkout.email_state, checkout.email_sent_at = email_state_of(checkout.activities)
    _set_recovery(checkout, source)
    set_discounts(checkout, get("appliedDiscounts") or [])
    price_lines(checkout)
    _set_totals(checkout, get("totalPrice"), get("subtotalPrice"))
    _check_sums(checkout)
    extra = {key: value for key, value in source.items() if key not in _NOT_KEPT and value not in (None, "")}
    checkout.extra = extra or None
    check_lengths(checkout)
    check_recovery_url(checkout)
    return checkout


def _set_recovery(checkout: Checkout, source: UntypedJson) -> None:
    recovered_at = moment_or_none(source.get("checkoutRecoveredDate"))
    if recovered_at is None and source.get("status") == "RECOVERED":
        recovered_at = checkout.updated_at
    checkout.recovered_at = checkout.completed_at = recovered_at


_CONTACT_NAMES = {"first_name": "firstName", "last_name": "lastName", "company": "company"}


def _address(contact: UntypedJson) -> Address | None:
    """The names of the contact as a billing address. A phone number alone is not an address."""
    address: Any = {name: contact[key] for name, key in _CONTACT_NAMES.items() if contact.get(key)}
    if address and contact.get("phone"):
        address["phone"] = contact["phone"]
    return address or None


def _customer(buyer: UntypedJson, contact: UntypedJson, seen_at: int) -> Customer | None:
    """The customer that Wix has a contact or a member for. A visitor is not a customer yet."""
    guids = (guid_or_none(buyer.get(key)) for key in ("contactId", "memberId", "userId"))
    guid = next(filter(None, guids), None)
    if guid is None:
        return None
    return Customer(
        id=id_from_guid(guid),
        uuid=guid,
        created_at=seen_at,
        updated_at=seen_at,
        first_name=contact.get("firstName"),
        last_name=contact.get("lastName"),
        email=buyer.get("email"),
        phone=contact.get("phone"),
        state="enabled" if buyer.get("memberId") else "disabled",
    )


def _set_totals(checkout: Checkout, total: UntypedJson | None, subtotal: UntypedJson | None) -> None:
    for place, prefix in enumerate(CURRENCIES):
        lines = sum(getattr(line, f"{prefix}original_total_price") for line in checkout.line_items)
        discount = sum(
            item[f"{prefix}amount"]  # type: ignore[literal-required]
            for line in checkout.line_items
            for item in line.discount_allocations
        )
        lines_price = amounts_of(subtotal)[place] if subtotal else lines or amounts_of(total)[place]
        total_price = amounts_of(total)[place] if total else lines_price - discount
        setattr(checkout, f"{prefix}total_line_items_price", lines_price)
        setattr(checkout, f"{prefix}total_discount", discount)
        setattr(checkout, f"{prefix}subtotal_price", lines_price - discount)
        setattr(checkout, f"{prefix}total_price", total_price)
        # Wix sends neither tax nor delivery. The difference between the total and the line prices counts as delivery.
        delivery = total_price - lines_price + discount - charges(checkout, prefix)
        setattr(checkout, f"{prefix}total_shipping", max(0, delivery))


def _check_sums(checkout: Checkout) -> None:
    """Amounts that fit into a column can have a sum that does not."""
    sums = [getattr(checkout, prefix + name) for prefix in CURRENCIES for name in _SUMS]
    for line in checkout.line_items:
        sums += [getattr(line, prefix + name) for prefix in CURRENCIES for name in _SUMS_OF_LINES]
    if max(map(abs, sums)) > _LARGEST_AMOUNT:
        raise RejectedRecordError("the sum of the amounts is too large to be stored")
