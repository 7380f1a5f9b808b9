"""Every recorded validation error, produced on the contract and compared in shape with what Shopify answered."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from abandoned_checkouts.shopify.language.document import Operation
from abandoned_checkouts.shopify.language.document_cache import Documents
from tests.contract.schema import contract_schema
from tests.recorded import recorded

# code → a document that has exactly this error on the contract, by the pattern of its message
PROVOKED: dict[tuple[str | None, str], str] = {
    ("PARSE_ERROR", "syntax error, unexpected end of file at [_, _]"): "query {\n  shop {\n    id",
    ("undefinedField", "Field '_' doesn't exist on type '_'"): "query Op { shop { nope } }",
    (
        "selectionMismatch",
        "Field must have selections (field '_' returns _ but has no selections. Did you mean '_'?)",
    ): "query Op { shop }",
    ("argumentNotAccepted", "Field '_' doesn't accept argument '_'"): "query Op { shop(a: 1) { id } }",
    (
        "argumentNotAccepted",
        "InputObject '_' doesn't accept argument '_'",
    ): 'mutation M { savedSearchDelete(input: {id: "gid://shopify/SavedSearch/1", a: 1}) { shop { id } } }',
    (
        "missingRequiredArguments",
        "Field '_' is missing required arguments: _",
    ): "query Op { order { id } }",
    (
        "missingRequiredArguments",
        "Directive '_' is missing required arguments: _",
    ): "query Op { shop @include { id } }",
    (
        "missingRequiredInputObjectAttribute",
        "Argument '_' on InputObject '_' is required. Expected type _",
    ): "mutation M { savedSearchDelete(input: {}) { shop { id } } }",
    (
        "argumentLiteralsIncompatible",
        "Argument '_' on Field '_' has an invalid value (_). Expected type '_'.",
    ): "query Op { order(id: null) { id } }",
    (
        "argumentLiteralsIncompatible",
        "Argument '_' on InputObject '_' has an invalid value (_). Expected type '_'.",
    ): 'mutation M { savedSearchCreate(input: {name: "n", query: "", resourceType: NOPE}) { userErrors { field } } }',
    ("argumentLiteralsIncompatible", "Invalid global id '_'"): 'query Op { node(id: "not-a-gid") { id } }',
    (
        "argumentLiteralsIncompatible",
        "Invalid url '_', missing scheme",
    ): 'query Op { webhookSubscriptions(first: 1, callbackUrl: "not-a-url") { nodes { id } } }',
    (
        "variableNotUsed",
        "Variable $_ is declared by _ but not used",
    ): "query Op($a: Int) { shop { id } }",
    ("undefinedDirective", "Directive @_ is not defined"): "query Op { shop @idempotent { id } }",
    (
        "undefinedType",
        "No such type _, so it can't be a fragment condition",
    ): 'query Op { node(id: "gid://shopify/Product/1") { ... on Nope { id } } }',
    (None, "An operation name is required"): "query A { shop { id } } query B { shop { id } }",
}
# Errors that the contract cannot provoke: it has neither an input object with exactly one field nor an ARN argument.
ELSEWHERE = {
    ("invalidOneOfInputObject", "OneOf Input Object '_' must specify exactly one key."),
    ("argumentLiteralsIncompatible", "Invalid ARN '_'"),
    (None, 'No operation named "_"'),
}
VALIDATION = {code for code, _ in PROVOKED} | {"invalidOneOfInputObject"}
# Rows without a code that are not errors of a document: user errors, and answers of fields outside the contract.
_NOT_A_DOCUMENT = re.compile(r"^(cannot|must|is too|Codes must|\[|The token)")


def pattern(message: str) -> str:
    """A message without its names."""
    text = re.sub(r"'[^']*'(?=[ ,.?)]|$)", "'_'", message)
    text = re.sub(r"\((?!field)[^()]*\)", "(_)", text)
    text = re.sub(r"returns \w+", "returns _", re.sub(r"arguments: .*", "arguments: _", text))
    text = re.sub(r"\$\w+ is declared by \w+", "$_ is declared by _", text)
    text = re.sub(r"type [\w!\[\]]+", "type _", text) if "is required" in text else text
    text = re.sub(r"\[\d+, \d+\]", "[_, _]", re.sub(r"@\w+", "@_", text))
    return re.sub(r'"[^"]*"', '"_"', re.sub(r"such type \w+", "such type _", text))


def errors(text: str, operation: str | None = None) -> list[dict[str, Any]]:
    found = Documents(contract_schema()).read(text).operation(operation)
    assert not isinstance(found, Operation), f"no error in {text}"
    return list(found)


def recorded_rows() -> list[dict[str, Any]]:
    rows = []
    for row in recorded("graphql_errors.json"):
        example = row["example"]
        if row["code"] in VALIDATION and isinstance(example, dict) and not _NOT_A_DOCUMENT.match(row["message"]):
            rows.append(example)
    return rows


def shape(error: dict[str, Any]) -> dict[str, Any]:
    """The shape of an error: its keys and the keys of its extensions in order, and the kind of the path's first
    element."""
    extensions = error.get("extensions")
    path = error.get("path")
    return {
        "keys": list(error),
        "extensions": list(extensions) if extensions is not None else None,
        "code": extensions and extensions["code"],
        "root": path and path[0].split(" ")[0],
        "locations": [list(place) for place in error.get("locations", [])][:1],
    }


def test_every_recorded_pattern_is_known() -> None:
    seen = {((row.get("extensions") or {}).get("code"), pattern(row["message"])) for row in recorded_rows()}
    unknown = seen - PROVOKED.keys() - ELSEWHERE
    assert not unknown, f"recorded, but neither provoked here nor explained: {sorted(unknown, key=str)}"


@pytest.mark.parametrize(("code", "words"), PROVOKED, ids=[f"{code}: {words[:40]}" for code, words in PROVOKED])
def test_shape_is_the_recorded_one(code: str | None, words: str) -> None:
    text = PROVOKED[code, words]
    ours = errors(text)
    assert [pattern(error["message"]) for error in ours] == [words], f"{text}\n{json.dumps(ours, indent=1)}"
    kind = "mutation" if text.startswith("mutation") else "query"
    theirs = [
        row
        for row in recorded_rows()
        if (row.get("extensions") or {}).get("code") == code and pattern(row["message"]) == words
    ]
    assert theirs, f"nothing recorded for {code}: {words}"
    for row in theirs:
        expected = shape(row)
        if expected["root"]:
            expected["root"] = kind
        assert shape(ours[0]) == expected, f"{text}\nours   {json.dumps(ours[0])}\ntheirs {json.dumps(row)}"


def test_operation_that_is_not_there() -> None:
    assert errors("query A { shop { id } }", "Missing") == [{"message": 'No operation named "Missing"'}]
