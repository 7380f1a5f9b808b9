"""A checkout: a purchase that a buyer has started. Both dialects convert their JSON to and from this class."""

from dataclasses import dataclass, field
from typing import Literal, NotRequired, TypedDict

from abandoned_checkouts.checkouts.activity import Activity, EmailState
from abandoned_checkouts.checkouts.address import Address
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.line_item import Attribute, LineItem, TaxLine

Platform = Literal["shopify", "wix", "storefront"]


class DiscountCode(TypedDict):
    """A discount code that the buyer entered; `type` is percentage, fixed_amount or shipping."""

    code: str
    amount: int
    type: str
    extra: NotRequired[UntypedJson]


DiscountKind = Literal["code", "automatic", "manual", "script"]


class DiscountApplication(TypedDict, total=False):
    """A discount on the checkout. Its kind is code, automatic, manual or script.

    `value_type` is fixed_amount (`value` in ten-thousandths of `value_currency`) or percentage (`value` of 100).
    """

    kind: DiscountKind
    title: str | None
    code: str | None
    description: str | None
    target_type: Literal["LINE_ITEM", "SHIPPING_LINE"]
    target_selection: Literal["ALL", "ENTITLED", "EXPLICIT"]
    allocation_method: Literal["ACROSS", "EACH", "ONE"]
    value_type: Literal["fixed_amount", "percentage"]
    value: float
    value_currency: str


class ShippingLine(TypedDict, total=False):
    """The chosen delivery method, with its price in both currencies; `extra` has the other keys of the source."""

    title: str | None
    code: str | None
    amount: int
    presentment_amount: int
    extra: UntypedJson


@dataclass(slots=True, kw_only=True)
class Checkout:
    """Fields have the names of the store's columns. For some fields that are None, the store derives a value.

    `id` is Shopify's number, `uuid` is Wix's GUID, and `token` identifies the checkout in webhooks; each of them
    identifies the checkout. `customer` is stored with the checkout; `customer_id` alone refers to a stored customer.
    """

    platform: Platform
    created_at: int
    updated_at: int
    currency: str
    id: int | None = None
    uuid: str | None = None
    name: str | None = None
    token: str | None = None
    cart_token: str | None = None
    recovery_key: str | None = None
    abandoned_checkout_url: str | None = None
    completed_at: int | None = None
    closed_at: int | None = None
    abandoned_at: int | None = None
    recovered_at: int | None = None
    # The latest `updated_at` that the source sent. Our own actions, for example mails, change only `updated_at`.
    source_updated_at: int | None = None
    # When the attribution period ended without a purchase; see checkouts/lifecycle.
    lapsed_at: int | None = None
    # When the buyer's data was erased. Later reports do not bring it back: see checkouts/anonymised.
    erased_at: int | None = None
    # None keeps the stored value, because most sources do not report mails.
    email_state: EmailState | None = None
    email_sent_at: int | None = None
    customer_id: int | None = None
    customer: Customer | None = None
    # GUIDs that only Wix sends. The buyer is a visitor, a member or a user (see checkouts/buyer).
    checkout_uuid: str | None = None
    cart_uuid: str | None = None
    contact_id: str | None = None
    visitor_id: str | None = None
    member_id: str | None = None
    user_id: str | None = None
    email: str | None = None
    phone: str | None = None
    locale: str | None = None
    buyer_accepts_marketing: bool = False
    presentment_currency: str | None = None
    taxes_included: bool = False
    total_line_items_price: int = 0
    presentment_total_line_items_price: int = 0
    total_discount: int = 0
    presentment_total_discount: int = 0
    subtotal_price: int = 0
    presentment_subtotal_price: int = 0
    total_shipping: int = 0
    presentment_total_shipping: int = 0
    total_tax: int | None = None
    presentment_total_tax: int | None = None
    total_duties: int | None = None
    presentment_total_duties: int | None = None
    total_tip: int = 0
    presentment_total_tip: int = 0
    total_price: int = 0
    presentment_total_price: int = 0
    note: str = ""
    billing_address: Address | None = None
    shipping_address: Address | None = None
    custom_attributes: list[Attribute] = field(default_factory=list)
    discount_codes: list[DiscountCode] = field(default_factory=list)
    discount_applications: list[DiscountApplication] = field(default_factory=list)
    tax_lines: list[TaxLine] = field(default_factory=list)
    shipping_lines: list[ShippingLine] = field(default_factory=list)
    line_items: list[LineItem] = field(default_factory=list)
    extra: UntypedJson | None = None
    # The visit that ended with this checkout; see checkouts/abandonment_facts.
    visit: UntypedJson = field(default_factory=dict)
    # Steps of automations, if the source sends them. An empty list keeps the stored steps.
    activities: list[Activity] = field(default_factory=list)
    # The fields that the source sent, if it sent only some. All other fields keep their stored values.
    present_fields: frozenset[str] | None = None


def customer_name(checkout: Checkout) -> str:
    """The text that the sort key CUSTOMER_NAME uses: "last, first" in lower case, as in recorded cursors of Shopify."""
    for person in (checkout.customer, checkout.billing_address, checkout.shipping_address):
        if person is None:
            continue
        if isinstance(person, Customer):
            last, first = person.last_name, person.first_name
        else:
            last, first = person.get("last_name"), person.get("first_name")
        if last or first:
            return f"{last or ''}, {first or ''}".lower()
    first, last = unnumbered_names(checkout)
    return f"{last or ''}, {first or ''}".lower()


def unnumbered_names(checkout: Checkout) -> tuple[str | None, str | None]:
    """First and last name of a customer that the source sent without an id. Such a customer is in `extra` until the
    checkout has a customer (see without_unnumbered)."""
    customer = (checkout.extra or {}).get("customer")
    if not isinstance(customer, dict):
        return None, None
    first, last = (customer.get(name) for name in ("first_name", "last_name"))
    return (first or None if isinstance(first, str) else None), (last or None if isinstance(last, str) else None)


def without_unnumbered(checkout: Checkout) -> None:
    """Remove a customer without an id from `extra`, because the checkout has a customer now, who has the names."""
    if checkout.extra is not None and "customer" in checkout.extra:
        checkout.extra = {name: value for name, value in checkout.extra.items() if name != "customer"} or None


def abandonment_type(checkout: Checkout) -> Literal["CART", "CHECKOUT"]:
    """CART if a member of a Wix site left a cart without starting a checkout: Wix then sends no checkoutId."""
    return "CART" if checkout.platform == "wix" and not checkout.checkout_uuid else "CHECKOUT"


def has_contact(checkout: Checkout) -> bool:
    """Whether the checkout has an e-mail address or phone number. Without one, it never becomes abandoned."""
    return bool(checkout.email or checkout.phone or checkout.customer_id or checkout.customer)
