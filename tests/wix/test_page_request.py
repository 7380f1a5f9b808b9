"""What a cursor has of the request of its list."""

from typing import Any

import pytest

from abandoned_checkouts.wix.cursor import decode_cursor
from tests.wix.requests import post
from tests.wix.site import Site

Json = dict[str, Any]

pytestmark = pytest.mark.anyio

SORT = [{"fieldName": "createdDate", "order": "ASC"}]


def deep(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("method", "asked", "kept"),
    [
        ("query", {"sort": [{**SORT[0], "unknown": deep(400)}]}, {"sort": SORT}),
        ("query", {"sort": SORT, "unknown": deep(400)}, {"sort": SORT}),
        (
            "search",
            {"search": {"expression": "ada zoe", "mode": "OR", "fuzzy": deep(400), "unknown": deep(400)}},
            {"search": {"expression": "ada zoe", "mode": "OR"}},
        ),
        (
            "search",
            {"search": {"expression": "adaa", "fields": ["contactDetails.firstName"], "fuzzy": True}},
            {"search": {"expression": "adaa", "fields": ["contactDetails.firstName"], "fuzzy": True}},
        ),
        ("search", {"sort": SORT, "search": {"expression": "", "mode": deep(400)}}, {"sort": SORT}),
    ],
)
async def test_a_cursor_has_only_what_is_read(shared_site: Site, method: str, asked: Json, kept: Json) -> None:
    """A deeply nested value cannot be written to a cursor. The server must not fail if it does not read the value."""
    every = await post(shared_site, method, {method: {**asked, "cursorPaging": {"limit": 100}}})
    first = await post(shared_site, method, {method: {**asked, "cursorPaging": {"limit": 1}}})
    paging = first["metadata" if method == "query" else "pagingMetadata"]
    cursor = paging["cursors"]["next"]
    assert decode_cursor(shared_site.shop, method, cursor)["list"] == kept
    rest = await post(shared_site, method, {method: {"cursorPaging": {"cursor": cursor, "limit": 99}}})
    assert first["abandonedCheckouts"] + rest["abandonedCheckouts"] == every["abandonedCheckouts"]
