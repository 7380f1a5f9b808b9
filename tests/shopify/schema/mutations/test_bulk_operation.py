"""Bulk operations are started and cancelled. Queries that cannot run in bulk are refused."""

import base64
from typing import Any

import orjson
import pytest

from abandoned_checkouts.shopify.bulk.rules.checks import LARGEST, query_errors
from abandoned_checkouts.shopify.schema.build import graphql_schema
from tests.shopify.asker import Asker

OPERATION = (
    "id status type errorCode createdAt completedAt objectCount rootObjectCount fileSize url partialDataUrl query"
)
RUN = (
    "mutation($query: String!) { answer: bulkOperationRunQuery(query: $query) "
    "{ bulkOperation { FIELDS } userErrors { field message code } } }"
).replace("FIELDS", OPERATION)
CANCEL = (
    "mutation($id: ID!) { answer: bulkOperationCancel(id: $id) "
    "{ bulkOperation { id status completedAt } userErrors { field message } } }"
)
QUERY = "{ abandonedCheckouts { edges { node { id lineItems { edges { node { id } } } } } } }"

NO_CONNECTION = "Bulk queries must contain at least one connection."
CASES = [
    (QUERY, []),
    ("query Named { abandonedCheckouts(first: 5) { edges { node { ...F } } } } fragment F on Node { id }", []),
    ("{ shop { name } }", [NO_CONNECTION]),
    (
        '{ node(id: "gid://shopify/Shop/1") { id } }',
        ["Bulk queries cannot contain a top level `node` field.", NO_CONNECTION],
    ),
    (
        'mutation { savedSearchDelete(input: {id: "gid://shopify/SavedSearch/1"}) { userErrors { message } } }',
        ["Invalid operation type. Only `query` operations are supported."],
    ),
    ("{ abandonedCheckouts {", ["Invalid bulk query: syntax error, unexpected end of file"]),
    (
        "{ abandonedCheckouts { nodes { id } } }",
        [
            "All connection fields in a bulk query must select their contents using 'edges' > 'node', e.g: "
            "'abandonedCheckouts { edges { node {'. Selecting via 'nodes' is not supported. "
            "Invalid connection fields: 'abandonedCheckouts'."
        ],
    ),
    (
        "{ abandonedCheckouts { edges { node { key: id lineItems { edges { node { id } } } } } } }",
        [
            "The parent 'node' field for a nested connection must select the 'id' field without an alias and must "
            "be of 'ID' return type. Connection fields without 'id': abandonedCheckouts."
        ],
    ),
    (
        "{ abandonedCheckouts { edges { node { id customer { addresses { id } metafields { edges { node { id } } } } "
        "lineItems { edges { node { id product { id variants { edges { node { id metafields { edges { node { id } } "
        "} } } } } } } } } } } }",
        ["Bulk queries cannot contain connections with a nesting depth greater than 2."],
    ),
    (
        "{ " + " ".join(f"c{n}: abandonedCheckouts {{ edges {{ node {{ id }} }} }}" for n in range(6)) + " }",
        ["Bulk queries cannot contain more than 5 connections."],
    ),
    ("#" * (LARGEST + 1), [f"Query is too large ({LARGEST + 1} bytes; maximum is {LARGEST} bytes)"]),
]


@pytest.mark.parametrize(("query", "messages"), CASES)
def test_what_is_wrong_with_a_query(query: str, messages: list[str]) -> None:
    found = query_errors(graphql_schema(), query)
    assert [problem.message for problem in found] == messages
    assert all((problem.field, problem.code) == (("query",), "INVALID") for problem in found)


async def run(ask: Asker, query: str = QUERY) -> Any:
    return (await ask(RUN, query=query))["answer"]


async def test_an_operation_waits_and_is_called_off(ask: Asker) -> None:
    answer = await run(ask)
    made = answer["bulkOperation"]
    assert answer["userErrors"] == []
    assert made == {
        "id": made["id"],
        "status": "CREATED",
        "type": "QUERY",
        "errorCode": None,
        "createdAt": "2026-11-21T12:00:00Z",
        "completedAt": None,
        "objectCount": "0",
        "rootObjectCount": "0",
        "fileSize": None,
        "url": None,
        "partialDataUrl": None,
        "query": QUERY,
    }
    gid = made["id"]
    stranger = await ask.stranger(shop=False)
    unknown = {"bulkOperation": None, "userErrors": [{"field": ["id"], "message": "Bulk operation does not exist"}]}
    assert (await stranger(CANCEL, id=gid))["answer"] == unknown
    assert await stranger(f'{{ currentBulkOperation {{ id }} bulkOperation(id: "{gid}") {{ id }} }}') == {
        "currentBulkOperation": None,
        "bulkOperation": None,
    }
    gone = (await ask(CANCEL, id=gid))["answer"]
    assert gone["bulkOperation"] == {"id": gid, "status": "CANCELED", "completedAt": "2026-11-21T12:00:00Z"}
    again = (await ask(CANCEL, id=gid))["answer"]
    message = "A bulk operation cannot be canceled when it is canceled"
    assert again == {"bulkOperation": gone["bulkOperation"], "userErrors": [{"field": None, "message": message}]}


SEARCHES = "{ abandonedCheckouts%s { edges { node { id } } } }"


@pytest.mark.parametrize(
    "query",
    [
        SEARCHES % '(query: "foo:1")',
        'query ($q: String = "foo:1") ' + SEARCHES % "(query: $q)",
        "{ ...F } fragment F on QueryRoot " + SEARCHES % '(query: "foo:1")',
    ],
)
async def test_strict_mode_refuses_a_query_whose_search_has_a_warning(ask: Asker, query: str) -> None:
    assert (await run(ask, query))["userErrors"] == []
    ask.strict_search = True
    refused = await run(ask, query)
    assert refused["bulkOperation"] is None
    (problem,) = refused["userErrors"]
    assert (problem["field"], problem["code"]) == (["query"], "INVALID")
    assert problem["message"].startswith("Invalid bulk query: foo: Invalid search field for this query.")
    assert (await run(ask, SEARCHES % '(query: "status:open")'))["userErrors"] == []


async def test_five_at_once_and_the_newest_first(ask: Asker) -> None:
    ids = []
    for _ in range(5):
        ask.now += 1_000_000
        ids.append((await run(ask))["bulkOperation"]["id"])
    refused = await run(ask)
    assert refused["bulkOperation"] is None
    assert refused["userErrors"] == [
        {
            "field": None,
            "message": f"A bulk query operation for this app and shop is already in progress: {', '.join(ids)}.",
            "code": "OPERATION_IN_PROGRESS",
        }
    ]
    assert (await ask("{ currentBulkOperation { id } }"))["currentBulkOperation"]["id"] == ids[-1]

    async def listed(arguments: str) -> list[str]:
        nodes = (await ask(f"{{ bulkOperations({arguments}) {{ nodes {{ id }} }} }}"))["bulkOperations"]["nodes"]
        return [node["id"] for node in nodes]

    assert await listed("first: 9") == ids[::-1]
    assert await listed("first: 9, reverse: true") == ids
    await ask(CANCEL, id=ids[0])
    assert await listed('first: 9, query: "status:canceled"') == ids[:1]
    assert await listed('first: 9, query: "operation_type:mutation"') == []
    assert await listed("first: 9, sortKey: COMPLETED_AT") == [ids[0], *ids[:0:-1]]
    ends = await ask("{ bulkOperations(first: 2, sortKey: COMPLETED_AT) { edges { cursor } } }")
    cursors = [orjson.loads(base64.b64decode(edge["cursor"])) for edge in ends["bulkOperations"]["edges"]]
    numbers = [int(gid.rpartition("/")[2]) for gid in ids]
    # Recorded: an operation that has not ended has a cursor without a value, and the next page works.
    assert cursors == [{"last_id": numbers[0], "last_value": "2026-11-21 12:00:05.000000"}, {"last_id": numbers[4]}]
    after = ends["bulkOperations"]["edges"][1]["cursor"]
    assert await listed(f'first: 9, sortKey: COMPLETED_AT, after: "{after}"') == ids[3:0:-1]
    assert await listed('first: 9, query: "status:EXPIRED"') == []
    assert ask.search[0]["warnings"][0]["code"] == "invalid_value"


async def test_an_invalid_time_is_an_error(ask: Asker) -> None:
    """Recorded: this list is not searched by an index, which would only warn."""
    result = await ask.run('{ bulkOperations(first: 1, query: "created_at:>nope status:running") { nodes { id } } }')
    assert result.errors is not None
    assert [error.message for error in result.errors] == ["Invalid timestamp for query filter `created_at`."]
