"""The arguments of a field as its resolver receives them, for plans, which call no resolver."""

from graphql import GraphQLField
from strawberry.types.arguments import convert_arguments

from abandoned_checkouts.shopify.schema.build import strawberry_schema
from abandoned_checkouts.shopify.schema.resolving.root_fields import given

_SCHEMA = strawberry_schema()


def resolver_names(field: GraphQLField) -> dict[str, str]:
    """Each argument's name in the schema, and the name that the resolver has for it."""
    definition = field.extensions["strawberry-definition"]
    return {_SCHEMA.config.name_converter.from_argument(each): each.python_name for each in definition.arguments}


def resolver_arguments(field: GraphQLField, values: dict[str, object]) -> dict[str, object]:
    """Values as graphql-core coerced them, by the resolver's names; null is as absent."""
    arguments = field.extensions["strawberry-definition"].arguments
    return given(convert_arguments(values, arguments, _SCHEMA.schema_converter.scalar_registry, _SCHEMA.config))
