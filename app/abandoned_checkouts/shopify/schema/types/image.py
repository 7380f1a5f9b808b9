"""Images of products and line items."""

from typing import Annotated, ClassVar
from urllib.parse import urlencode, urlsplit, urlunsplit

import strawberry

from abandoned_checkouts.shopify.schema.resolving.fields import Backed, backed, column, computed
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.shopify.schema.resolving.sources import SOURCE, Column, Declared
from abandoned_checkouts.shopify.schema.types.catalog_enums import CropRegion, ImageContentType
from abandoned_checkouts.shopify.schema.types.enums import word
from abandoned_checkouts.shopify.schema.types.metafield import HasMetafields
from abandoned_checkouts.shopify.schema.types.scalars import URL
from abandoned_checkouts.shopify.values.gid import gid

Crop = Annotated[
    CropRegion | None, strawberry.argument(description="The part of the image to keep when it is cropped.")
]
MaxHeight = Annotated[int | None, strawberry.argument(description="The maximum height in pixels.")]
MaxWidth = Annotated[int | None, strawberry.argument(description="The maximum width in pixels.")]
FormatArgument = Annotated[ImageContentType | None, strawberry.argument(description="The preferred file format.")]
Scale = Annotated[int | None, strawberry.argument(description="The scale factor for high-resolution screens.")]


@strawberry.input(description="The changes to an image. Unsupported changes are ignored.")
class ImageTransformInput:
    crop: CropRegion | None = strawberry.field(
        default=strawberry.UNSET, description="The part of the image to keep when it is cropped."
    )
    max_height: int | None = strawberry.field(default=strawberry.UNSET, description="The maximum height in pixels.")
    max_width: int | None = strawberry.field(default=strawberry.UNSET, description="The maximum width in pixels.")
    preferred_content_type: ImageContentType | None = strawberry.field(
        default=strawberry.UNSET, description="The preferred file format."
    )
    scale: int | None = strawberry.field(default=1, description="The scale factor for high-resolution screens.")


def _image_id(number: int | None) -> str | None:
    return None if number is None else gid("ProductImage", number)


def absolute(request: Request, address: str) -> str:
    """The URL of an image. Our own images are stored as a path, so that the server can move to another address."""
    return f"{request.base}{address}" if isinstance(address, str) and address.startswith("/") else address


def transformed(
    address: str,
    crop: object = None,
    max_height: int | None = None,
    max_width: int | None = None,
    content: object = None,
    scale: int | None = 1,
) -> str:
    """The URL of the transformed image. Shopify's image server reads width, height, crop and format from it."""
    times = scale or 1
    parameters = {
        "width": max_width * times if max_width else None,
        "height": max_height * times if max_height else None,
        "crop": word(crop).lower() if crop else None,
        "format": word(content).lower() if content else None,
    }
    changes = urlencode({name: value for name, value in parameters.items() if value is not None})
    if not changes:
        return address
    parts = urlsplit(address)
    return urlunsplit(parts._replace(query=f"{parts.query}&{changes}" if parts.query else changes))


def _url_column(description: str, deprecated: str | None = None) -> Declared:
    return column("url", compute=absolute, uses_request=True, description=description, deprecated=deprecated)


def _url(
    root: Backed,
    info: strawberry.Info,
    transform: Annotated[
        ImageTransformInput | None, strawberry.argument(description="The changes to the image.")
    ] = strawberry.UNSET,
) -> URL:
    address = absolute(info.context, root.row["url"])
    if not transform:
        return URL(address)
    changes = (transform.crop, transform.max_height, transform.max_width)
    return URL(transformed(address, *changes, transform.preferred_content_type, transform.scale))


@backed(description="An image.")
class Image(Backed, HasMetafields):
    owner_type: ClassVar[str] = "MEDIA_IMAGE"

    alt_text: str | None = column("alt_text", description="The alternative text of the image.")
    height: int | None = column("height", description="The height in pixels.")
    id: strawberry.ID | None = column("id", compute=_image_id, description="The global id.")
    original_src: URL = _url_column("The URL of the image.", "Use `url`.")
    src: URL = _url_column("The URL of the image.", "Use `url`.")
    thumbhash: str | None = column(
        "thumbhash", description="A ThumbHash: a tiny preview to show while the image loads."
    )
    url: URL = strawberry.field(
        resolver=_url,
        description="The URL of the image, with the requested changes.",
        metadata={SOURCE: Column(("url",), absolute, uses_request=True)},
    )
    width: int | None = column("width", description="The width in pixels.")

    @computed(description="The URL of the transformed image.", deprecated="Use `url(transform:)`.")
    def transformed_src(
        self,
        info: strawberry.Info,
        crop: Crop = strawberry.UNSET,
        max_height: MaxHeight = strawberry.UNSET,
        max_width: MaxWidth = strawberry.UNSET,
        preferred_content_type: FormatArgument = strawberry.UNSET,
        scale: Scale = 1,
    ) -> URL:
        address = absolute(info.context, self.row["url"])
        return URL(transformed(address, crop, max_height, max_width, preferred_content_type, scale))


def sized(address: str, crop: object, max_height: int | None, max_width: int | None, scale: int | None) -> str:
    """The URL of an image that is transformed by the arguments of its field."""
    return transformed(address, crop, max_height, max_width, None, scale)
