"""The line items of an abandoned checkout."""

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

# Line items are sorted in the order in which they were added.
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


@backed(description="A component of a bundle. It has no price.")
class AbandonedCheckoutLineItemComponent(Backed):
    id: strawberry.ID = column("id", description="The component's id.")
    image: Image | None = parsed("Image", "image", description="The component's image.")
    quantity: int = column("quantity", description="The quantity in one bundle.")
    title: str = column("title", description="The component's title.")
    variant_title: str | None = column("variant_title", description="The title of the component's variant.")


@backed(description="The relationship of a line item to its parent.")
class AbandonedCheckoutLineItemParentRelationship(Backed):
    parent: LineItem = joined(
        "AbandonedCheckoutLineItem",
        "line_items",
        {"checkout_id": "checkout_id", "position": "parent_position"},
        description="The parent line item.",
    )


@backed(description="A line item of an abandoned checkout.")
class AbandonedCheckoutLineItem(Backed, Node):
    components: list[AbandonedCheckoutLineItemComponent] | None = parsed(
        "AbandonedCheckoutLineItemComponent",
        "components",
        many=True,
        description="The components of a bundle; null if the line item is not a bundle.",
    )
    custom_attributes: list[Attribute] = parsed(
        "Attribute", "custom_attributes", many=True, description="The attributes that the buyer or an app added."
    )
    discount_allocations: Connection[DiscountAllocation] = parsed_list(
        "DiscountAllocation",
        "discount_allocations",
        carried={"currency": "currency", "presentment_currency": "presentment_currency"},
        description="The amount that each discount takes off the line item.",
    )
    discounted_total_price_set: MoneyBag = money(
        "discounted_total_price", description="The total price after discounts on the line item."
    )
    discounted_total_price_with_code_discount: MoneyBag = money(
        "discounted_total_price_with_code", description="The total price after discounts on the line item and by code."
    )
    discounted_unit_price_set: MoneyBag = money(
        "discounted_unit_price", description="The unit price after discounts on the line item."
    )
    discounted_unit_price_with_code_discount: MoneyBag = money(
        "discounted_unit_price_with_code", description="The unit price after discounts on the line item and by code."
    )
    id: strawberry.ID = column("key", compute=GidOf("AbandonedCheckoutLineItem"), description="The global id.")
    image: Image | None = parsed("Image", "image", description="The image of the line item.")
    original_total_price_set: MoneyBag = money("original_total_price", description="The total price before discounts.")
    original_unit_price_set: MoneyBag = money("original_unit_price", description="The unit price before discounts.")
    parent_relationship: AbandonedCheckoutLineItemParentRelationship | None = embedded(
        "AbandonedCheckoutLineItemParentRelationship",
        {"checkout_id": "checkout_id", "parent_position": "parent_position"},
        present="parent_position",
        description="The line item that this one was added to; null if there is none.",
    )
    product: Product | None = joined(
        "Product",
        "products",
        {"id": "product_id"},
        description="The product; null for a custom line item, and if the product was deleted.",
    )
    quantity: int = column("quantity", description="The quantity.")
    sku: str | None = column("sku", description="The SKU (stock keeping unit).")
    title: str | None = column("title", description="The product's title.")
    variant: ProductVariant | None = joined(
        "ProductVariant",
        "product_variants",
        {"id": "variant_id"},
        description="The variant; null for a custom line item, and if the variant was deleted.",
    )
    variant_title: str | None = column("variant_title", description="The variant's title.")
