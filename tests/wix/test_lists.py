"""How SQLite finds a page of a query: by the index that leads to few rows, else along the order of the sort.

It knows nothing of how many rows have a value, and would rather walk the order; PostgreSQL counts for itself.
"""

import sqlite3
from typing import Any

import pytest

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.reading.queries import SortedPageQuery
from abandoned_checkouts.store.reading.query_sql import statement_for
from abandoned_checkouts.store.reading.sorted_pages import SortedPosition
from abandoned_checkouts.wix.lists import page_of
from abandoned_checkouts.wix.page_request import QUERY, parse_page_request
from abandoned_checkouts.wix.to_wix.checkout import Site as WixSite
from tests.wix.site import SAMPLE, Site

Json = dict[str, Any]

GUID = SAMPLE["id"]
BUYER = SAMPLE["buyerInfo"]
DATES = {"createdDate": {"$gte": "2026-01-01"}}
CREATED, UPDATED = "by_created_at (shop_id=?", "by_updated_at (shop_id=?"
# Filter and sort → the index that leads to the rows, and whether they are sorted when they are found.
PLANS: list[tuple[Json, list[str], str, bool]] = [
    ({}, [], CREATED, False),
    ({}, ["updatedDate"], UPDATED, False),
    ({}, ["status"], "by_recovery_state (shop_id=?", False),
    ({}, ["id"], "(shop_id=?", False),
    ({"status": "RECOVERED"}, [], CREATED, False),
    (DATES, [], CREATED, False),
    ({"id": GUID}, [], "(shop_id=? AND uuid=?)", False),
    ({"id": {"$in": [GUID, GUID[:-1] + "2"]}}, ["updatedDate"], "(shop_id=? AND uuid=?)", True),
    ({"buyerInfo.email": BUYER["email"]}, [], "by_email (shop_id=? AND email=?)", True),
    ({"buyerInfo.email": BUYER["email"], **DATES}, [], "by_email (shop_id=? AND email=?)", True),
    ({"buyerInfo.contactId": BUYER["contactId"]}, ["status"], "by_contact (shop_id=? AND contact_id=?)", True),
    ({"buyerInfo.visitorId": BUYER["visitorId"]}, [], "by_visitor (shop_id=? AND visitor_id=?)", True),
    ({"buyerInfo.email": {"$in": ["x", "y"]}}, [], "by_email (shop_id=? AND email=?)", True),
    ({"$or": [{"id": GUID}, {"buyerInfo.email": "x"}]}, [], CREATED, False),
    ({"$or": [{"id": GUID}, {"status": "RECOVERED"}]}, [], CREATED, False),
    ({"buyerInfo.email": {"$ne": BUYER["email"]}}, [], CREATED, False),
]


@pytest.mark.parametrize(("asked", "sort", "index", "is_sorted"), PLANS, ids=[f"{case[0]} {case[1]}" for case in PLANS])
async def test_a_page_is_found_by_its_index(
    standing_site: Site, asked: Json, sort: list[str], index: str, is_sorted: bool
) -> None:
    wanted = page_wanted(standing_site.shop, asked, sort)
    row = SortedPosition(tuple("x" if key.column == "uuid" else 5 for key in wanted.keys), 5)
    for place in (None, row, SortedPosition(row.values, 5, backward=True)):
        plan = explained(standing_site, wanted, place)
        assert any(index in step for step in plan), plan
        assert any("TEMP B-TREE" in step for step in plan) == is_sorted, plan


async def test_a_sort_without_an_index_carries_no_rows(standing_site: Site) -> None:
    """The ids are sorted, and then a page of rows is read by them."""
    wanted = page_wanted(standing_site.shop, {}, ["status", "createdDate"])
    plan = explained(standing_site, wanted, None)
    assert any("AND id=?" in step for step in plan) and any("LIST SUBQUERY" in step for step in plan), plan


def page_wanted(shop: Shop, asked: Json, sort: list[str]) -> SortedPageQuery:
    request = parse_page_request(
        {"query": {"filter": asked, "sort": [{"fieldName": name} for name in sort]}}, QUERY, shop
    )
    wanted = next(page_of("sqlite", WixSite(shop, "http://s"), QUERY, request))
    assert isinstance(wanted, SortedPageQuery)
    return wanted


def explained(site: Site, wanted: SortedPageQuery, place: SortedPosition | None) -> list[str]:
    placed = SortedPageQuery(wanted.listing, wanted.keys, ("id", "name"), 50, place, 0, wanted.few)
    sql, parameters = statement_for(placed, "sqlite")
    with sqlite3.connect(str(site.database.url).partition(":///")[2]) as connection:
        return [step[3] for step in connection.execute(f"EXPLAIN QUERY PLAN {sql}", list(parameters))]
