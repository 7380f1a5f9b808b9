"""The introspection types and directives of a schema, as Shopify publishes them.

graphql-core adds arguments, fields and values that newer drafts of GraphQL have. Clients that build their schema from
our introspection with an older library fail on them: graphql-core 3.2 refuses the directive location
DIRECTIVE_DEFINITION, for example. Shopify's published introspection is the same for all versions since 2026-01
(../shared/contract/system-types.json).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial

from graphql import (
    DirectiveLocation,
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLCompositeType,
    GraphQLDirective,
    GraphQLEnumType,
    GraphQLField,
    GraphQLIncludeDirective,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOneOfDirective,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLSchemaKwargs,
    GraphQLSkipDirective,
    GraphQLSpecifiedByDirective,
    GraphQLString,
    SchemaMetaFieldDef,
    TypeMetaFieldDef,
    introspection_types,
    is_introspection_type,
    is_list_type,
    is_non_null_type,
)

__all__ = ["duplicate_type", "publish_system_types"]

# Fields and enum values of graphql-core that Shopify's introspection lacks.
_ABSENT: Mapping[str, frozenset[str]] = {
    "__Directive": frozenset(("isDeprecated", "deprecationReason")),
    "__DirectiveLocation": frozenset(("DIRECTIVE_DEFINITION", "FRAGMENT_VARIABLE_DEFINITION")),
}
# Fields without the argument that graphql-core gives them.
_WITHOUT_ARGUMENTS = frozenset(("__Schema.directives",))

_IDEMPOTENT = GraphQLDirective(
    name="idempotent",
    locations=[DirectiveLocation.FIELD],
    args={
        "key": GraphQLArgument(
            GraphQLNonNull(GraphQLString), description="A key that names this request, for example a UUID."
        )
    },
    description="Executes a mutation once for a key. A repeated request receives the first response for 24 hours.",
)
_DEPRECATED = GraphQLDirective(
    name="deprecated",
    locations=[
        DirectiveLocation.FIELD_DEFINITION,
        DirectiveLocation.ARGUMENT_DEFINITION,
        DirectiveLocation.INPUT_FIELD_DEFINITION,
        DirectiveLocation.ENUM_VALUE,
    ],
    args={
        "reason": GraphQLArgument(
            GraphQLString,
            default_value="No longer supported",
            description="Why the element is deprecated, and what to use instead.",
        )
    },
    description="Marks an element of the schema as deprecated.",
)
_DIRECTIVES = (
    _IDEMPOTENT,
    GraphQLOneOfDirective,
    GraphQLIncludeDirective,
    GraphQLSkipDirective,
    _DEPRECATED,
    GraphQLSpecifiedByDirective,
)


def publish_system_types(schema: GraphQLSchema) -> GraphQLSchema:
    """Replace the introspection types and directives of a schema by Shopify's; returns the same schema.

    graphql-core's own types are shared by every schema of a process, so copies are changed, not those.
    """
    system = _connected_types()
    schema.type_map.update({name: type_ for name, type_ in system.items() if name in schema.type_map})
    schema.directives = _DIRECTIVES
    schema.get_field = partial(_field_of, schema)  # type: ignore[method-assign]
    schema.to_kwargs = partial(_parts_of, schema)  # type: ignore[method-assign]
    return schema


def _field_of(schema: GraphQLSchema, parent: GraphQLCompositeType, name: str) -> GraphQLField | None:
    """As GraphQLSchema.get_field, with the introspection types of this module."""
    if name in ("__schema", "__type"):
        return _meta_fields()[name] if schema.query_type is parent else None
    return GraphQLSchema.get_field(schema, parent, name)


def _parts_of(schema: GraphQLSchema) -> GraphQLSchemaKwargs:
    """Like GraphQLSchema.to_kwargs, but without introspection types: a schema that is created from the result adds
    graphql-core's own."""
    parts = GraphQLSchema.to_kwargs(schema)
    parts["types"] = tuple(type_ for type_ in parts["types"] or () if not is_introspection_type(type_))
    return parts


@lru_cache(maxsize=1)
def _meta_fields() -> Mapping[str, GraphQLField]:
    return {"__schema": _field("", "__schema", SchemaMetaFieldDef), "__type": _field("", "__type", TypeMetaFieldDef)}


@lru_cache(maxsize=1)
def _system_types() -> Mapping[str, GraphQLNamedType]:
    copies = {name: duplicate_type(type_) for name, type_ in introspection_types.items()}
    for name, type_ in copies.items():
        absent = _ABSENT.get(name, frozenset())
        if isinstance(type_, GraphQLEnumType):
            type_.values = {value: each for value, each in type_.values.items() if value not in absent}
    return copies


def duplicate_type(type_: GraphQLNamedType) -> GraphQLNamedType:
    """A second object with the same attributes: graphql-core's constructor refuses the reserved names."""
    copied = object.__new__(type(type_))
    vars(copied).update(vars(type_))
    return copied


@lru_cache(maxsize=1)
def _connected_types() -> Mapping[str, GraphQLNamedType]:
    """The copies, with fields that lead to copies."""
    copies = _system_types()
    for name, original in introspection_types.items():
        copied = copies[name]
        if isinstance(original, GraphQLObjectType) and isinstance(copied, GraphQLObjectType):
            absent = _ABSENT.get(name, frozenset())
            copied.fields = {
                each: _field(name, each, field) for each, field in original.fields.items() if each not in absent
            }
    return copies


def _field(parent: str, name: str, field: GraphQLField) -> GraphQLField:
    arguments = {} if f"{parent}.{name}" in _WITHOUT_ARGUMENTS else dict(field.args)
    if "includeDeprecated" in arguments:
        arguments["includeDeprecated"] = GraphQLArgument(GraphQLBoolean, default_value=False)
    return GraphQLField(_copied(field.type), args=arguments, resolve=field.resolve, description=field.description)


def _copied(type_: GraphQLOutputType) -> GraphQLOutputType:
    """The same type with copies in the place of introspection types."""
    if is_non_null_type(type_):
        return GraphQLNonNull(_copied(type_.of_type))  # type: ignore[arg-type]
    if is_list_type(type_):
        return GraphQLList(_copied(type_.of_type))
    return _system_types().get(type_.name, type_)  # type: ignore[union-attr, return-value]
