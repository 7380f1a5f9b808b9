"""The indexes by which SQLite reads a page: the index of a selective filter if there is one, else that of the sort.

Without statistics SQLite would always choose the index of the sort. PostgreSQL has statistics.
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
CREATED, UPDATED = "by_abandoned_at (shop_id=?", "by_updated_at (shop_id=?"
# Filter, sort, the index that is used, and whether the rows are sorted after they are read.
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


@pytest.mark.parametrize(
    ("filter_", "sort", "index", "is_sorted"), PLANS, ids=[f"{case[0]} {case[1]}" for case in PLANS]
)
async def test_a_page_is_read_by_an_index(
    shared_site: Site, filter_: Json, sort: list[str], index: str, is_sorted: bool
) -> None:
    query = page_query(shared_site.shop, filter_, sort)
    row = SortedPosition(tuple("x" if key.column == "uuid" else 5 for key in query.keys), 5)
    for place in (None, row, SortedPosition(row.values, 5, backward=True)):
        plan = query_plan(shared_site, query, place)
        assert any(index in step for step in plan), plan
        assert any("TEMP B-TREE" in step for step in plan) == is_sorted, plan


async def test_a_sort_without_an_index_sorts_only_ids(shared_site: Site) -> None:
    """Only ids are sorted; then the rows of the page are read by id."""
    query = page_query(shared_site.shop, {}, ["status", "createdDate"])
    plan = query_plan(shared_site, query, None)
    assert any("AND id=?" in step for step in plan) and any("LIST SUBQUERY" in step for step in plan), plan


def page_query(shop: Shop, filter_: Json, sort: list[str]) -> SortedPageQuery:
    request = parse_page_request(
        {"query": {"filter": filter_, "sort": [{"fieldName": name} for name in sort]}}, QUERY, shop
    )
    query = next(page_of("sqlite", WixSite(shop, "http://s"), QUERY, request))
    assert isinstance(query, SortedPageQuery)
    return query


def query_plan(site: Site, query: SortedPageQuery, place: SortedPosition | None) -> list[str]:
    placed = SortedPageQuery(query.listing, query.keys, ("id", "name"), 50, place, 0, query.few)
    sql, parameters = statement_for(placed, "sqlite")
    with sqlite3.connect(str(site.database.url).partition(":///")[2]) as connection:
        return [step[3] for step in connection.execute(f"EXPLAIN QUERY PLAN {sql}", list(parameters))]
