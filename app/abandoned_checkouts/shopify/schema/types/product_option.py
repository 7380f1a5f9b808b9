"""Product options: the properties in which the variants of a product differ."""

import strawberry

from abandoned_checkouts.shopify.schema.resolving.fields import Backed, backed, column, decoded
from abandoned_checkouts.shopify.schema.types.node import Node
from abandoned_checkouts.shopify.values.gid import GidOf
from abandoned_checkouts.store.engine.rows import Row

_option_id = GidOf("ProductOption")


@backed(description="A property in which a product's variants differ, for example the size.")
class ProductOption(Backed, Node):
    id: strawberry.ID = column("id", compute=_option_id, description="The global id.")
    name: str = column("name", description="The option's name.")
    position: int = column("position", description="The position among the product's options, starting at 1.")
    values: list[str] = column("values", description="The option's values.")


def option_rows(product: Row) -> list[Row]:
    """The rows of a product's options. An option without an id gets one made of its product's id and its position."""
    return [
        {"position": place, "id": product["id"] * 10 + place - 1, **option}
        for place, option in enumerate(decoded(product["options"]), 1)
    ]
