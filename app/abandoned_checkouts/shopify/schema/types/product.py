"""Products."""

from typing import Annotated, ClassVar

import strawberry

from abandoned_checkouts.checkouts.moment import format_utc
from abandoned_checkouts.shopify.schema.resolving.catalog_sorting import IMAGE_KEYS, VARIANT_KEYS
from abandoned_checkouts.shopify.schema.resolving.connection import (
    After,
    Before,
    Connection,
    First,
    Last,
    Reverse,
    connection_of_rows,
    window_from,
)
from abandoned_checkouts.shopify.schema.resolving.fields import (
    TYPES,
    Backed,
    backed,
    column,
    computed,
    decoded,
    embedded,
)
from abandoned_checkouts.shopify.schema.resolving.in_memory import page_of_rows, sorted_rows
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.shopify.schema.types.catalog_enums import (
    ProductImageSortKeys,
    ProductStatus,
    ProductVariantSortKeys,
)
from abandoned_checkouts.shopify.schema.types.count import Count, count_of
from abandoned_checkouts.shopify.schema.types.enums import word
from abandoned_checkouts.shopify.schema.types.image import Crop, Image, MaxHeight, MaxWidth, Scale, absolute, sized
from abandoned_checkouts.shopify.schema.types.metafield import HasMetafields
from abandoned_checkouts.shopify.schema.types.money import MoneyV2
from abandoned_checkouts.shopify.schema.types.node import LegacyInteroperability, Navigable, Node
from abandoned_checkouts.shopify.schema.types.product_option import ProductOption, option_rows
from abandoned_checkouts.shopify.schema.types.scalars import HTML, URL, DateTime, UnsignedInt64
from abandoned_checkouts.shopify.schema.types.variant import ProductVariant, available
from abandoned_checkouts.shopify.values.cursor import CursorForm, encode_cursor
from abandoned_checkouts.shopify.values.gid import gid
from abandoned_checkouts.shopify.values.plain_text import plain
from abandoned_checkouts.store.engine.rows import Row

DEFAULT_VARIANT = "Default Title"


def product_id(number: int) -> str:
    return gid("Product", number)


def _default_cursor(number: int) -> str:
    return encode_cursor(CursorForm.ID, number, number)


def _store_address(request: Request, handle: str, status: str, published_at: int | None) -> str | None:
    """The product's URL in the online store; None if it is not for sale."""
    if published_at is None or published_at > request.now or status not in ("ACTIVE", "UNLISTED"):
        return None
    return f"https://{request.shop.domain}/products/{handle}"


def _preview_address(request: Request, handle: str) -> str:
    return f"https://{request.shop.domain}/products/{handle}?preview=true"


def _moment(moment: int | None) -> str | None:
    return None if moment is None else format_utc(moment)


@backed(description="The title and description of a product for search engines.")
class SEO(Backed):
    description: str | None = column("description", description="The description for search engines.")
    title: str | None = column("title", description="The title for search engines.")


@strawberry.type(description="The lowest and highest price of a product's variants.")
class ProductPriceRangeV2:
    max_variant_price: MoneyV2 = strawberry.field(description="The highest price.")
    min_variant_price: MoneyV2 = strawberry.field(description="The lowest price.")


@backed(description="A product of the shop.")
class Product(Backed, HasMetafields, LegacyInteroperability, Navigable, Node):
    owner_type: ClassVar[str] = "PRODUCT"

    body_html: str | None = column(
        "description_html", description="The description in HTML.", deprecated="Use `descriptionHtml`."
    )
    created_at: DateTime = column("created_at", compute=format_utc, description="When the product was created.")
    default_cursor: str = column(
        "id", compute=_default_cursor, description="The cursor of this record in a list sorted by id."
    )
    description_html: HTML = column("description_html", description="The description in HTML.")
    handle: str = column("handle", description="The product's name in URLs.")
    id: strawberry.ID = column("id", compute=product_id, description="The global id.")
    is_gift_card: bool = column("is_gift_card", compute=bool, description="Whether the product is a gift card.")
    legacy_resource_id: UnsignedInt64 = column("id", compute=str, description="The id in the REST API.")
    online_store_preview_url: URL | None = column(
        "handle", compute=_preview_address, uses_request=True, description="The URL of the product's preview."
    )
    online_store_url: URL | None = column(
        "handle",
        "status",
        "published_at",
        compute=_store_address,
        uses_request=True,
        description="The product's URL in the online store; null if it is not for sale.",
    )
    product_type: str = column("product_type", description="The type of product, as the merchant defined it.")
    published_at: DateTime | None = column(
        "published_at", compute=_moment, description="When the product was published; null if it is not published."
    )
    requires_selling_plan: bool = column(
        "requires_selling_plan", compute=bool, description="Whether the product is sold only by subscription."
    )
    seo: SEO = embedded(
        "SEO",
        {"title": "seo_title", "description": "seo_description"},
        description="The title and description for search engines.",
    )
    status: ProductStatus = column("status", description="The status of the product.")
    tags: list[str] = column("tags", compute=decoded, description="The product's tags.")
    template_suffix: str | None = column(
        "template_suffix", description="The suffix of the theme template that displays the product."
    )
    title: str = column("title", description="The product's title.")
    updated_at: DateTime = column("updated_at", compute=format_utc, description="When the product was last updated.")
    vendor: str = column("vendor", description="The product's vendor.")

    @computed(description="The description without HTML.")
    def description(
        self,
        truncate_at: Annotated[
            int | None, strawberry.argument(description="The maximum number of characters.")
        ] = strawberry.UNSET,
    ) -> str:
        text = plain(self.row["description_html"])
        if not isinstance(truncate_at, int) or len(text) <= truncate_at:
            return text
        return text[: max(0, truncate_at - 3)] + "..."

    @computed(description="The first image.", deprecated="Use `images`.")
    async def featured_image(self, info: strawberry.Info) -> Image | None:
        rows = sorted_rows(await self._images(info), CursorForm.PLACE, "position")
        return next((TYPES["Image"](row=row) for row in rows), None)

    @computed(description="Whether the product has a single variant and no options.")
    async def has_only_default_variant(self, info: strawberry.Info) -> bool:
        rows = await self._variants(info)
        return len(rows) <= 1 and all(row["title"] == DEFAULT_VARIANT for row in rows)

    @computed(description="Whether a variant is out of stock.")
    async def has_out_of_stock_variants(self, info: strawberry.Info) -> bool:
        return any(not available(row) for row in await self._variants(info))

    @computed(description="The product's images.", deprecated="Query the product's media instead.")
    async def images(
        self,
        info: strawberry.Info,
        after: After = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        crop: Crop = strawberry.UNSET,
        first: First = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        max_height: MaxHeight = strawberry.UNSET,
        max_width: MaxWidth = strawberry.UNSET,
        reverse: Reverse = False,
        scale: Scale = 1,
        sort_key: Annotated[
            ProductImageSortKeys | None, strawberry.argument(description="The sort key of the list.")
        ] = "POSITION",
    ) -> Connection[Image]:
        form, name = IMAGE_KEYS[word(sort_key) or "POSITION"]
        window = window_from(form, first, last, after, before, reverse)
        rows = sorted_rows(await self._images(info), form, name)

        def shown(row: Row) -> Image:
            address = sized(absolute(info.context, row["url"]), crop, max_height, max_width, scale)
            image: Image = TYPES["Image"](row={**row, "url": address})
            return image

        return connection_of_rows(page_of_rows(rows, window), form, shown)

    @computed(description="The product's options.")
    def options(
        self,
        first: Annotated[
            int | None, strawberry.argument(description="The maximum number of options.")
        ] = strawberry.UNSET,
    ) -> list[ProductOption]:
        rows = option_rows(self.row)
        listed = rows[: max(0, first)] if isinstance(first, int) else rows
        return [ProductOption(row=row) for row in listed]

    @computed(description="The lowest and highest price of the variants.")
    async def price_range_v2(self, info: strawberry.Info) -> ProductPriceRangeV2:
        prices = [row["price"] for row in await self._variants(info)] or [0]
        currency = info.context.shop.currency
        return ProductPriceRangeV2(
            max_variant_price=MoneyV2(row={"amount": max(prices), "currency": currency}),
            min_variant_price=MoneyV2(row={"amount": min(prices), "currency": currency}),
        )

    @computed(description="The quantity in stock, over all variants.")
    async def total_inventory(self, info: strawberry.Info) -> int:
        return sum(row["inventory_quantity"] or 0 for row in await self._variants(info) if row["tracks_inventory"])

    @computed(description="The number of variants.", deprecated="Use `variantsCount`.")
    async def total_variants(self, info: strawberry.Info) -> int:
        return len(await self._variants(info))

    @computed(description="Whether the inventory of a variant is tracked.")
    async def tracks_inventory(self, info: strawberry.Info) -> bool:
        return any(row["tracks_inventory"] for row in await self._variants(info))

    @computed(description="The product's variants.")
    async def variants(
        self,
        info: strawberry.Info,
        after: After = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        first: First = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        reverse: Reverse = False,
        sort_key: Annotated[
            ProductVariantSortKeys | None, strawberry.argument(description="The sort key of the list.")
        ] = "POSITION",
    ) -> Connection[ProductVariant]:
        form, name = VARIANT_KEYS[word(sort_key) or "POSITION"]
        window = window_from(form, first, last, after, before, reverse)
        page = page_of_rows(sorted_rows(await self._variants(info), form, name), window)
        return connection_of_rows(page, form, lambda row: ProductVariant(row=row))

    @computed(description="The number of variants.")
    async def variants_count(self, info: strawberry.Info) -> Count | None:
        return count_of(len(await self._variants(info)), None)

    async def _variants(self, info: strawberry.Info) -> list[Row]:
        request: Request = info.context
        return await request.rows("product_variants", "product_id", self.row["id"])

    async def _images(self, info: strawberry.Info) -> list[Row]:
        request: Request = info.context
        return await request.rows("product_images", "product_id", self.row["id"])
