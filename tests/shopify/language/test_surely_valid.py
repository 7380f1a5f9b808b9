"""Documents that skip the rules of graphql-core and our own would pass both."""

import pytest
from graphql import GraphQLError, GraphQLSchema, GraphQLSyntaxError, build_schema, parse, validate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abandoned_checkouts.shopify.execution.execute import coordinates
from abandoned_checkouts.shopify.language.confirming import RULES
from abandoned_checkouts.shopify.language.deprecations import deprecations
from abandoned_checkouts.shopify.language.document import prepared_operation
from abandoned_checkouts.shopify.language.lexer import tokens
from abandoned_checkouts.shopify.language.parse import parse_document
from abandoned_checkouts.shopify.language.surely_valid import SelectedFields, surely_valid
from abandoned_checkouts.shopify.language.validation import validate as own_errors
from abandoned_checkouts.shopify.schema.build import graphql_schema
from tests.benchmarks.queries import NODE, PAGE
from tests.shopify.language.generated_documents import EXAMPLES, generated_documents

SCHEMA = graphql_schema()
SMALL = build_schema("""
    type Query { a: A, i: I, u: U, b(x: Int, id: ID!, s: [String], e: E, in: In, f: Float): String }
    type A implements I { n: Int } type B { n: Int } interface I { n: Int } union U = A | B
    enum E { ONE } input In { x: Int }
""")
SURE = [
    "{ a { n __typename } i { n ... on A { a: n } ... { b: n } } u { ... on A { n } } }",
    'query Q($x: Int, $id: ID!) { b(x: $x, id: $id, s: ["a", null], e: ONE) }',
    'query ($id: ID!) { b(id: $id, x: 1, s: "a") }',
    '{ b(id: "gid://shopify/A/1", x: null) }',
]
# Each breaks a rule, or has something that needs the rules.
UNSURE = [
    "{ a }",
    "{ a { n n } }",
    "{ a { n ... on A { n } } }",
    "{ a { n } a: i { n } }",
    '{ b(id: "gid://shopify/A/1") b(id: "gid://shopify/A/2") }',
    "{ a { n { m } } }",
    "{ a { missing } }",
    "{ u { n } }",
    "{ u { ... on Missing { n } } }",
    "{ a { ... on B { n } } }",
    "{ a { __typename { n } } }",
    "{ b }",
    '{ b(id: "gid://shopify/A/1", id: "gid://shopify/A/1") }',
    '{ b(id: "gid://shopify/A/1", y: 1) }',
    '{ b(id: "gid://shopify/A/1", x: "1") }',
    '{ b(id: "gid://shopify/A/1", x: 12345678901) }',
    '{ b(id: "gid://shopify/A/1", e: TWO) }',
    '{ b(id: "gid://shopify/A/1", s: [1]) }',
    '{ b(id: "gid://shopify/A/1", in: {x: 1}) }',
    '{ b(id: "gid://shopify/A/1", f: 1.5) }',
    "{ b(id: null) }",
    '{ b(id: "not a global id") }',
    "query ($id: ID) { b(id: $id) }",
    "query ($id: ID!, $id: ID!) { b(id: $id) }",
    "query ($id: ID!, $unused: Int) { b(id: $id) }",
    "query ($id: Missing!) { b(id: $id) }",
    "query ($id: A) { b(id: $id) }",
    'query ($x: Int = 1) { b(id: "gid://shopify/A/1", x: $x) }',
    '{ b(id: "gid://shopify/A/1", x: $x) }',
    "{ a { n @skip(if: true) } }",
    "query @skip(if: true) { a { n } }",
    "{ __schema { queryType { name } } }",
    "{ ...F } fragment F on Query { a { n } }",
    "{ a { n } } { a { n } }",
    "mutation { a }",
]


@pytest.mark.parametrize("text", SURE)
def test_a_plain_query_is_surely_valid(text: str) -> None:
    assert sure_fields(SMALL, text) is not None and not validate(SMALL, parse(text), RULES)


@pytest.mark.parametrize("text", UNSURE)
def test_anything_else_is_not(text: str) -> None:
    assert sure_fields(SMALL, text) is None


@pytest.mark.parametrize("text", [PAGE, NODE])
def test_the_usual_queries_are_surely_valid(text: str) -> None:
    assert sure_fields(SCHEMA, text) is not None


def test_no_broken_query_is_surely_valid() -> None:
    """Each text is one of the usual queries with a token that is left out, repeated or replaced by another."""
    checked = 0
    for text in (PAGE, NODE):
        places = [(match.start(), match.end()) for match in tokens(text)]
        words = [text[start:end] for start, end in places]
        for number, (start, end) in enumerate(places):
            other = words[(number * 7 + 3) % len(words)]
            for new in ("", f"{words[number]} {words[number]}", other):
                checked += _is_right(f"{text[:start]}{new} {text[end:]}")
    assert checked > 20


@settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(st.sampled_from(EXAMPLES), generated_documents(SCHEMA)))
def test_generated_documents_that_are_surely_valid_pass_the_rules(text: str) -> None:
    _is_right(text)


def _is_right(text: str) -> bool:
    """Whether a text is said to be surely valid; then the rules must accept it."""
    try:
        tree = parse(text)
    except (GraphQLSyntaxError, GraphQLError):
        return False
    selected = sure_fields(SCHEMA, text)
    if selected is None:
        return False
    assert not (validate(SCHEMA, tree, RULES) or own_errors(SCHEMA, tree)), text
    operation = prepared_operation(SCHEMA, tree, tree.definitions[0])  # type: ignore[arg-type]
    assert selected.coordinates == coordinates(operation)
    assert selected.may_be_deprecated or not deprecations(SCHEMA, tree, operation.node)
    return True


def sure_fields(schema: GraphQLSchema, text: str) -> SelectedFields | None:
    """The selected fields, which must be the same for the tree of each parser. The quick one marks selections that are
    only names and braces, which are checked once for all documents."""
    found = surely_valid(schema, parse(text))
    assert surely_valid(schema, parse_document(text)) == found
    return found


def test_what_may_be_deprecated() -> None:
    schema = build_schema("""
        type Query { new: A, old: A @deprecated, list(sort: E, first: Int, key: Int @deprecated): A }
        type A { id: ID!, past: ID! @deprecated } enum E { ONE, TWO @deprecated }
    """)
    for text, expected in {
        "{ new { id } list(first: 1) { id } }": False,
        "{ old { id } }": True,
        "{ new { id past } }": True,
        "{ list(key: 1) { id } }": True,
        "{ list(sort: TWO) { id } }": True,
    }.items():
        found = sure_fields(schema, text)
        assert found is not None and found.may_be_deprecated is expected, text
