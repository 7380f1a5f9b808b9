"""Pictures, of products and of lines."""

from typing import Any

import strawberry

from app.shopify.gid import gid
from app.shopify.schema.fields import Backed, backed, column
from app.shopify.schema.scalars import URL


def _image_id(number: Any) -> str | None:
    return None if number is None else gid("ProductImage", number)


@backed(description="A picture.")
class Image(Backed):
    alt_text: str | None = column("alt_text", description="What the picture shows, in words.")
    height: int | None = column("height", description="The height in pixels.")
    id: strawberry.ID | None = column("id", compute=_image_id, description="The global id.")
    original_src: URL = column("url", description="The picture's address.", deprecated="Use `url`.")
    src: URL = column("url", description="The picture's address.", deprecated="Use `url`.")
    thumbhash: str | None = column("thumbhash", description="A tiny likeness to show while it loads.")
    width: int | None = column("width", description="The width in pixels.")
