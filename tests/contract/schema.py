"""The contract as a schema, built once."""

from __future__ import annotations

from functools import cache

from graphql import GraphQLSchema, build_schema

from tests.places import CONTRACT


@cache
def contract_schema() -> GraphQLSchema:
    return build_schema((CONTRACT / "admin-2026-10.graphql").read_text())
