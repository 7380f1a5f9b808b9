"""Versions by the calendar, and the schema of each."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum

import pytest
import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    graphql_sync,
    print_schema,
    validate_schema,
)

from abandoned_checkouts.shopify.language.version_schema import SINCE, schema_for
from abandoned_checkouts.shopify.language.versions import Version, public_api_versions, resolve, supported_versions
from tests.contract.schema import contract_schema

NOW = datetime(2026, 11, 21, 23, tzinfo=UTC)


# moment, stable, candidate
@pytest.mark.parametrize(
    ("now", "stable", "candidate"),
    [
        (NOW, ["2026-01", "2026-04", "2026-07", "2026-10"], "2027-01"),
        (
            datetime(2026, 10, 16, 14, 59, tzinfo=UTC),
            ["2025-10", "2026-01", "2026-04", "2026-07", "2026-10"],
            "2027-01",
        ),
        (datetime(2026, 10, 16, 15, 0, tzinfo=UTC), ["2026-01", "2026-04", "2026-07", "2026-10"], "2027-01"),
        (datetime(2027, 1, 1, 16, 59, tzinfo=UTC), ["2026-01", "2026-04", "2026-07", "2026-10"], "2027-01"),
        (datetime(2027, 1, 1, 17, 0, tzinfo=UTC), ["2026-01", "2026-04", "2026-07", "2026-10", "2027-01"], "2027-04"),
        (datetime(2027, 1, 16, 15, 0, tzinfo=UTC), ["2026-04", "2026-07", "2026-10", "2027-01"], "2027-04"),
    ],
)
def test_window(now: datetime, stable: list[str], candidate: str) -> None:
    at = supported_versions(now)
    assert ([version.handle for version in at.stable], at.candidate.handle) == (stable, candidate)


@pytest.mark.parametrize(
    ("handle", "answers"),
    [
        ("2026-10", "2026-10"),
        ("2026-01", "2026-01"),
        ("2025-10", "2026-01"),
        ("2019-04", "2026-01"),
        (None, "2026-01"),
        ("2027-01", "2027-01"),
        ("unstable", "unstable"),
        ("2027-04", None),
        ("2026-13", None),
        ("2026-02", None),
        ("2019-01", None),
        ("2026-1", None),
        ("latest", None),
        ("", None),
        ("٢٠٢٦-01", None),
    ],
)
def test_resolve(handle: str | None, answers: str | None) -> None:
    assert resolve(handle, NOW) == answers


def test_public_api_versions_as_recorded_for_its_day() -> None:
    rows = public_api_versions(datetime(2026, 5, 1, tzinfo=UTC))
    assert rows == [
        {"handle": "2025-07", "displayName": "2025-07", "supported": True},
        {"handle": "2025-10", "displayName": "2025-10", "supported": True},
        {"handle": "2026-01", "displayName": "2026-01", "supported": True},
        {"handle": "2026-04", "displayName": "2026-04 (Latest)", "supported": True},
        {"handle": "2026-07", "displayName": "2026-07 (Release candidate)", "supported": False},
        {"handle": "unstable", "displayName": "unstable", "supported": False},
    ]


def test_dates() -> None:
    version = Version(2026, 10)
    assert version.released == datetime(2026, 10, 1, 17, tzinfo=UTC)
    assert version.accessible_until == datetime(2027, 10, 16, 15, tzinfo=UTC)
    assert (version.next.handle, version.previous.handle, Version(2027, 1).previous) == ("2027-01", "2026-07", version)


def _names(schema: GraphQLSchema) -> set[str]:
    """Every type, and every field, input field, argument and enum value of it, as Type.field.argument."""
    names = set()
    for type_ in schema.type_map.values():
        names.add(type_.name)
        if isinstance(type_, GraphQLEnumType):
            names.update(f"{type_.name}.{value}" for value in type_.values)
        elif isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for name, field in type_.fields.items():
                names.add(f"{type_.name}.{name}")
                names.update(f"{type_.name}.{name}.{argument}" for argument in getattr(field, "args", ()))
    return names


@pytest.mark.parametrize("handle", ["2026-01", "2026-04", "2026-07", "2026-10", "2027-01", "unstable"])
def test_each_version_lacks_what_came_later_and_nothing_else(handle: str) -> None:
    full = contract_schema()
    schema = schema_for(handle, full)
    assert validate_schema(schema) == []
    everything = _names(full)
    assert everything >= SINCE.keys(), "the table names what is not in the schema"
    later = {name for name, since in SINCE.items() if handle != "unstable" and handle < since}
    gone = {name for name in everything if any(name == step or name.startswith(f"{step}.") for step in later)}
    assert everything - _names(schema) == gone
    assert schema_for(handle, full) is schema
    if later:
        assert "CustomerMarketingConsent" in print_schema(full)
        assert len(print_schema(schema)) < len(print_schema(full))


@strawberry.enum
class Topic(Enum):
    OLD = "old"
    NEW = "new"


@strawberry.interface
class Node:
    id: strawberry.ID


@strawberry.type
class Order(Node):
    @strawberry.field
    def cart_token(self) -> str:
        return "secret"

    @strawberry.field
    def topic(self, info: strawberry.Info) -> Topic:
        return Topic.OLD if "Order" in info.schema.schema_converter.type_map else Topic.NEW


@strawberry.type
class QueryRoot:
    @strawberry.field
    def node(self, topic: Topic) -> Node:
        assert topic is Topic.OLD
        return Order(id=strawberry.ID("7"))


def test_strawberry_types_keep_their_resolvers() -> None:
    full = strawberry.Schema(QueryRoot, types=[Order])._schema
    cut = schema_for("2026-01", full)
    assert cut is not full
    order = cut.get_type("Order")
    assert isinstance(order, GraphQLObjectType)
    assert sorted(order.fields) == ["id", "topic"]
    result = graphql_sync(cut, "{ node(topic: OLD) { __typename id ... on Order { topic } } }")
    assert (result.errors, result.data) == (None, {"node": {"__typename": "Order", "id": "7", "topic": "OLD"}})
    whole = graphql_sync(full, "{ node(topic: OLD) { ... on Order { cartToken } } }")
    assert whole.data == {"node": {"cartToken": "secret"}}
