"""The interfaces that types share."""

import strawberry

from abandoned_checkouts.shopify.schema.types.scalars import UnsignedInt64


@strawberry.interface(description="An object with a global id, which `node` looks up.")
class Node:
    id: strawberry.ID = strawberry.field(description="The global id, for example `gid://shopify/Order/1`.")


@strawberry.interface(description="An object that has a cursor.")
class Navigable:
    default_cursor: str = strawberry.field(description="The cursor of this record in a list sorted by id.")


@strawberry.interface(description="An object that has an id in the REST API.")
class LegacyInteroperability:
    legacy_resource_id: UnsignedInt64 = strawberry.field(description="The id in the REST API.")
