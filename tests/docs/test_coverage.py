"""docs/coverage.md is made from the served schema, the contract and the recordings."""

from collections import Counter

from abandoned_checkouts.shopify.language.version_schema import schema_for
from abandoned_checkouts.shopify.schema.build import graphql_schema
from tests.docs.coverage_evidence import error_texts, known_names, recorded_names
from tests.docs.coverage_page import DOCUMENTED, OURS, RECORDED, error_rows, schema_rows


def test_the_names_are_those_of_the_recordings() -> None:
    assert known_names() == recorded_names(), "run `make reference` where the recordings are"


def test_every_part_of_the_schema_is_listed_once() -> None:
    names = [name for _, _, name, _ in schema_rows()]
    schema = schema_for("2026-10", graphql_schema())
    assert len(names) == len(set(names))
    assert {"QueryRoot.abandonedCheckouts(query)", "Mutation.bulkOperationRunQuery", "CountryCode.DE"} <= set(names)
    assert {name for name in schema.type_map if not name.startswith("__")} <= set(names)


def test_evidence_is_as_known_for_some_parts() -> None:
    evidence = {name: found for _, _, name, found in schema_rows()}
    assert evidence["QueryRoot.abandonedCheckouts(first)"] == RECORDED
    assert evidence["AbandonedCheckout.note"] == DOCUMENTED
    assert len(error_rows()) == len(error_texts())
    kinds = Counter(found for *_, found in error_rows())
    assert kinds[RECORDED] > 20 and kinds[OURS] > 10
    assert (DOCUMENTED in kinds) == bool(kinds[DOCUMENTED])
