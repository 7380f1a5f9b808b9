"""The lexer reads the tokens that graphql-core reads, at the same places, with the same errors."""

import pytest
from graphql import GraphQLSyntaxError, Lexer, Source, TokenKind
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abandoned_checkouts.shopify.language.document_lexer import DocumentLexer
from abandoned_checkouts.shopify.schema.build import graphql_schema
from tests.benchmarks.queries import NODE, PAGE, PASTED
from tests.shopify.language.generated_documents import EXAMPLES, generated_documents

ODD = [
    "\ufeff{ a,b\t,c\n\n  d }",
    "{ a\r\n b\r c\n d }",
    "{ a # comment { b }\n  b }",
    '{ a(x: "text, {", y: """block\n "quoted" """, z: [-1, 2.5e3, $v, E, true, null]) }',
    "query Q($v: [Int!]! = [1]) @d(a: {b: 1}) { ...F ... on A @include(if: true) { a } } fragment F on A { a: b }",
    "{ a ... }",
    "{ a..b }",
    "{ a",
    "{ a { } }",
    "{ é }",
    "{ a ? }",
    '{ a(x: "no end) }',
    "",
    " \n ",
    "{ a1_ _b }",
    "type A { b: C & D }",
]


SIGNS = '{}()[]:!$&=@|."\\#\r\n\t ,aé1-'


def read(lexer: Lexer) -> list[tuple[object, ...]]:
    """The kind, start, end, line, column and value of each token, or the message and place of the error."""
    found: list[tuple[object, ...]] = []
    try:
        while lexer.token.kind is not TokenKind.EOF:
            token = lexer.advance()
            found.append((token.kind, token.start, token.end, token.line, token.column, token.value))
    except GraphQLSyntaxError as error:
        found.append((error.message, error.positions))
    return found


def _check(text: str) -> None:
    assert read(DocumentLexer(Source(text))) == read(Lexer(Source(text))), text


@pytest.mark.parametrize("text", [*ODD, PAGE, NODE, PASTED])
def test_the_tokens_are_those_of_graphql_core(text: str) -> None:
    _check(text)


@settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(
    st.one_of(
        st.sampled_from(EXAMPLES), generated_documents(graphql_schema()), st.text('{}()[]:!$&=@|."\\#\r\n\t ,aé1-')
    )
)
def test_generated_texts_have_the_same_tokens(text: str) -> None:
    _check(text)
