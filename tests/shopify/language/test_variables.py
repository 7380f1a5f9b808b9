"""INVALID_VARIABLE in the recorded form, and which variables reach an operation."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from graphql import build_schema, parse

from abandoned_checkouts.shopify.language.variables import Variables
from tests.contract.schema import contract_schema
from tests.recorded import recorded

# declared type, value, then each problem: path, explanation, whether Shopify repeats it under `message`
CASES: list[tuple[str, Any, list[tuple[list[str | int], str, bool]]]] = [
    ("ID!", "not-a-gid", [([], "Invalid global id 'not-a-gid'", True)]),
    ("ID!", "", [([], "Invalid global id ''", True)]),
    ("ID!", 7, [([], "Invalid global id '7'", True)]),
    ("ID!", None, [([], "Expected value to not be null", False)]),
    ("ID", None, []),
    ("ID!", "gid://shopify/Customer/no-contact-recipient", []),
    ("[ID!]!", ["gid://shopify/Product/1", "nope"], [([1], "Invalid global id 'nope'", True)]),
    ("[ID!]!", "gid://shopify/Product/1", []),
    ("[ID!]!", "nope", [([], "Invalid global id 'nope'", True)]),
    ("Int", "1.5", [([], 'Could not coerce value "1.5" to Int', False)]),
    ("Int", 1.5, [([], "Could not coerce value 1.5 to Int", False)]),
    ("Int", 2**31, [([], "Could not coerce value 2147483648 to Int", False)]),
    ("Int", True, [([], "Could not coerce value true to Int", False)]),
    ("String", 5, [([], "Could not coerce value 5 to String", False)]),
    ("Boolean", "true", [([], 'Could not coerce value "true" to Boolean', False)]),
    ("DateTime", "not-a-date", [([], "invalid DateTime 'not-a-date'", True)]),
    ("DateTime", "2026-01-01T00:00:00Z", []),
    ("DateTime", " 2026-01-01 ", []),
    ("DateTime", "9999-12-31T23:59:59-12:00", [([], "invalid DateTime '9999-12-31T23:59:59-12:00'", True)]),
    ("DateTime", "0001-01-01T00:00:00+14:00", [([], "invalid DateTime '0001-01-01T00:00:00+14:00'", True)]),
    ("DateTime", "2026-01-01T00:00:00Z\0", [([], "invalid DateTime '2026-01-01T00:00:00Z\0'", True)]),
    ("Decimal", "abc", [([], "invalid decimal 'abc'", True)]),
    ("Decimal", "1.50", []),
    ("Decimal", "NaN", [([], "invalid decimal 'NaN'", True)]),
    ("URL", "not-a-url", [([], "Invalid url 'not-a-url', missing scheme", True)]),
    ("URL", "javascript:alert(1)", [([], "Invalid url 'javascript:alert(1)', missing host", True)]),
    ("URL", "https://example.com/a", []),
    ("UnsignedInt64", "-1", [([], "UnsignedInt64 '-1' is out of range", True)]),
    ("UnsignedInt64", "1.5", [([], "UnsignedInt64 invalid value '1.5'", True)]),
    ("UnsignedInt64", "9" * 5_000, [([], f"UnsignedInt64 '{'9' * 5_000}' is out of range", True)]),
    (
        "AbandonmentEmailState!",
        "BOGUS",
        [([], 'Expected "BOGUS" to be one of: NOT_SENT, SCHEDULED, SENT', False)],
    ),
    (
        "SavedSearchCreateInput!",
        {"extra": 1, "resourceType": "PRODUCT", "other": None},
        [
            (["extra"], "Field is not defined on SavedSearchCreateInput", False),
            (["other"], "Field is not defined on SavedSearchCreateInput", False),
            (["name"], "Expected value to not be null", False),
            (["query"], "Expected value to not be null", False),
        ],
    ),
    (
        "WebhookSubscriptionInput!",
        {"metafields": [{"key": "a"}, {"namespace": "b"}]},
        [(["metafields", 1, "key"], "Expected value to not be null", False)],
    ),
    (
        "SavedSearchDeleteInput!",
        "x",
        [([], 'Expected "x" to be a key-value object.', False)],
    ),
]


def variables(declaration: str) -> Variables:
    document = parse(f"query Op(\n  {declaration}\n) {{ shop {{ id }} }}")
    return Variables(contract_schema(), document.definitions[0])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("type_", "value", "problems"), CASES, ids=[f"{type_} {str(value)[:40]}" for type_, value, _ in CASES]
)
def test_problems(type_: str, value: Any, problems: list[tuple[list[str | int], str, bool]]) -> None:
    found = variables(f"$v: {type_}").check({"v": value})
    if not problems:
        assert found == []
        return
    inner = ", ".join(f"{'.'.join(map(str, path))} ({words})" for path, words, _ in problems if path)
    assert found == [
        {
            "message": f"Variable $v of type {type_} was provided invalid value" + (f" for {inner}" if inner else ""),
            "locations": [{"line": 2, "column": 3}],
            "extensions": {
                "code": "INVALID_VARIABLE",
                "value": value,
                "problems": [
                    {"path": path, "explanation": words} | ({"message": words} if spoken else {})
                    for path, words, spoken in problems
                ],
            },
        }
    ]
    assert list(found[0]) == ["message", "locations", "extensions"]
    assert list(found[0]["extensions"]) == ["code", "value", "problems"]


def test_missing_and_defaults() -> None:
    declared = variables("$a: Int!, $b: Int = 5, $c: Int, $d: Int! = 3")
    assert [error["message"] for error in declared.check({})] == ["Variable $a of type Int! was provided invalid value"]
    assert declared.check({"a": 1, "undeclared": object()}) == []
    assert declared.values({"a": 1, "c": None, "undeclared": 2}) == {"a": 1, "b": 5, "c": None, "d": 3}


def test_problems_of_a_hostile_value_are_bounded() -> None:
    error = variables("$v: [ID!]!").check({"v": ["x"] * 100_000})[0]
    assert len(error["extensions"]["problems"]) == 100


def test_exactly_one_field() -> None:
    schema = build_schema("input Which @oneOf { id: ID, handle: String } type Query { a(b: Which): Int }")
    declared = Variables(schema, parse("query ($v: Which!) { a(b: $v) }").definitions[0])  # type: ignore[arg-type]
    problem = declared.check({"v": {}})[0]["extensions"]["problems"]
    assert problem == [{"path": [], "explanation": "'Which' requires exactly one argument, but 0 were provided."}]


def test_every_recorded_explanation_is_known() -> None:
    """Each kind of explanation that was recorded is one that a case above expects, with the same keys."""
    known = {(_kind(words), spoken) for _, _, problems in CASES for _, words, spoken in problems}
    known.add((_kind("'X' requires exactly one argument, but 0 were provided."), False))
    unknown: dict[str, Any] = {}
    for row in recorded("graphql_errors.json"):
        if row["code"] != "INVALID_VARIABLE" or not isinstance(row["example"], dict):
            continue
        assert list(row["example"]) == ["message", "locations", "extensions"]
        for problem in row["example"]["extensions"]["problems"]:
            kind = (_kind(problem["explanation"]), "message" in problem)
            if kind not in known:
                unknown[json.dumps(kind)] = problem
    assert not unknown, json.dumps(unknown, indent=1)


def _kind(explanation: str) -> str:
    text = re.sub(r"one of: .*", "one of: _", re.sub(r"'[^']*'", "'_'", explanation))
    text = re.sub(r"defined on \w+", "defined on _", re.sub(r'"[^"]*"', '"_"', text))
    return re.sub(r"value \S+ to", "value _ to", text)


@pytest.mark.parametrize("declared", ["ID!", "[ID!]!", "String", "Int"])
@pytest.mark.parametrize("key", [None, "a"])
def test_a_value_nested_deeper_than_64_levels_is_refused(declared: str, key: str | None) -> None:
    def nested(levels: int) -> Any:
        value: Any = "x"
        for _ in range(levels):
            value = [value] if key is None else {key: value}
        return value

    operation: Any = parse(f"query ($x: {declared}) {{ shop {{ id }} }}").definitions[0]
    variables = Variables(contract_schema(), operation)
    for levels in (66, 1_000):
        (error,) = variables.check({"x": nested(levels)})
        assert error == {
            "message": "Variable $x is nested deeper than the allowed 64 levels.",
            "locations": [{"line": 1, "column": 8}],
            "extensions": {"code": "BAD_REQUEST"},
        }
    (shallow,) = variables.check({"x": nested(60)})
    assert shallow["extensions"]["code"] == "INVALID_VARIABLE"
