"""An order: the result of a completed checkout."""

from dataclasses import dataclass, field

from abandoned_checkouts.checkouts.checkout import DiscountCode
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.line_item import Attribute


@dataclass(slots=True, kw_only=True)
class Order:
    """Fields have the names of the store's columns."""

    id: int
    number: int
    name: str
    created_at: int
    updated_at: int
    processed_at: int
    currency: str
    presentment_currency: str
    checkout_id: int | None = None
    checkout_token: str | None = None
    cart_token: str | None = None
    customer_id: int | None = None
    email: str | None = None
    phone: str | None = None
    note: str | None = None
    source_name: str | None = None
    confirmation_number: str | None = None
    cancelled_at: int | None = None
    closed_at: int | None = None
    financial_status: str | None = None
    fulfillment_status: str = "UNFULFILLED"
    taxes_included: bool = False
    test: bool = False
    subtotal_price: int = 0
    presentment_subtotal_price: int = 0
    total_discounts: int = 0
    presentment_total_discounts: int = 0
    total_tax: int = 0
    presentment_total_tax: int = 0
    total_price: int = 0
    presentment_total_price: int = 0
    tags: list[str] = field(default_factory=list)
    custom_attributes: list[Attribute] = field(default_factory=list)
    discount_codes: list[DiscountCode] = field(default_factory=list)
    extra: UntypedJson | None = None
