"""Product variants."""

from typing import TYPE_CHECKING, Annotated, ClassVar

import strawberry

from abandoned_checkouts.checkouts.moment import format_utc
from abandoned_checkouts.checkouts.money import format_price
from abandoned_checkouts.shopify.schema.resolving.fields import TYPES, Backed, backed, column, computed, joined, parsed
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.shopify.schema.types.catalog_enums import ProductVariantInventoryPolicy
from abandoned_checkouts.shopify.schema.types.image import Crop, Image, MaxHeight, MaxWidth, Scale, absolute, sized
from abandoned_checkouts.shopify.schema.types.metafield import HasMetafields
from abandoned_checkouts.shopify.schema.types.node import LegacyInteroperability, Navigable, Node
from abandoned_checkouts.shopify.schema.types.scalars import DateTime, Money, UnsignedInt64
from abandoned_checkouts.shopify.values.cursor import CursorForm, encode_cursor
from abandoned_checkouts.shopify.values.gid import GidOf
from abandoned_checkouts.store.engine.rows import Row

if TYPE_CHECKING:
    from abandoned_checkouts.shopify.schema.types.product import Product
else:
    Product = Annotated["Product", strawberry.lazy("abandoned_checkouts.shopify.schema.types.product")]


_variant_id = GidOf("ProductVariant")


def _default_cursor(number: int) -> str:
    return encode_cursor(CursorForm.ID, number, number)


def _price_or_none(amount: int | None) -> str | None:
    return None if amount is None else format_price(amount)


def _for_sale(tracked: bool, quantity: int | None, policy: str) -> bool:
    return not tracked or policy == "CONTINUE" or (quantity or 0) > 0


def available(row: Row, quantity: int = 1) -> bool:
    """Whether this quantity of a variant can be bought now."""
    policy_allows = not row["tracks_inventory"] or row["inventory_policy"] == "CONTINUE"
    return policy_allows or (row["inventory_quantity"] or 0) >= quantity


@backed(description="A variant's value of one product option, for example the size L.")
class SelectedOption(Backed):
    name: str = column("name", description="The option's name.")
    value: str = column("value", description="The value of the option.")


@backed(description="A variant of a product, for example in one size and color.")
class ProductVariant(Backed, HasMetafields, LegacyInteroperability, Navigable, Node):
    owner_type: ClassVar[str] = "PRODUCTVARIANT"

    available_for_sale: bool = column(
        "tracks_inventory",
        "inventory_quantity",
        "inventory_policy",
        compute=_for_sale,
        description="Whether the variant can be bought now.",
    )
    barcode: str | None = column("barcode", description="The barcode.")
    compare_at_price: Money | None = column(
        "compare_at_price", compute=_price_or_none, description="The original price, if the price is reduced."
    )
    created_at: DateTime = column("created_at", compute=format_utc, description="When the variant was created.")
    default_cursor: str = column(
        "id", compute=_default_cursor, description="The cursor of this record in a list sorted by id."
    )
    id: strawberry.ID = column("id", compute=_variant_id, description="The global id.")
    inventory_policy: ProductVariantInventoryPolicy = column(
        "inventory_policy", description="Whether the variant can be sold when it is out of stock."
    )
    inventory_quantity: int | None = column("inventory_quantity", description="The quantity in stock.")
    legacy_resource_id: UnsignedInt64 = column("id", compute=str, description="The id in the REST API.")
    position: int = column("position", description="The position among the product's variants, starting at 1.")
    price: Money = column("price", compute=format_price, description="The price in the shop's currency.")
    product: Product = joined("Product", "products", {"id": "product_id"}, description="The product of the variant.")
    requires_components: bool = column(
        "requires_components", compute=bool, description="Whether the variant is sold only as a bundle of components."
    )
    selected_options: list[SelectedOption] = parsed(
        "SelectedOption", "selected_options", many=True, description="The value of each product option."
    )
    sellable_online_quantity: int = column(
        "inventory_quantity",
        compute=lambda quantity: quantity or 0,
        description="The quantity that can be sold online.",
    )
    sku: str | None = column("sku", description="The SKU (stock keeping unit).")
    tax_code: str | None = column(
        "tax_code", description="The tax code for a tax service.", deprecated="Tax codes moved to tax services."
    )
    taxable: bool = column("taxable", compute=bool, description="Whether the variant is taxable.")
    title: str = column("title", description="The variant's title: the values of its options.")
    updated_at: DateTime = column("updated_at", compute=format_utc, description="When the variant was last updated.")

    @computed(description="The titles of product and variant.")
    async def display_name(self, info: strawberry.Info) -> str:
        request: Request = info.context
        product = await request.row("products", "id", self.row["product_id"])
        return self.row["title"] if product is None else f"{product['title']} - {self.row['title']}"

    @computed(description="The variant's image.", deprecated="Query the variant's media instead.")
    async def image(
        self,
        info: strawberry.Info,
        crop: Crop = strawberry.UNSET,
        max_height: MaxHeight = strawberry.UNSET,
        max_width: MaxWidth = strawberry.UNSET,
        scale: Scale = 1,
    ) -> Image | None:
        request: Request = info.context
        if self.row["image_id"] is None:
            return None
        for row in await request.rows("product_images", "product_id", self.row["product_id"]):
            if row["id"] == self.row["image_id"]:
                address = sized(absolute(request, row["url"]), crop, max_height, max_width, scale)
                picture: Image = TYPES["Image"](row={**row, "url": address})
                return picture
        return None
