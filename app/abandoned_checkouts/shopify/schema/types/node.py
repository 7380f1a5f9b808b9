"""The interfaces that nouns share."""

import strawberry

from abandoned_checkouts.shopify.schema.types.scalars import UnsignedInt64


@strawberry.interface(description="A thing with a global id, by which `node` finds it again.")
class Node:
    id: strawberry.ID = strawberry.field(description="The global id: gid://shopify/Type/resource.")


@strawberry.interface(description="A thing that a list can be continued from.")
class Navigable:
    default_cursor: str = strawberry.field(
        description="A cursor behind which a list sorted by id goes on after this record."
    )


@strawberry.interface(description="A thing that the REST API knows by a number.")
class LegacyInteroperability:
    legacy_resource_id: UnsignedInt64 = strawberry.field(description="The number within the REST API.")
