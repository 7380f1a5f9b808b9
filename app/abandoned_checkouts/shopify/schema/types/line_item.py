"""The lines of an abandoned checkout."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from abandoned_checkouts.shopify.schema.resolving.connection import Connection
from abandoned_checkouts.shopify.schema.resolving.fields import (
    Backed,
    backed,
    column,
    embedded,
    joined,
    parsed,
    parsed_list,
)
from abandoned_checkouts.shopify.schema.types.attribute import Attribute
from abandoned_checkouts.shopify.schema.types.discount import DiscountAllocation
from abandoned_checkouts.shopify.schema.types.image import Image
from abandoned_checkouts.shopify.schema.types.money import MoneyBag, money
from abandoned_checkouts.shopify.schema.types.node import Node
from abandoned_checkouts.shopify.values.cursor import CursorForm
from abandoned_checkouts.shopify.values.gid import GidOf
from abandoned_checkouts.store.reading.pages import SortOrder

# Lines stand in the order in which the buyer put them there.
LINE_ORDER = SortOrder("position", "position")
LINE_CURSOR = CursorForm.ID

if TYPE_CHECKING:
    from abandoned_checkouts.shopify.schema.types.line_item import AbandonedCheckoutLineItem as LineItem
    from abandoned_checkouts.shopify.schema.types.product import Product
    from abandoned_checkouts.shopify.schema.types.variant import ProductVariant
else:
    Product = Annotated["Product", strawberry.lazy("abandoned_checkouts.shopify.schema.types.product")]
    ProductVariant = Annotated["ProductVariant", strawberry.lazy("abandoned_checkouts.shopify.schema.types.variant")]
    LineItem = Annotated[
        "AbandonedCheckoutLineItem", strawberry.lazy("abandoned_checkouts.shopify.schema.types.line_item")
    ]


@backed(description="A part of a bundle; it has no price of its own.")
class AbandonedCheckoutLineItemComponent(Backed):
    id: strawberry.ID = column("id", description="The part's id.")
    image: Image | None = parsed("Image", "image", description="A picture of the part.")
    quantity: int = column("quantity", description="How many of it one bundle holds.")
    title: str = column("title", description="The part's title.")
    variant_title: str | None = column("variant_title", description="The title of its variant.")


@backed(description="The line that another line was added to.")
class AbandonedCheckoutLineItemParentRelationship(Backed):
    parent: LineItem = joined(
        "AbandonedCheckoutLineItem",
        "line_items",
        {"checkout_id": "checkout_id", "position": "parent_position"},
        description="The line.",
    )


@backed(description="A line of an abandoned checkout: how many of what, at which prices.")
class AbandonedCheckoutLineItem(Backed, Node):
    components: list[AbandonedCheckoutLineItemComponent] | None = parsed(
        "AbandonedCheckoutLineItemComponent",
        "components",
        many=True,
        description="The parts of a bundle; null where the line is none.",
    )
    custom_attributes: list[Attribute] = parsed(
        "Attribute", "custom_attributes", many=True, description="What the buyer or an app noted on the line."
    )
    discount_allocations: Connection[DiscountAllocation] = parsed_list(
        "DiscountAllocation",
        "discount_allocations",
        carried={"currency": "currency", "presentment_currency": "presentment_currency"},
        description="What each discount takes off the line.",
    )
    discounted_total_price_set: MoneyBag = money(
        "discounted_total_price", description="The line's price after discounts on the line."
    )
    discounted_total_price_with_code_discount: MoneyBag = money(
        "discounted_total_price_with_code", description="The line's price after discounts on the line and by code."
    )
    discounted_unit_price_set: MoneyBag = money(
        "discounted_unit_price", description="The price of one after discounts on the line."
    )
    discounted_unit_price_with_code_discount: MoneyBag = money(
        "discounted_unit_price_with_code", description="The price of one after discounts on the line and by code."
    )
    id: strawberry.ID = column("key", compute=GidOf("AbandonedCheckoutLineItem"), description="The global id.")
    image: Image | None = parsed("Image", "image", description="A picture of what is bought.")
    original_total_price_set: MoneyBag = money("original_total_price", description="The line's price, undiscounted.")
    original_unit_price_set: MoneyBag = money("original_unit_price", description="The price of one, undiscounted.")
    parent_relationship: AbandonedCheckoutLineItemParentRelationship | None = embedded(
        "AbandonedCheckoutLineItemParentRelationship",
        {"checkout_id": "checkout_id", "parent_position": "parent_position"},
        present="parent_position",
        description="The line that this one was added to; null where it stands alone.",
    )
    product: Product | None = joined(
        "Product",
        "products",
        {"id": "product_id"},
        description="The product; null for a line of its own kind and for products that are gone.",
    )
    quantity: int = column("quantity", description="How many.")
    sku: str | None = column("sku", description="The stock keeping unit.")
    title: str | None = column("title", description="The product's title.")
    variant: ProductVariant | None = joined(
        "ProductVariant",
        "product_variants",
        {"id": "variant_id"},
        description="The variant; null for a line of its own kind and for variants that are gone.",
    )
    variant_title: str | None = column("variant_title", description="The variant's title.")
