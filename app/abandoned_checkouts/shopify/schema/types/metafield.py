"""Metafields: custom values that apps and merchants add to an object."""

from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, ClassVar

import orjson
import strawberry

from abandoned_checkouts.checkouts.moment import format_utc
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
from abandoned_checkouts.shopify.schema.resolving.fields import TYPES, Backed, backed, column, computed
from abandoned_checkouts.shopify.schema.resolving.in_memory import page_of_rows, sorted_rows
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.shopify.schema.types.catalog_enums import MetafieldOwnerType
from abandoned_checkouts.shopify.schema.types.node import LegacyInteroperability, Node
from abandoned_checkouts.shopify.schema.types.scalars import JSON, DateTime, UnsignedInt64
from abandoned_checkouts.shopify.values.cursor import CursorForm
from abandoned_checkouts.shopify.values.gid import GidOf
from abandoned_checkouts.store.engine.rows import Row

# The types whose value is JSON. The texts of integers and booleans are JSON, too.
_JSON_TYPES = frozenset(
    ("json", "money", "rating", "link", "dimension", "volume", "weight", "rich_text_field", "number_integer", "boolean")
)


def _json_value(type_name: str, value: str) -> object:
    if type_name in _JSON_TYPES or str(type_name).startswith("list."):
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    return value


_metafield_id = GidOf("Metafield")


@backed(description="A custom value that an app or merchant added to an object.")
class Metafield(Backed, LegacyInteroperability, Node):
    compare_digest: str = column(
        "value",
        compute=lambda value: sha256(value.encode()).hexdigest(),
        description="A digest of the value. It changes when the value changes.",
    )
    created_at: DateTime = column("created_at", compute=format_utc, description="When the metafield was created.")
    description: str | None = column(
        "description",
        description="The description of the metafield.",
        deprecated="Descriptions moved to metafield definitions.",
    )
    id: strawberry.ID = column("id", compute=_metafield_id, description="The global id.")
    json_value: JSON = column(
        "type", "value", compute=_json_value, description="The value as JSON, according to its type."
    )
    key: str = column("key", description="The key within the namespace.")
    legacy_resource_id: UnsignedInt64 = column("id", compute=str, description="The id in the REST API.")
    namespace: str = column("namespace", description="The namespace.")
    owner_type: MetafieldOwnerType = column(
        "owner_type", description="The type of object that the metafield belongs to."
    )
    size_in_bytes: int = column(
        "value", compute=lambda value: len(value.encode()), description="The size of the value in bytes."
    )
    type: str = column("type", description="The type of the value, for example `single_line_text_field`.")
    updated_at: DateTime = column("updated_at", compute=format_utc, description="When the metafield was last updated.")
    value: str = column("value", description="The value as text.")


Key = Annotated[str, strawberry.argument(description="The key, or the namespace and key separated by a period.")]
Namespace = Annotated[
    str | None, strawberry.argument(description="The namespace; by default the one reserved for the requesting app.")
]
AnyNamespace = Annotated[str | None, strawberry.argument(description="Return only the metafields of this namespace.")]
KeysArgument = Annotated[
    list[str] | None,
    strawberry.argument(description="Return only these metafields, each as namespace and key separated by a period."),
]


@strawberry.interface(description="An object that can have metafields.")
class HasMetafields:
    if TYPE_CHECKING:

        @property
        def row(self) -> Row: ...

    # The value of metafields.owner_type for this type.
    owner_type: ClassVar[str] = ""

    @computed(description="The metafield with this key.")
    async def metafield(
        self, info: strawberry.Info, key: Key, namespace: Namespace = strawberry.UNSET
    ) -> Metafield | None:
        name = _full_name(info.context, key, namespace or None)
        rows = await _metafields(info.context, self)
        found = (row for row in rows if (row["namespace"], row["key"]) == name)
        return next((TYPES["Metafield"](row=row) for row in found), None)

    @computed(description="The metafields of this object.")
    async def metafields(
        self,
        info: strawberry.Info,
        after: After = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        first: First = strawberry.UNSET,
        keys: KeysArgument = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        namespace: AnyNamespace = strawberry.UNSET,
        reverse: Reverse = False,
    ) -> Connection[Metafield]:
        window = window_from(CursorForm.ID, first, last, after, before, reverse)
        rows = await _metafields(info.context, self)
        if namespace:
            group = _reserved(info.context, namespace)
            rows = [row for row in rows if row["namespace"] == group]
        if keys:
            names = {_full_name(info.context, key, namespace or None) for key in keys}
            rows = [row for row in rows if (row["namespace"], row["key"]) in names]
        page = page_of_rows(sorted_rows(rows, CursorForm.ID, "id"), window)
        return connection_of_rows(page, CursorForm.ID, lambda row: TYPES["Metafield"](row=row))


async def _metafields(request: Request, owner: HasMetafields) -> list[Row]:
    number = owner.row.get("id")
    rows = [] if number is None else await request.rows("metafields", "owner_id", number)
    own = (row for row in rows if row["owner_type"] == owner.owner_type)
    return sorted(own, key=lambda row: row["id"])


def _full_name(request: Request, key: str, namespace: str | None) -> tuple[str, str]:
    if namespace is None and "." in key:
        namespace, key = key.split(".", 1)
    return _reserved(request, namespace or "$app"), key


def _reserved(request: Request, namespace: str) -> str:
    """Shopify: `$app` is the namespace reserved for the requesting app."""
    if namespace == "$app" or namespace.startswith("$app:"):
        return f"app--{request.access.app_id}{namespace[4:].replace(':', '--')}"
    return namespace
