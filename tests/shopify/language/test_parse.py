"""Documents are parsed as by graphql-core: the same tree, the same places of nodes, the same errors."""

from collections.abc import Callable
from functools import partial

import pytest
from graphql import DocumentNode, GraphQLSyntaxError, parse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abandoned_checkouts.shopify.language.parse import parse_document
from abandoned_checkouts.shopify.schema.build import graphql_schema
from tests.benchmarks.queries import NODE, PAGE, PASTED
from tests.shopify.language.generated_documents import EXAMPLES, generated_documents
from tests.shopify.language.test_document_lexer import ODD

# Tokens that a text of any of them is made of, so that most kinds of nodes and of syntax errors occur.
TOKENS = [*"{}()[]:!$=@|&.", "...", "query", "mutation", "fragment", "on", "true", "null", "a", "_b1"]
TOKENS += ["1", "-2", "0", "01", "1.5", "1a"]
TOKENS += [
    '"text"',
    '""',
    '"""block"""',
    '"\\n"',
    '"é',
    "#note\n",
    '# "',
    "é",
    "\ufeff",
    "\r\n",
    "type",
    "{ a }",
    "(a: 1)",
    "...",
]


def parsed(parser: Callable[[str], DocumentNode], text: str) -> tuple[object, ...]:
    """The tree with its number of tokens, or the message and place of the error."""
    try:
        tree = parser(text)
    except GraphQLSyntaxError as error:
        return error.message, error.positions
    return tree, tree.token_count


def check(text: str) -> None:
    assert parsed(parse_document, text) == parsed(partial(parse, allow_empty_selection_sets=False), text), text


@pytest.mark.parametrize("text", [*ODD, PAGE, NODE, PASTED])
def test_the_tree_is_that_of_graphql_core(text: str) -> None:
    check(text)


@pytest.mark.parametrize(
    "text",
    [
        'query Q($v: [Int!]! = [1], $w: S = {a: 1} @d(b: E)) @d(a: {b: 1, c: [-1, true, null, E, $v, "t"]}) { a }',
        "{ ...F ... on A @d { a } ... @skip(if: true) { c: d(e: 1) } } fragment F on A @d { a: b }",
    ],
)
def test_every_beginning_of_a_document_has_the_tree_or_error_of_graphql_core(text: str) -> None:
    for end in range(len(text)):
        check(text[:end])


@settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(
    st.one_of(
        st.sampled_from(EXAMPLES),
        generated_documents(graphql_schema()),
        st.lists(st.sampled_from(TOKENS), max_size=14).map(" ".join),
        st.lists(st.sampled_from(TOKENS), max_size=8).map(lambda tokens: f"query {{ a {' '.join(tokens)} }}"),
        st.lists(st.sampled_from(TOKENS), max_size=8).map(lambda tokens: f"{{ a(b: {' '.join(tokens)}) }}"),
        st.lists(st.sampled_from(TOKENS), max_size=8).map(lambda tokens: f"query ($a: {' '.join(tokens)}) {{ a }}"),
        st.lists(st.sampled_from(TOKENS), max_size=6).map("".join),
    )
)
def test_generated_texts_have_the_tree_or_error_of_graphql_core(text: str) -> None:
    check(text)
