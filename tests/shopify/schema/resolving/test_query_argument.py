"""`query:` over HTTP: warnings, what they do to the result, this server's own fields, and the strict mode."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from abandoned_checkouts.config import Settings
from tests.shopify.caller import Caller, caller_for

QUERY = """query($query: String) {
  found: abandonedCheckouts(first: 50, query: $query) { nodes { id } }
}"""
INVALID = {"field": "total_price", "message": "Invalid search field for this query.", "code": "invalid_field"}


@pytest.fixture
async def extended_caller(sqlite_url: str) -> AsyncIterator[Caller]:
    async for each in caller_for(sqlite_url, Settings(database_url=sqlite_url, extended_search=True)):
        yield each


async def found(caller: Caller, query: str, **more: Any) -> tuple[list[int], Any]:
    answer = await caller.answer(QUERY, {"query": query}, **more)
    nodes = answer["data"]["found"]["nodes"]
    return [int(node["id"].rsplit("/", 1)[1]) for node in nodes], answer["extensions"].get("search")


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("status:closed", [4, 8, 12]),
        ("status:CLOSED", [4, 8, 12]),
        ("-status:open id:>4", [8, 12]),
        ("id:1 OR id:2 status:open", [1, 2]),
        ("norman3", [3]),
        ('"bob norman3"', [3]),
        ("norman1*", [1, 10, 11, 12]),
        ("buyer5@example.com", [5]),
        ("id:gid://shopify/AbandonedCheckout/7", [7]),
        ("created_at:>='2026-11-21T09:00:00Z'", [1, 2, 3]),
        # Without a zone the time is the shop's: New York is five hours behind.
        ("created_at:>='2026-11-21T04:00:00'", [1, 2, 3]),
        ("created_at:>='2026-11-21 09:00:00+00:00' AND created_at:<'2026-11-21 11:00:00+00:00'", [2, 3]),
        ("status:open,closed id:<3", [1, 2]),
    ],
)
async def test_what_is_found(caller: Caller, query: str, numbers: list[int]) -> None:
    assert await found(caller, query) == (numbers, None)


async def test_unknown_field_is_ignored_with_a_warning(caller: Caller) -> None:
    """Recorded: the filter is dropped, and extensions.search says so under the field's alias."""
    numbers, search = await found(caller, "total_price:>=11 status:open")
    assert numbers == [1, 2, 3, 5, 6, 7, 9, 10, 11]
    assert [list(entry) for entry in search] == [["path", "query", "parsed", "warnings"]]
    assert (search[0]["path"], search[0]["warnings"]) == (["found"], [INVALID])


async def test_value_that_is_none_of_an_enumeration_finds_nothing(caller: Caller) -> None:
    numbers, search = await found(caller, "status:lost")
    assert (numbers, search[0]["warnings"][0]["code"]) == ([], "invalid_value")


async def test_debug_header_shows_how_a_search_was_read(sqlite_caller: Caller) -> None:
    _, search = await found(sqlite_caller, "bob status:open", headers={"Shopify-Search-Query-Debug": "1"})
    assert search == [
        {
            "path": ["found"],
            "query": "bob status:open",
            "parsed": {
                "and": [{"field": "default", "match_all": "bob"}, {"field": "status", "match_all": "open"}],
            },
            "warnings": [],
        }
    ]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("total_price:>=11", [11, 12]),
        ("email:buyer2@example.com", [2]),
        ("customer_name:norman9", [9]),
        ("product_title:hoodie id:<3", [1, 2]),
        ("customer_id:904", [4]),
    ],
)
async def test_extended_fields_where_they_are_turned_on(
    extended_caller: Caller, query: str, numbers: list[int]
) -> None:
    assert await found(extended_caller, query) == (numbers, None)


async def test_strict_mode_shows_the_place(sqlite_caller: Caller) -> None:
    answer = await sqlite_caller.answer(
        QUERY, {"query": "status:open total_price:>5"}, headers={"X-Strict-Search": "1"}
    )
    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "BAD_REQUEST"}
    assert "total_price" in error["message"]
    assert "^^^" in error["message"]
    assert answer["data"] is None


async def test_text_over_8_kib_is_refused(sqlite_caller: Caller) -> None:
    answer = await sqlite_caller.answer(QUERY, {"query": "a " * 5000})
    assert answer["errors"][0]["message"].startswith("The search query has 10,000 bytes")
    assert answer["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}
