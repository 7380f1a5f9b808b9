"""Introspection types and directives equal Shopify's published ones, in every version."""

import json
from typing import Any

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLObjectType,
    Undefined,
    ast_from_value,
    get_introspection_query,
    graphql_sync,
    introspection_types,
    print_ast,
)

from abandoned_checkouts.shopify.language.version_schema import schema_for
from abandoned_checkouts.shopify.schema.build import graphql_schema
from tests.places import SHARED, present

VERSIONS = ("2026-01", "2026-04", "2026-07", "2026-10", "unstable")


def published(version: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(present(SHARED / "contract" / "system-types.json").read_text())[version]
    return found


def shown_argument(name: str, argument: GraphQLArgument) -> str:
    """As `reason: String = "No longer supported"`."""
    text = f"{name}: {argument.type}"
    if argument.default_value is not Undefined:
        value = ast_from_value(argument.default_value, argument.type)
        assert value is not None
        text += f" = {print_ast(value)}"
    return text


def shown_field(name: str, field: GraphQLField) -> str:
    arguments = ", ".join(shown_argument(*each) for each in field.args.items())
    return f"{name}({arguments}): {field.type}" if arguments else f"{name}: {field.type}"


@pytest.mark.parametrize("version", VERSIONS)
def test_system_types_are_those_of_shopify(version: str) -> None:
    types = schema_for(version, graphql_schema()).type_map
    for name, expected in published(version)["types"].items():
        type_ = types[name]
        if isinstance(type_, GraphQLEnumType):
            assert {"values": list(type_.values)} == expected, name
        else:
            assert isinstance(type_, GraphQLObjectType)
            assert {"fields": [shown_field(*each) for each in type_.fields.items()]} == expected, name


@pytest.mark.parametrize("version", VERSIONS)
def test_directives_are_those_of_shopify(version: str) -> None:
    served = {
        directive.name: {
            "locations": [location.name for location in directive.locations],
            "args": [shown_argument(*each) for each in directive.args.items()],
        }
        for directive in schema_for(version, graphql_schema()).directives
    }
    assert list(served.items()) == list(published(version)["directives"].items())


@pytest.mark.parametrize("version", VERSIONS)
def test_introspection_answers_with_them(version: str) -> None:
    query = '{ __schema { directives { name locations } } __type(name: "__Directive") { fields { name } } }'
    result = graphql_sync(schema_for(version, graphql_schema()), query)
    assert result.errors is None
    assert result.data is not None
    locations = {place for each in result.data["__schema"]["directives"] for place in each["locations"]}
    assert "DIRECTIVE_DEFINITION" not in locations
    assert [each["name"] for each in result.data["__type"]["fields"]] == [
        field.partition("(")[0].partition(":")[0] for field in published(version)["types"]["__Directive"]["fields"]
    ]


def test_other_schemas_of_the_process_keep_the_types_of_graphql_core() -> None:
    graphql_schema()
    location = introspection_types["__DirectiveLocation"]
    assert isinstance(location, GraphQLEnumType)
    assert "FRAGMENT_VARIABLE_DEFINITION" in location.values


def test_the_whole_introspection_query_is_answered() -> None:
    query = get_introspection_query(descriptions=True, specified_by_url=True, input_value_deprecation=True)
    assert graphql_sync(graphql_schema(), query).errors is None
