"""What the variants of a product differ in."""

import strawberry

from abandoned_checkouts.shopify.schema.resolving.fields import Backed, backed, column, decoded
from abandoned_checkouts.shopify.schema.types.node import Node
from abandoned_checkouts.shopify.values.gid import GidOf
from abandoned_checkouts.store.engine.rows import Row

_option_id = GidOf("ProductOption")


@backed(description="What a product's variants differ in, such as the size.")
class ProductOption(Backed, Node):
    id: strawberry.ID = column("id", compute=_option_id, description="The global id.")
    name: str = column("name", description="The option's name.")
    position: int = column("position", description="Its place among the product's options, from 1.")
    values: list[str] = column("values", description="Its values.")


def option_rows(product: Row) -> list[Row]:
    """A product's options; one that came without a number bears its product's and its place."""
    return [
        {"position": place, "id": product["id"] * 10 + place - 1, **option}
        for place, option in enumerate(decoded(product["options"]), 1)
    ]
