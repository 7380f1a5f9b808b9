"""The arguments of a field under its resolver's parameter names, for plans, which do not call resolvers."""

from graphql import GraphQLField
from strawberry.types.arguments import convert_arguments

from abandoned_checkouts.shopify.schema.build import strawberry_schema
from abandoned_checkouts.shopify.schema.resolving.root_fields import present_arguments

_SCHEMA = strawberry_schema()


def resolver_names(field: GraphQLField) -> dict[str, str]:
    """The resolver's parameter name of each argument, by the argument's name in the schema."""
    definition = field.extensions["strawberry-definition"]
    return {_SCHEMA.config.name_converter.from_argument(each): each.python_name for each in definition.arguments}


def resolver_arguments(field: GraphQLField, values: dict[str, object]) -> dict[str, object]:
    """Coerced values, by the resolver's parameter names. Null arguments are left out."""
    arguments = field.extensions["strawberry-definition"].arguments
    return present_arguments(
        convert_arguments(values, arguments, _SCHEMA.schema_converter.scalar_registry, _SCHEMA.config)
    )
