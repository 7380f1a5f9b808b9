"""`abandonedCheckouts` over HTTP: windows, cursors, sort keys, counts and their errors."""

import base64
import json
from typing import Any

import pytest

from tests.shopify.caller import Caller

PAGE = """
query Page($first: Int, $last: Int, $after: String, $before: String, $reverse: Boolean, $query: String,
           $sortKey: AbandonedCheckoutSortKeys) {
  abandonedCheckouts(first: $first, last: $last, after: $after, before: $before, reverse: $reverse, query: $query,
                     sortKey: $sortKey) {
    edges { cursor node { id defaultCursor } }
    nodes { id }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""

ITS_TIME = base64.b64encode(b'{"last_id":5,"last_value":"2026-11-21 07:00:00.000000"}').decode()
WITH_A_NUL = base64.b64encode(b'{"last_id":5,"last_value":"\\u0000"}').decode()


def decoded(cursor: str) -> str:
    return base64.b64decode(cursor).decode()


def numbers(page: Any) -> list[int]:
    return [int(node["id"].rsplit("/", 1)[1]) for node in page["nodes"]]


async def page(caller: Caller, **variables: Any) -> Any:
    answer = await caller.answer(PAGE, {"sortKey": "ID", **variables})
    assert "errors" not in answer, answer
    return answer["data"]["abandonedCheckouts"]


@pytest.mark.parametrize(
    ("sort_key", "cursor"),
    [
        ("ID", '{"last_id":1,"last_value":"1"}'),
        ("CHECKOUT_ID", '{"last_id":1,"last_value":"1"}'),
        ("CREATED_AT", '{"last_id":12,"last_value":"2026-11-21 00:00:00.000000"}'),
        ("CUSTOMER_NAME", '{"last_id":1,"last_value":"norman1, bob"}'),
        ("TOTAL_PRICE", '{"last_id":1,"last_value":"1.00"}'),
        ("RELEVANCE", '{"last_id":1,"last_value":1.0}'),
    ],
)
async def test_cursor_of_each_sort_key(caller: Caller, sort_key: str, cursor: str) -> None:
    """Base64 of a position, as recorded of Shopify's lists by id, time and name."""
    found = await page(caller, first=1, sortKey=sort_key)
    assert decoded(found["edges"][0]["cursor"]) == cursor
    assert found["pageInfo"]["endCursor"] == found["edges"][0]["cursor"] == found["pageInfo"]["startCursor"]


async def test_pages_forward_and_backward(caller: Caller) -> None:
    first = await page(caller, first=5)
    assert numbers(first) == [1, 2, 3, 4, 5]
    assert (first["pageInfo"]["hasNextPage"], first["pageInfo"]["hasPreviousPage"]) == (True, False)
    second = await page(caller, first=10, after=first["pageInfo"]["endCursor"])
    assert numbers(second) == [6, 7, 8, 9, 10, 11, 12]
    assert (second["pageInfo"]["hasNextPage"], second["pageInfo"]["hasPreviousPage"]) == (False, True)
    back = await page(caller, last=3, before=second["pageInfo"]["startCursor"])
    assert numbers(back) == [3, 4, 5]
    assert (back["pageInfo"]["hasNextPage"], back["pageInfo"]["hasPreviousPage"]) == (True, True)


@pytest.mark.parametrize("query", [None, "id:>0", "hoodie", "norman1* OR id:>0"])
async def test_pages_by_relevance(caller: Caller, query: str | None) -> None:
    """Cursors are scores (recorded), whether or not there are words to rank by; each row is met once."""
    whole = numbers(await page(caller, first=50, sortKey="RELEVANCE", query=query))
    met, after = [], None
    while True:
        part = await page(caller, first=5, sortKey="RELEVANCE", query=query, after=after)
        met += numbers(part)
        after = part["pageInfo"]["endCursor"]
        assert isinstance(json.loads(decoded(after))["last_value"], float)
        if not part["pageInfo"]["hasNextPage"]:
            break
    assert met == whole and sorted(met) == list(range(1, 13))


async def test_reverse_turns_the_list_before_it_is_cut(caller: Caller) -> None:
    assert numbers(await page(caller, first=3, reverse=True)) == [12, 11, 10]
    assert numbers(await page(caller, last=3, reverse=True)) == [3, 2, 1]


async def test_empty_pages(caller: Caller) -> None:
    empty = {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None}
    for variables in ({"first": 0}, {"first": 5, "query": "id:>99"}):
        found = await page(caller, **variables)
        assert (found["edges"], found["nodes"], found["pageInfo"]) == ([], [], empty)


async def test_a_list_continues_after_the_record_of_a_default_cursor(caller: Caller) -> None:
    found = await page(caller, first=1, sortKey="CREATED_AT")
    cursor = found["edges"][0]["node"]["defaultCursor"]
    assert numbers(await page(caller, first=2, after=cursor, reverse=True)) == [11, 10]


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({}, "you must provide one of first or last"),
        ({"first": 1, "last": 1}, "providing both first and last is not supported"),
        ({"first": 1, "after": "nonsense"}, "Malformed cursor"),
        ({"first": 1, "after": base64.b64encode(b'{"last_id":"x"}').decode()}, "Malformed cursor"),
        ({"first": 1, "before": base64.b64encode(b"[]").decode()}, "Malformed cursor"),
        ({"first": 1, "after": ITS_TIME, "sortKey": "TOTAL_PRICE"}, "Malformed cursor"),
        ({"first": 1, "after": ITS_TIME, "sortKey": "RELEVANCE", "query": "hoodie"}, "Malformed cursor"),
        ({"first": 1, "after": WITH_A_NUL, "sortKey": "CUSTOMER_NAME"}, "Malformed cursor"),
        ({"first": 251}, "first cannot exceed 250"),
        ({"last": 251}, "last cannot exceed 250"),
        ({"first": -1}, "first cannot be less than 0"),
    ],
)
async def test_windows_that_cannot_be(sqlite_caller: Caller, variables: dict[str, Any], message: str) -> None:
    answer = await sqlite_caller.answer(PAGE, {"sortKey": "ID", **variables})
    assert list(answer) == ["errors", "data", "extensions"]
    assert answer["data"] is None
    assert answer["errors"] == [
        {
            "message": message,
            "locations": [{"line": 4, "column": 3}],
            "extensions": {"code": "BAD_REQUEST"},
            "path": ["abandonedCheckouts"],
        }
    ]


async def test_lines_are_a_connection_of_their_own(caller: Caller) -> None:
    query = """{ abandonedCheckouts(first: 12) { nodes { lineItems(first: 1) {
        edges { cursor node { quantity title } } pageInfo { hasNextPage endCursor } } } } }"""
    for node in (await caller.answer(query))["data"]["abandonedCheckouts"]["nodes"]:
        lines = node["lineItems"]
        assert [edge["node"] for edge in lines["edges"]] == [{"quantity": 1, "title": "Green hoodie 1"}]
        assert lines["pageInfo"] == {"hasNextPage": True, "endCursor": lines["edges"][0]["cursor"]}


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        ("", {"count": 12, "precision": "EXACT"}),
        ("(limit: 5)", {"count": 5, "precision": "AT_LEAST"}),
        ("(limit: 12)", {"count": 12, "precision": "AT_LEAST"}),
        ("(limit: null)", {"count": 12, "precision": "EXACT"}),
        ('(query: "status:closed")', {"count": 3, "precision": "EXACT"}),
        ('(query: "hoodie id:>9")', {"count": 3, "precision": "EXACT"}),
    ],
)
async def test_count(caller: Caller, arguments: str, count: dict[str, Any]) -> None:
    answer = await caller.answer(f"{{ abandonedCheckoutsCount{arguments} {{ count precision }} }}")
    assert answer["data"]["abandonedCheckoutsCount"] == count


async def test_a_count_has_no_limit_below_nothing(caller: Caller) -> None:
    answer = await caller.answer("{ abandonedCheckoutsCount(limit: -1) { count } }")
    assert [error["message"] for error in answer["errors"]] == ["limit cannot be less than 0"]
    assert answer["data"] == {"abandonedCheckoutsCount": None}


async def test_no_shop_sees_anothers_rows(caller: Caller) -> None:
    """Neither by a list, nor by an id, nor by a cursor of another shop's list."""
    theirs = await page(caller, first=250)
    answer = await caller.answer(PAGE, {"first": 250, "after": theirs["pageInfo"]["startCursor"]}, token="foreign")
    assert numbers(answer["data"]["abandonedCheckouts"]) == [101, 102, 103]
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    ids = [f"gid://shopify/AbandonedCheckout/{number}" for number in (1, 101)]
    answer = await caller.answer(query, {"ids": ids}, token="foreign")
    assert answer["data"]["nodes"] == [None, {"id": ids[1]}]
    count = await caller.answer("{ abandonedCheckoutsCount { count } }", token="foreign")
    assert count["data"]["abandonedCheckoutsCount"]["count"] == 3
