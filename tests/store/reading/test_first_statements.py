"""Plans that differ in the order of their columns send the same first statement, and receive their own rows."""

import sqlite3

from abandoned_checkouts.store.reading.first_statements import next_statement
from abandoned_checkouts.store.reading.joined_tables import JoinedTable
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, SortOrder
from abandoned_checkouts.store.reading.queries import ChildrenQuery, CountQuery, PageQuery, RowsQuery
from abandoned_checkouts.store.reading.query_sql import statement_for

ORDER = SortOrder("id")
LISTING = Listing("abandoned_checkouts", 1, ORDER)
CUSTOMER = JoinedTable("j0", "customers", (("id", "customer_id"),))


def page(*columns: str, size: int = 10, placed: bool = True) -> PageQuery:
    return PageQuery(LISTING, PageWindow(first=size), columns, placed, (CUSTOMER,))


def test_the_first_statement_is_shared_and_its_rows_are_those_of_the_query() -> None:
    """With a row that has its own name as the value of each column."""
    first, second = page("name", "j0.id", "id"), page("id", "name", "j0.id")
    (sql, parameters), ordering = next_statement(first)
    (other, others), other_ordering = next_statement(second)
    assert (sql, parameters) == (other, others)
    row = tuple(sqlite3.connect(":memory:").execute("SELECT 'id', 'j0.id', 'name', 'value', 'place'").fetchone())
    assert ordering is not None and ordering([row]) == [("name", "j0.id", "id", "value", "place")]
    assert other_ordering is not None and other_ordering([row]) == [("id", "name", "j0.id", "value", "place")]
    assert sql.index("j0_id") < sql.index("abandoned_checkouts.name")


def test_later_statements_have_the_columns_in_their_own_order() -> None:
    query = page("name", "id")
    next_statement(query)
    assert next_statement(query) == (statement_for(query, "sqlite"), None)
    again = PageQuery(LISTING, PageWindow(first=10), ("name", "id"), True, (CUSTOMER,), query.kept)
    assert next_statement(again) == (statement_for(again, "sqlite"), None)


def test_columns_that_are_in_order_need_none() -> None:
    query = page("id", "name")
    assert next_statement(query) == (statement_for(page("id", "name"), "sqlite"), None)


def test_a_large_page_has_its_own_statement_at_once() -> None:
    query = page("name", "id", size=250)
    assert next_statement(query) == (statement_for(page("name", "id", size=250), "sqlite"), None)


def test_children_and_rows_are_brought_into_order_too() -> None:
    columns = ("title", "checkout_id")
    children = ChildrenQuery(
        "line_items",
        1,
        SortOrder("position", "position"),
        PageWindow(first=3),
        columns,
        False,
        "checkout_id",
        [1],
        False,
    )
    (sql, _), ordering = next_statement(children)
    assert sql.index("checkout_id") < sql.index("title")
    assert ordering is not None and ordering([(1, "Lamp")]) == [("Lamp", 1)]
    rows = RowsQuery("customers", 1, ("last_name", "id"), "id", [1])
    (sql, _), ordering = next_statement(rows)
    assert sql.index("customers.id") < sql.index("customers.last_name")
    assert ordering is not None and ordering([(1, "Adler")]) == [("Adler", 1)]


def test_a_count_is_sent_as_it_is() -> None:
    query = CountQuery(LISTING, 10)
    assert next_statement(query) == (statement_for(query, "sqlite"), None)
