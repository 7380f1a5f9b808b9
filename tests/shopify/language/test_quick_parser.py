"""The quick parser reads what most clients send, and leaves the rest to graphql-core. test_parse compares the trees."""

import pytest
from graphql import parse

from abandoned_checkouts.shopify.language.places import DocumentSource
from abandoned_checkouts.shopify.language.quick_parser import parsed_quickly, plain_selections, plain_tokens
from tests.benchmarks.queries import NODE, PAGE, PASTED

USUAL = [
    PAGE,
    NODE,
    PASTED,
    "{ a }",
    "\ufeff{ a,\tb\r\n c: d }",
    "query Q($v: [Int!]! = [1], $w: String @d) @d(a: {b: 1, c: [-1, true, null, E, $v]}) { a }",
    'mutation { a(x: "text, {", y: "") { b @include(if: $v) } }',
    "{ ...F ... on A @d { a } ... { b } ... @skip(if: true) { c } } fragment F on A @d { a: b }",
    '# one {\n{ a # "two"\n b(x: "# no comment", y: "") }#three',
    '{ a #"\n#"\r\n}',
    "subscription { on query fragment true null }",
]
UNUSUAL = [
    "",
    "# one \ud800\n{ a }",
    r'{ a(x: "\"") } # one',
    '{ a(x: """#""") }',
    '{ a(x: "no end # ) }',
    "# only",
    '"description" query Q { a }',
    '{ a(x: """block""") }',
    r'{ a(x: "\n") }',
    "{ a(x: 2.5) }",
    "{ a(x: 1e3) }",
    "type A { b: C }",
    "{ a(x: [{b: " + "[" * 70 + "]" * 70 + "}]) }",
    "{" * 70,
    "{ }",
    "{ a",
    "{ a } }",
    "{ a(x: ) }",
    "{ a(x:",
    "query ($v: Int =",
    "{ a() }",
    "query ($v: [Int) { a }",
    "query ($v: Int = $w) { a }",
    "fragment on on A { a }",
    "{ ... on { a } }",
    "{ a ? }",
    "{ é }",
    "{ a.b }",
    "{ a(x: 01) }",
    "{ a(x: 1a) }",
]


@pytest.mark.parametrize("text", USUAL)
def test_a_usual_document_has_the_tree_of_graphql_core(text: str) -> None:
    expected, found = parse(text, allow_empty_selection_sets=False), parsed_quickly(DocumentSource(text))
    assert found == expected
    assert found is not None
    assert found.token_count == expected.token_count
    assert found.to_dict(locations=True) == expected.to_dict(locations=True)
    assert [vars(node) for node in found.definitions] == [vars(node) for node in expected.definitions]


@pytest.mark.parametrize("text", UNUSUAL)
def test_an_unusual_document_is_left_to_graphql_core(text: str) -> None:
    assert parsed_quickly(DocumentSource(text)) is None


def test_selections_of_names_and_braces_are_known_by_their_tokens() -> None:
    text = "{ a { b c { d } }  e { b, c\n{ d } } f: g { h(x: 1) { i } ... { j } k @l m { n } } "
    text += "o { p " * 30 + "}" * 31
    found = parsed_quickly(DocumentSource(text))
    assert found is not None
    outer = found.definitions[0].selection_set.selections  # type: ignore[attr-defined]
    first, second, mixed, long = [each.selection_set for each in outer]
    tokens = ("{", "b", "c", "{", "d", "}", "}")
    assert plain_tokens(first) == plain_tokens(second) == tokens
    assert plain_tokens(mixed) is plain_tokens(long) is None
    assert [plain_tokens(each.selection_set) for each in mixed.selections if each.selection_set] == [
        ("{", "i", "}"),
        ("{", "j", "}"),
        ("{", "n", "}"),
    ]
    assert plain_tokens(parse("{ a }").definitions[0].selection_set) is None  # type: ignore[attr-defined]
    assert plain_selections(tokens).to_dict() == first.to_dict()
