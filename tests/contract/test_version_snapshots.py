"""A snapshot of each version: the diff between its schema and schema.graphql."""

import difflib
import os

import pytest
from graphql import lexicographic_sort_schema, print_schema

from abandoned_checkouts.shopify.language.version_schema import schema_for
from abandoned_checkouts.shopify.schema.build import graphql_schema, printed_schema
from tests.places import CONTRACT

FOLDER = CONTRACT / "versions"
VERSIONS = ("2026-01", "2026-04", "2026-07", "2026-10", "2027-01", "unstable")


@pytest.mark.parametrize("version", VERSIONS)
def test_version_differs_as_it_did(version: str) -> None:
    """To update the snapshots, set SNAPSHOTS=write, and review the changes."""
    printed = print_schema(lexicographic_sort_schema(schema_for(version, graphql_schema()))) + "\n"
    lines = difflib.unified_diff(
        printed_schema().splitlines(), printed.splitlines(), "schema.graphql", version, lineterm="", n=1
    )
    difference = "".join(f"{line}\n" for line in lines)
    file = FOLDER / f"{version}.diff"
    if os.environ.get("SNAPSHOTS") == "write":
        FOLDER.mkdir(exist_ok=True)
        file.write_text(difference)
    assert difference == file.read_text(), f"{version} no longer differs as {file.name} says"
