"""The contract as a schema, built once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from graphql import GraphQLSchema, build_schema

CONTRACT = Path(__file__).with_name("admin-2026-10.graphql")


@cache
def contract_schema() -> GraphQLSchema:
    return build_schema(CONTRACT.read_text())
