"""Introspection is limited by the size of its response, executed in a thread, and cached."""

import asyncio
import json
import threading
from typing import Any

import pytest
from graphql import execute_sync, get_introspection_query, parse

from abandoned_checkouts.shopify.execution import introspect
from abandoned_checkouts.shopify.execution.introspect import Introspections, parts_of
from abandoned_checkouts.shopify.language.document import Operation
from abandoned_checkouts.shopify.language.document_cache import Documents
from abandoned_checkouts.shopify.language.introspection import (
    MAX_BUDGET,
    MAX_TYPES,
    introspection_over_limit,
    introspection_size,
    introspections,
)
from abandoned_checkouts.shopify.schema.build import graphql_schema
from tests.pace import Pace
from tests.shopify.caller import Caller

WHOLE = get_introspection_query(
    descriptions=True,
    specified_by_url=True,
    directive_is_repeatable=True,
    schema_description=True,
    input_value_deprecation=True,
    one_of=True,
    type_depth=12,
)
# The queries of graphql-js 15 to 17, GraphiQL, Apollo and gql differ in these options alone.
CLIENTS = {
    "all options": WHOLE,
    "graphql-js 15": get_introspection_query(type_depth=7),
    "gql": get_introspection_query(input_value_deprecation=True, specified_by_url=True, type_depth=9),
    "GraphiQL": get_introspection_query(input_value_deprecation=True, schema_description=True, type_depth=9),
    "type names": "{ __schema { types { name kind } } }",
    "fields with the fields of their types": "{ __schema { types { name fields { name type { name } } } } }",
}
# graphql-core refuses three nested lists of fields; two of them, under several names, are many fields as well.
DOUBLE = "types { fields { type { fields { name type { name } } } } }"
NESTED = "__schema { " + " ".join(f"a{number}: {DOUBLE}" for number in range(40)) + " }"


def operation(text: str) -> Operation:
    found = Documents(graphql_schema()).read(text).operation()
    assert isinstance(found, Operation), found
    return found


def size(text: str) -> int:
    found = operation(text)
    roots = introspections(found)
    return introspection_size(found, roots, ["Shop" if node.name.value == "__type" else None for node in roots])


def count_fields(value: object) -> int:
    """The number of fields in a response, and of items in lists of leaves."""
    if isinstance(value, dict):
        return len(value) + sum(count_fields(each) for each in value.values())
    if isinstance(value, list):
        return sum(count_fields(each) if isinstance(each, dict) else 1 for each in value)
    return 0


@pytest.mark.parametrize("name", CLIENTS)
def test_the_queries_of_clients_need_half_of_the_budget(name: str) -> None:
    assert introspection_over_limit(operation(CLIENTS[name]), {}) == ()
    assert 100 < size(CLIENTS[name]) < MAX_BUDGET / 2


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        "{ __schema { types { fields { type { ofType { fields { name } } } } } } }",
        "{ __schema { types { possibleTypes { interfaces { name kind } } } } }",
        '{ __type(name: "Shop") { fields { args { type { ofType { inputFields { type { name } } } } } } } }',
        "{ __schema { directives { name locations args { name type { kind } } } } }",
        '{ __type(name: "Shop") { ...F } a: __type(name: "Shop") { ...F } } '
        "fragment F on __Type { fields { type { enumValues { name } ...G } } } fragment G on __Type { name kind }",
    ],
)
def test_the_estimate_is_near_the_size_of_the_response(text: str) -> None:
    result = execute_sync(graphql_schema(), parse(text))
    counted = count_fields(result.data)
    assert counted <= size(text) <= 1.2 * counted + 60


def aliases(count: int, field: str) -> str:
    return "{ " + " ".join(f"a{number}: {field}" for number in range(count)) + " }"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (aliases(2, "__schema { queryType { name } }"), "more than once"),
        (aliases(200, "__schema { types { fields { type { fields { name } } } } }"), "more than once"),
        ("{ ...F b: __schema { types { name } } } fragment F on QueryRoot { __schema { types { name } } }", "once"),
        (aliases(MAX_TYPES + 1, '__type(name: "Shop") { name }'), "`__type` more than 20 times"),
        ("{ " + NESTED + " }", "40000 fields"),
        ("{ __schema { " + " ".join(f"a{n}: types {{ name }}" for n in range(600)) + " } }", "40000 fields"),
        ("{ __schema { " + "...A " * 200 + "} } fragment A on __Schema { types { fields { name } } }", "40000 fields"),
        ("{ ... { ... on QueryRoot { " + NESTED + " } } shop { id } }", "40000 fields"),
    ],
)
async def test_what_is_too_large_is_refused(sqlite_caller: Caller, text: str, message: str) -> None:
    await sqlite_caller.answer("{ shop { id } }")
    pace = Pace(0.1)
    while pace.again():
        with pace.attempt():
            answer = await sqlite_caller.answer(text)
        (error,) = answer["errors"]
        assert message in error["message"]
        assert error["extensions"] == {"code": "BAD_REQUEST"}
        assert error["locations"]
        assert "data" not in answer
        text += " "  # refusals are kept
    pace.check("the refusal")


async def test_the_type_of_a_variable_is_measured(sqlite_caller: Caller) -> None:
    levels = aliases(120, "fields { type { ofType { fields { ...F } } } }")[2:]
    fragment = "fragment F on __Field " + aliases(30, "name")
    query = f"query ($name: String!) {{ __type(name: $name) {{ name {levels} }} {fragment}"
    assert "errors" in await sqlite_caller.answer(query, {"name": "QueryRoot"})
    assert (await sqlite_caller.answer(query, {"name": "Count"}))["data"]["__type"]["name"] == "Count"
    assert (await sqlite_caller.answer(query, {"name": "Nothing"}))["data"] == {"__type": None}


async def test_bulk_operations_have_the_same_limit(sqlite_caller: Caller) -> None:
    query = "{ " + NESTED + " abandonedCheckouts { edges { node { id } } } }"
    mutation = "mutation ($q: String!) { bulkOperationRunQuery(query: $q) { userErrors { message } } }"
    answer = await sqlite_caller.answer(mutation, {"q": query})
    (error,) = answer["data"]["bulkOperationRunQuery"]["userErrors"]
    assert "Introspection would return more than 40000 fields" in error["message"]


MIXED = [
    WHOLE,
    "{ __typename __schema { queryType { name } } }",
    '{ b: __type(name: "Count") { name } shop { id } a: __schema { queryType { name } } '
    "abandonedCheckoutsCount { count } }",
    "query ($yes: Boolean = true, $no: Boolean = false) { a: __typename @skip(if: $yes) "
    "... @include(if: $no) { __schema { types { name } } } ...F shop { name } a: __typename } "
    "fragment F on QueryRoot { shop { id } __schema { ...G } } fragment G on __Schema { directives { name } }",
    '{ __type(name: "Count") { name } abandonedCheckouts(first: -1) { nodes { id } } }',
    '{ __type(name: "Count") { name } node(id: "gid://shopify/Nothing/1") { id } }',
    "query ($d: Boolean = true) { __schema { types { fields(includeDeprecated: $d) { name } } } shop { name } }",
]


@pytest.mark.parametrize("text", MIXED)
@pytest.mark.parametrize("token", ["all", "none"])
async def test_the_answer_is_that_of_one_execution(
    sqlite_caller: Caller, monkeypatch: pytest.MonkeyPatch, text: str, token: str
) -> None:
    first = (await sqlite_caller.post(text, token=token)).json()
    again = (await sqlite_caller.post(text, token=token)).json()
    with monkeypatch.context() as patched:
        patched.setattr("abandoned_checkouts.shopify.execution.execute.parts_of", lambda _: None)
        whole = (await sqlite_caller.post(text, token=token)).json()
    for answer in (first, again, whole):
        answer.get("extensions", {}).get("cost", {}).pop("throttleStatus", None)
        for error in answer.get("errors", ()):
            error.get("extensions", {}).pop("requestId", None)
    assert json.dumps(first) == json.dumps(whole)
    assert json.dumps(again) == json.dumps(whole)


async def test_an_answer_is_computed_once(sqlite_caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[Operation] = []
    original = introspect._computed

    def counted(operation: Operation, variables: Any) -> Any:
        computed.append(operation)
        return original(operation, variables)

    monkeypatch.setattr(introspect, "_computed", counted)
    await asyncio.gather(*(sqlite_caller.answer(WHOLE + f" # {number}") for number in range(4)))
    assert len(computed) == 1
    await sqlite_caller.answer(WHOLE, version="2026-04")
    assert len(computed) == 2


async def test_answers_are_kept_up_to_a_number_of_bytes() -> None:
    kept = Introspections(max_bytes=30_000)
    for number in range(20):
        parts = parts_of(operation(f"{{ a{number}: __schema {{ types {{ name }} }} }}"))
        assert parts is not None
        answer = await kept.answer("2026-10", parts, {})
        assert answer is not None and len(answer.fields[f"a{number}"]) > 1_000
        assert 0 < kept.size <= 30_000
    assert 2 <= len(kept._kept) < 20


async def test_other_requests_are_answered_meanwhile(sqlite_caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()
    original = introspect._computed

    def waiting(operation: Operation, variables: Any) -> Any:
        assert released.wait(30)
        return original(operation, variables)

    monkeypatch.setattr(introspect, "_computed", waiting)
    slow = asyncio.create_task(sqlite_caller.answer(WHOLE))
    assert "data" in await sqlite_caller.answer("{ shop { id } }")
    assert not slow.done()
    released.set()
    assert "data" in await slow
