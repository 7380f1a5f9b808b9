"""One line of a checkout: a product with its quantity and prices."""

from dataclasses import dataclass, field
from typing import NotRequired, TypedDict

from abandoned_checkouts.checkouts.json_types import UntypedJson


class Attribute(TypedDict):
    key: str
    value: str | None


class Image(TypedDict, total=False):
    id: int | None
    url: str
    alt_text: str | None
    width: int | None
    height: int | None


class Component(TypedDict, total=False):
    """A part of a bundle, without a price."""

    id: str
    title: str
    variant_title: str | None
    quantity: int
    image: Image | None


class TaxLine(TypedDict, total=False):
    """A tax, in both currencies; a `rate` of 0.06 is 6 %. `extra` has the other keys of the source."""

    title: str
    rate: float | None
    amount: int
    presentment_amount: int
    source: str | None
    channel_liable: bool | None
    extra: UntypedJson


class DiscountAllocation(TypedDict):
    """The amount that a discount takes off a line. `application` is the index of the discount on the checkout."""

    application: int
    amount: int
    presentment_amount: int
    extra: NotRequired[UntypedJson]


@dataclass(slots=True, kw_only=True)
class LineItem:
    """Fields have the names of the store's columns. "original" prices are before discounts, "discounted" prices after
    discounts on the line, and "…_with_code" after discount codes as well."""

    # The resource part of the line's global id. If it has no "?", the store completes it.
    key: str
    quantity: int
    # Wix's GUID of the line.
    uuid: str | None = None
    title: str | None = None
    variant_title: str | None = None
    sku: str | None = None
    vendor: str | None = None
    product_id: int | None = None
    variant_id: int | None = None
    original_unit_price: int = 0
    presentment_original_unit_price: int = 0
    original_total_price: int = 0
    presentment_original_total_price: int = 0
    discounted_unit_price: int = 0
    presentment_discounted_unit_price: int = 0
    discounted_total_price: int = 0
    presentment_discounted_total_price: int = 0
    discounted_unit_price_with_code: int = 0
    presentment_discounted_unit_price_with_code: int = 0
    discounted_total_price_with_code: int = 0
    presentment_discounted_total_price_with_code: int = 0
    image: Image | None = None
    custom_attributes: list[Attribute] = field(default_factory=list)
    components: list[Component] | None = None
    discount_allocations: list[DiscountAllocation] = field(default_factory=list)
    tax_lines: list[TaxLine] = field(default_factory=list)
    # The index of the line to which this line belongs. For example, a warranty belongs to a product.
    parent_position: int | None = None
    extra: UntypedJson | None = None
