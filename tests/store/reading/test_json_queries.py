"""Queries with many simple columns and no position in the list are read as JSON."""

from dataclasses import replace

import pytest
from sqlalchemy import literal_column

from abandoned_checkouts.store.reading.first_statements import next_statement
from abandoned_checkouts.store.reading.json_queries import can_be_json
from abandoned_checkouts.store.reading.json_rows import rows_of_json
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, SortOrder
from abandoned_checkouts.store.reading.queries import ChildrenQuery, PageQuery, RowsQuery
from abandoned_checkouts.store.reading.query_sql import statement_for

LISTING = Listing("abandoned_checkouts", 1, SortOrder("id"))
COLUMNS = ("id", "name", "note", "created_at", "updated_at", "taxes_included", "currency", "total_price")
LINES = ("checkout_id", "key", "title", "quantity", "sku", "variant_title", "currency", "original_unit_price")


def page(columns: tuple[str, ...] = COLUMNS, *, placed: bool = False, listing: Listing = LISTING) -> PageQuery:
    return PageQuery(listing, PageWindow(first=10), columns, placed)


def children(*, placed: bool = False, per_parent: bool = False, parents: int = 2) -> ChildrenQuery:
    order, window = SortOrder("position", "position"), PageWindow(first=3)
    return ChildrenQuery("line_items", 1, order, window, LINES, placed, "checkout_id", [*range(parents)], per_parent, 9)


def rows(ids: list[int]) -> RowsQuery:
    return RowsQuery("abandoned_checkouts", 1, COLUMNS, "id", ids)


def test_a_page_children_and_rows_are() -> None:
    assert can_be_json(page())
    assert can_be_json(children())
    assert can_be_json(rows([1, 2]))


@pytest.mark.parametrize(
    "query",
    [
        page(COLUMNS[:7]),
        page((*COLUMNS, "shipping_address")),
        page(COLUMNS * 13),
        page(placed=True),
        page(listing=replace(LISTING, rank=literal_column("1.5"))),
        children(placed=True),
        children(per_parent=True),
        children(parents=1),
        rows([1]),
    ],
    ids=[
        "few columns",
        "JSON",
        "too many",
        "placed",
        "a rank",
        "placed children",
        "each parent apart",
        "one parent",
        "one row",
    ],
)
def test_others_are_not(query: PageQuery | ChildrenQuery | RowsQuery) -> None:
    assert not can_be_json(query)


def test_the_same_part_may_ask_in_both_ways() -> None:
    query = page()
    assert can_be_json(query)
    assert not can_be_json(replace(query, placed=True))
    assert can_be_json(query)


def test_the_second_statement_of_a_part_is_the_same_with_one_value_for_each_row() -> None:
    query = page()
    assert next_statement(query)[1] is not rows_of_json
    (sql, parameters), rows_of = next_statement(query)
    ordinary, others = statement_for(query, "sqlite")
    selected = ", ".join(f"abandoned_checkouts.{column}" for column in COLUMNS)
    assert sql == ordinary.replace(selected, f"CAST(json_array({selected}) AS BLOB)")
    assert (parameters, rows_of) == (others, rows_of_json)
