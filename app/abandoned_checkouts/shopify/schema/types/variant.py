"""The variants of products: what is put into a cart."""

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
    """Whether that many of a variant can be bought now."""
    policy_allows = not row["tracks_inventory"] or row["inventory_policy"] == "CONTINUE"
    return policy_allows or (row["inventory_quantity"] or 0) >= quantity


@backed(description="What a variant is in one of its product's options, such as L for the size.")
class SelectedOption(Backed):
    name: str = column("name", description="The option's name.")
    value: str = column("value", description="The variant's value.")


@backed(description="A product as it is bought: in one size, in one colour.")
class ProductVariant(Backed, HasMetafields, LegacyInteroperability, Navigable, Node):
    owner_type: ClassVar[str] = "PRODUCTVARIANT"

    available_for_sale: bool = column(
        "tracks_inventory",
        "inventory_quantity",
        "inventory_policy",
        compute=_for_sale,
        description="Whether it can be bought now.",
    )
    barcode: str | None = column("barcode", description="The code on its package.")
    compare_at_price: Money | None = column(
        "compare_at_price", compute=_price_or_none, description="The price before it was reduced."
    )
    created_at: DateTime = column("created_at", compute=format_utc, description="When it was made.")
    default_cursor: str = column(
        "id", compute=_default_cursor, description="A cursor behind which a list sorted by id goes on."
    )
    id: strawberry.ID = column("id", compute=_variant_id, description="The global id.")
    inventory_policy: ProductVariantInventoryPolicy = column(
        "inventory_policy", description="Whether it is sold beyond what is in stock."
    )
    inventory_quantity: int | None = column("inventory_quantity", description="How many are in stock.")
    legacy_resource_id: UnsignedInt64 = column("id", compute=str, description="The number within the REST API.")
    position: int = column("position", description="Its place among the product's variants, from 1.")
    price: Money = column("price", compute=format_price, description="The price in the shop's currency.")
    product: Product = joined("Product", "products", {"id": "product_id"}, description="What it is a variant of.")
    requires_components: bool = column(
        "requires_components", compute=bool, description="Whether it is sold as a bundle of others only."
    )
    selected_options: list[SelectedOption] = parsed(
        "SelectedOption", "selected_options", many=True, description="What it is in each of the product's options."
    )
    sellable_online_quantity: int = column(
        "inventory_quantity", compute=lambda quantity: quantity or 0, description="How many are there to be sold."
    )
    sku: str | None = column("sku", description="The stock keeping unit.")
    tax_code: str | None = column(
        "tax_code", description="What a tax service knows it by.", deprecated="Tax codes moved to tax services."
    )
    taxable: bool = column("taxable", compute=bool, description="Whether taxes are charged on it.")
    title: str = column("title", description="Its title: the values of its options.")
    updated_at: DateTime = column("updated_at", compute=format_utc, description="When it last changed.")

    @computed(description="The product's and the variant's title.")
    async def display_name(self, info: strawberry.Info) -> str:
        request: Request = info.context
        product = await request.row("products", "id", self.row["product_id"])
        return self.row["title"] if product is None else f"{product['title']} - {self.row['title']}"

    @computed(description="A picture of it.", deprecated="Ask for the variant's media.")
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
