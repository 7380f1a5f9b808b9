"""The rules that are skipped for a text would not have rejected it."""

import pytest
from graphql import build_schema, parse, validate

from abandoned_checkouts.shopify.language.confirming import MARKED, RULES, confirm, rules_for

SCHEMA = build_schema("type Query { a: Query, b(x: Int): String, list: [Query] } type Subscription { s: Int, t: Int }")
# At least one document for each mark and rule of the table.
REJECTED = {
    "KnownFragmentNamesRule": "{ ...Missing }",
    "NoFragmentCyclesRule": "{ ...F } fragment F on Query { ...F }",
    "PossibleFragmentSpreadsRule": "{ ... on Subscription { s } }",
    "NoUnusedFragmentsRule": "{ a { b } } fragment F on Query { b }",
    "UniqueFragmentNamesRule": "{ ...F } fragment F on Query { b } fragment F on Query { b }",
    "KnownDirectivesRule": "{ b @nothing }",
    "UniqueDirectivesPerLocationRule": "{ b @skip(if: true) @skip(if: false) }",
    "SingleFieldSubscriptionsRule": "subscription { s t }",
    "MaxIntrospectionDepthRule": "{ __schema { types " + 3 * "{ fields { type " + "{ name }" + 8 * " }",
}


@pytest.mark.parametrize("name", REJECTED)
def test_a_rule_with_a_mark_runs_for_the_documents_that_it_rejects(name: str) -> None:
    text = REJECTED[name]
    tree = parse(text)
    everything = validate(SCHEMA, tree, RULES)
    assert [rule.__name__ for rule in RULES if rule.__name__ == name and validate(SCHEMA, tree, [rule])] == [name]
    assert [str(error) for error in confirm(SCHEMA, tree, text)] == [str(error) for error in everything]


def test_every_rule_of_the_table_has_a_document_and_is_skipped_without_its_mark() -> None:
    skipped = {rule.__name__ for rule in RULES} - {rule.__name__ for rule in rules_for(())}
    assert skipped == {name for names in MARKED.values() for name in names}
    # This program publishes no @defer and no @stream.
    assert {name for name in skipped if "Stream" not in name} == set(REJECTED)
    assert rules_for(tuple(MARKED)) == RULES
