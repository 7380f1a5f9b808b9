"""One line of a checkout: how many of what, at which prices."""

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
    """A part of a bundle; it has no price of its own."""

    id: str
    title: str
    variant_title: str | None
    quantity: int
    image: Image | None


class TaxLine(TypedDict, total=False):
    """A tax, in both currencies; `rate` is the share of one (0.06), `extra` the rest of what the source said."""

    title: str
    rate: float | None
    amount: int
    presentment_amount: int
    source: str | None
    channel_liable: bool | None
    extra: UntypedJson


class DiscountAllocation(TypedDict):
    """What one discount takes off one line. `application` is the discount's index on the checkout."""

    application: int
    amount: int
    presentment_amount: int
    extra: NotRequired[UntypedJson]


@dataclass(slots=True, kw_only=True)
class LineItem:
    """Names are those of the store's columns. Unit prices are before discounts unless they say otherwise;
    "discounted" is after discounts on the line, "…_with_code" after discount codes as well."""

    # The resource part of the line's global id; one without "?" is completed when the line is stored.
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
    # The place among the lines of the line that this one was added to.
    parent_position: int | None = None
    extra: UntypedJson | None = None
