"""What walks over documents ask about each selected field, found once for each type of a schema.

Several walks read a new document: for validity, costs, deprecations and scopes. To look up a field in graphql-core, and
the type inside its lists and non-null types, takes longer than the rest of a walk. So it is done once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    GraphQLCompositeType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
)

from abandoned_checkouts.checkouts.caches import cached


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """A field of a type. `below` is the type of the objects that it returns; None for scalars and enums."""

    definition: GraphQLField
    below: GraphQLCompositeType | None
    is_deprecated: bool

    @classmethod
    def of(cls, definition: GraphQLField) -> FieldFacts:
        named = get_named_type(definition.type)
        below = named if is_composite_type(named) else None
        return cls(definition, below, definition.deprecation_reason is not None)


_INTROSPECTION = ("__typename", "__schema", "__type")


@cached(750, 1_200)
def fields_of(schema: GraphQLSchema, parent: GraphQLCompositeType) -> Mapping[str, FieldFacts]:
    """The fields that can be selected on a type, by name, as `GraphQLSchema.get_field` finds them."""
    own = parent.fields if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) else ()
    found = {name: schema.get_field(parent, name) for name in (*own, *_INTROSPECTION)}
    return {name: FieldFacts.of(field) for name, field in found.items() if field is not None}
