"""schema.graphql is the served schema, printed and sorted, so that a review shows every change."""

import difflib

from abandoned_checkouts.shopify.schema.build import printed_schema
from tests.places import ROOT

SNAPSHOT = ROOT / "schema.graphql"


def test_the_snapshot_is_up_to_date() -> None:
    kept, served = SNAPSHOT.read_text(), printed_schema()
    difference = "".join(
        difflib.unified_diff(
            kept.splitlines(keepends=True), served.splitlines(keepends=True), "schema.graphql", "the schema served"
        )
    )
    assert kept == served, f"The schema changed. If that is meant, run `make schema`.\n{difference}"
