"""Documents are limited in size, and are valid exactly if graphql-core accepts them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from graphql import parse, validate
from hypothesis import given, settings
from hypothesis import strategies as st

from abandoned_checkouts.shopify.language.document import Operation
from abandoned_checkouts.shopify.language.document_cache import Documents
from abandoned_checkouts.shopify.language.lexer import Limits
from tests.contract.schema import contract_schema
from tests.pace import Pace, check_pace, cpu_seconds
from tests.shopify.language.generated_documents import EXAMPLES, generated_documents


def test_operations_are_found_by_name() -> None:
    document = Documents(contract_schema()).read(
        "query A { shop { id } } "
        'mutation B { bulkOperationCancel(id: "gid://shopify/BulkOperation/1") { userErrors { field } } }'
    )
    found = document.operation("B")
    assert isinstance(found, Operation)
    assert (found.name, found.is_mutation) == ("B", True)
    assert document.operation() == ({"message": "An operation name is required"},)
    assert document.operation("C") == ({"message": 'No operation named "C"'},)


def test_which_operation_is_settled_before_validity() -> None:
    document = Documents(contract_schema()).read("query A { nope } query B { shop { id } }")
    assert document.operation() == ({"message": "An operation name is required"},)
    assert document.operation("B") != ()


def _fragments(width: int, depth: int) -> str:
    """Each fragment spreads the next `width` times: width ** depth fields from a few hundred tokens."""
    levels = [
        f"fragment F{level} on Order {{ "
        + " ".join(f"a{side}: customer {{ lastOrder {{ ...F{level + 1} }} }}" for side in range(width))
        + " }"
        for level in range(depth)
    ]
    return (
        '{ order(id: "gid://shopify/Order/1") { ...F0 } } ' + " ".join(levels) + f" fragment F{depth} on Order {{ id }}"
    )


HOSTILE: dict[str, Callable[[], str]] = {
    "alias flood": lambda: "{ " + " ".join(f"a{number}: shop {{ id }}" for number in range(10_000)) + " }",
    "depth": lambda: "{ shop " + "{ a " * 500 + "}" * 501,
    "depth of a list value": lambda: "{ shop(a: " + "[" * 500 + "]" * 500 + ") { id } }",
    "depth of a type": lambda: "query ($a: " + "[" * 500 + "ID" + "]" * 500 + ") { shop { id } }",
    "directives": lambda: "{ shop { id " + "@include(if: true) " * 1_000 + "} }",
    "tokens": lambda: "{ shop { " + "id " * 100_000 + "} }",
    "unterminated block strings": lambda: '{ shop(a: """' + '\\""" ' * 50_000,
    "unterminated strings": lambda: '{ shop(a: "' + '\\"' * 100_000,
    "comments": lambda: "# a\n" * 100_000 + "{ shop { id ",
    "spaces": lambda: " , " * 200_000 + "{",
    "fragment cycle": lambda: "{ shop { ...A } } fragment A on Shop { ...B } fragment B on Shop { ...A }",
    "long fragment cycle": lambda: (
        "{ shop { ...F0 } } " + " ".join(f"fragment F{n} on Shop {{ ...F{(n + 1) % 1_000} }}" for n in range(1_000))
    ),
    "short fragment cycle": lambda: (
        "{ shop { ...F0 } } " + " ".join(f"fragment F{n} on Shop {{ ...F{(n + 1) % 150} }}" for n in range(150))
    ),
    "unused fragment chain": lambda: (
        "{ shop { id } } "
        + " ".join(f"fragment F{n} on Shop {{ ...F{n + 1} }}" for n in range(1_000))
        + " fragment F1000 on Shop { id }"
    ),
    "fragments that multiply": lambda: _fragments(2, 14),
    "deep fragments": lambda: _fragments(1, 40),
}
# Within the limits, so they are read; the parser then takes most of the time.
COSTLY: dict[str, Callable[[], str]] = {
    "fields of one name": lambda: "{ shop { " + "id " * 9_000 + "} }",
    "fields of one name, each with arguments": lambda: "{ shop { " + 'metafield(key: "a") { id } ' * 900 + "} }",
    "conflicting arguments": lambda: (
        "{ shop { " + " ".join(f'metafield(key: "{number}") {{ id }}' for number in range(900)) + " } }"
    ),
    "unknown fields": lambda: "{ shop { " + " ".join(f"f{number}" for number in range(9_000)) + " } }",
    "unknown arguments": lambda: (
        "{ shop { metafields(" + " ".join(f"a{n}: 1" for n in range(2_500)) + ") { nodes { id } } } }"
    ),
    "variables": lambda: "query (" + " ".join(f"$a{n}: Int" for n in range(2_000)) + ") { shop { id } }",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_are_refused_within_100_ms_of_a_usual_machine(name: str) -> None:
    text, pace = HOSTILE[name](), Pace(0.1)
    while pace.again():
        documents = Documents(contract_schema())
        with pace.attempt():
            found = documents.read(text).operation()
        assert not isinstance(found, Operation), f"{name} was accepted"
        assert found[0]["message"]
    pace.check(name)


@pytest.mark.parametrize("name", COSTLY)
def test_costly_documents_take_time_linear_in_their_size(name: str) -> None:
    text = COSTLY[name]()
    parsing = min(cpu_seconds(lambda: parse(text)) for _ in range(2))
    check_pace(6 * parsing + 0.1, lambda: Documents(contract_schema()).read(text), name)


def test_limits_say_what_to_do() -> None:
    documents = Documents(contract_schema(), limits=Limits(aliases=1))
    assert documents.read("{ a: shop { id }\n b: shop { id } }").errors == (
        {
            "message": "Query has more than 1 aliases. Split it into several requests.",
            "locations": [{"line": 2, "column": 3}],
            "extensions": {"code": "BAD_REQUEST"},
        },
    )


def test_arguments_are_not_counted_as_aliases() -> None:
    documents = Documents(contract_schema(), limits=Limits(aliases=0))
    text = "query ($n: Int) { abandonedCheckouts(first: $n, reverse: true) { nodes { id } } }"
    assert isinstance(documents.read(text).operation(), Operation)


def test_punctuation_inside_strings_counts_for_nothing() -> None:
    documents = Documents(contract_schema(), limits=Limits(depth=4, aliases=0, directives=0))
    text = '{ abandonedCheckouts(first: 1, query: "{{{{{{ a:b @@ \\" #") { nodes { id } } } # {{{{{{ @'
    assert isinstance(documents.read(text).operation(), Operation), documents.read(text).errors


@pytest.mark.parametrize("text", EXAMPLES)
def test_example_is_judged_as_by_graphql_core(text: str) -> None:
    _same_verdict(text)


@settings(max_examples=150, deadline=None)
@given(generated_documents(contract_schema()))
def test_generated_document_is_judged_as_by_graphql_core(text: str) -> None:
    _same_verdict(text)


@settings(max_examples=100, deadline=None)
@given(st.text('{}()[]:$@!."\\# ,\n\tabe01-_\ufeff', max_size=60))
def test_any_text_gets_an_answer(text: str) -> None:
    found = Documents(contract_schema()).read(text).operation()
    assert isinstance(found, Operation) or (found and all(error["message"] for error in found))


def _same_verdict(text: str) -> None:
    theirs = validate(contract_schema(), parse(text))
    ours = Documents(contract_schema()).read(text).errors
    # Global ids and other scalars are stricter here: the contract's own scalars accept any text.
    stricter = [error for error in ours if error["extensions"].get("typeName") == "CoercionError"]
    if len(stricter) == len(ours) and ours:
        return
    assert bool(ours) == bool(theirs), f"{text}\nours {ours}\ngraphql-core {[error.message for error in theirs]}"
    borrowed = [error for error in ours if error["extensions"]["code"] == "BAD_REQUEST"]
    assert not borrowed, f"no message of this server for {borrowed} in\n{text}"
