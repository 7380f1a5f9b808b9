"""The rules for bulk queries that the tests of the mutation do not cover, and their messages."""

import pytest

from abandoned_checkouts.shopify.bulk.rules import user_errors
from abandoned_checkouts.shopify.bulk.rules.checks import query_errors
from abandoned_checkouts.shopify.language.errors.user_errors import ProblemText
from abandoned_checkouts.shopify.schema.build import graphql_schema
from tests.places import ROOT

CASES = [
    # A bulk query has no variable values.
    (
        "query($n: Int!) { abandonedCheckouts(first: $n) { edges { node { id } } } }",
        ["Invalid bulk query: Variable $n of type Int! was provided invalid value"],
    ),
    ("query($n: Int = 3) { abandonedCheckouts(first: $n) { edges { node { id } } } }", []),
    ("{ abandonedCheckouts { edges { node { id email } } } }", None),
    ("", None),
    ("query A { shop { id } } query B { shop { id } }", None),
    *(
        (text, ["Invalid operation type. Only `query` operations are supported."])
        for text in ("subscription { x }", 'mutation { productCreate(input: {title: "x"}) { product { id } } }')
    ),
    (
        "{ nodes(ids: []) { id } abandonedCheckouts { edges { node { id } } } }",
        ["Bulk queries cannot contain a top level `nodes` field."],
    ),
    (
        "{ abandonedCheckouts { pageInfo { hasNextPage } } }",
        [
            "All connection fields in a bulk query must select their contents using 'edges' > 'node', e.g: "
            "'abandonedCheckouts { edges { node {'. Selecting via 'nodes' is not supported. "
            "Invalid connection fields: 'abandonedCheckouts'."
        ],
    ),
    # Three lists deep is what the documentation's sentence allows.
    (
        "{ abandonedCheckouts { edges { node { id lineItems { edges { node { id discountAllocations { edges { node { "
        "allocatedAmountSet { shopMoney { amount } } } } } } } } } } } }",
        [],
    ),
]


@pytest.mark.parametrize(("query", "messages"), CASES)
def test_invalid_queries_have_shopifys_messages(query: str, messages: list[str] | None) -> None:
    """`messages` is None if the query is refused with the error message of an ordinary query."""
    found = query_errors(graphql_schema(), query)
    if messages is None:
        assert len(found) == 1 and found[0].message.startswith("Invalid bulk query: "), (query, found)
        assert "at [" not in found[0].message
    else:
        assert [problem.message for problem in found] == messages, query
    assert all((problem.field, problem.code) == (("query",), "INVALID") for problem in found)


def test_every_text_is_used() -> None:
    """Every recorded error message has a rule."""

    texts = [name for name, value in vars(user_errors).items() if isinstance(value, ProblemText)]
    used = "".join(
        (ROOT / place).read_text()
        for place in (
            "app/abandoned_checkouts/shopify/bulk/rules/checks.py",
            "app/abandoned_checkouts/shopify/schema/mutations/bulk_operation.py",
        )
    )
    assert [name for name in texts if f"user_errors.{name}.error(" not in used] == []
