"""Pictures, of products and of lines."""

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

Crop = Annotated[CropRegion | None, strawberry.argument(description="Which part stays when the picture is cut.")]
MaxHeight = Annotated[int | None, strawberry.argument(description="The greatest height in pixels.")]
MaxWidth = Annotated[int | None, strawberry.argument(description="The greatest width in pixels.")]
FormatArgument = Annotated[
    ImageContentType | None, strawberry.argument(description="The file format, where it can be had.")
]
Scale = Annotated[int | None, strawberry.argument(description="The screen's pixels for each pixel of the size.")]


@strawberry.input(description="How a picture is to be changed; what cannot be had is left out.")
class ImageTransformInput:
    crop: CropRegion | None = strawberry.field(
        default=strawberry.UNSET, description="Which part stays when the picture is cut."
    )
    max_height: int | None = strawberry.field(default=strawberry.UNSET, description="The greatest height in pixels.")
    max_width: int | None = strawberry.field(default=strawberry.UNSET, description="The greatest width in pixels.")
    preferred_content_type: ImageContentType | None = strawberry.field(
        default=strawberry.UNSET, description="The file format, where it can be had."
    )
    scale: int | None = strawberry.field(default=1, description="The screen's pixels for each pixel of the size.")


def _image_id(number: int | None) -> str | None:
    return None if number is None else gid("ProductImage", number)


def absolute(request: Request, address: str) -> str:
    """Pictures of our own are kept by their path alone, so that the server may move."""
    return f"{request.base}{address}" if isinstance(address, str) and address.startswith("/") else address


def transformed(
    address: str,
    crop: object = None,
    max_height: int | None = None,
    max_width: int | None = None,
    content: object = None,
    scale: int | None = 1,
) -> str:
    """The address of the changed picture: Shopify's image server reads width, height, crop and format from it."""
    times = scale or 1
    wanted = {
        "width": max_width * times if max_width else None,
        "height": max_height * times if max_height else None,
        "crop": word(crop).lower() if crop else None,
        "format": word(content).lower() if content else None,
    }
    changes = urlencode({name: value for name, value in wanted.items() if value is not None})
    if not changes:
        return address
    parts = urlsplit(address)
    return urlunsplit(parts._replace(query=f"{parts.query}&{changes}" if parts.query else changes))


def _address(what: str, deprecated: str | None = None) -> Declared:
    return column("url", compute=absolute, uses_request=True, description=what, deprecated=deprecated)


def _url(
    root: Backed,
    info: strawberry.Info,
    transform: Annotated[
        ImageTransformInput | None, strawberry.argument(description="How the picture is to be changed.")
    ] = strawberry.UNSET,
) -> URL:
    address = absolute(info.context, root.row["url"])
    if not transform:
        return URL(address)
    given = transform
    return URL(
        transformed(address, given.crop, given.max_height, given.max_width, given.preferred_content_type, given.scale)
    )


@backed(description="A picture.")
class Image(Backed, HasMetafields):
    owner_type: ClassVar[str] = "MEDIA_IMAGE"

    alt_text: str | None = column("alt_text", description="What the picture shows, in words.")
    height: int | None = column("height", description="The height in pixels.")
    id: strawberry.ID | None = column("id", compute=_image_id, description="The global id.")
    original_src: URL = _address("The picture's address.", "Use `url`.")
    src: URL = _address("The picture's address.", "Use `url`.")
    thumbhash: str | None = column("thumbhash", description="A tiny likeness to show while it loads.")
    url: URL = strawberry.field(
        resolver=_url,
        description="The picture's address, changed as asked.",
        metadata={SOURCE: Column(("url",), absolute, uses_request=True)},
    )
    width: int | None = column("width", description="The width in pixels.")

    @computed(description="The changed picture's address.", deprecated="Use `url(transform:)`.")
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
    """The address of a picture for fields that take the change as arguments of their own."""
    return transformed(address, crop, max_height, max_width, None, scale)
