"""Sorting and paging of lists in memory, for lists that are short or stored as JSON."""

from collections.abc import Sequence

from abandoned_checkouts.shopify.values.cursor import CursorForm
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.reading.pages import Page, PageWindow, Position, page_of


def page_of_items(items: Sequence[object], window: PageWindow) -> Page[Row]:
    """A page of a list in memory. Its rows have the `item`, its `sort_value` and its `sort_id`."""
    return page_of_rows(
        [{"item": item, "sort_value": number, "sort_id": number} for number, item in enumerate(items, 1)], window
    )


def page_of_rows(rows: list[Row], window: PageWindow) -> Page[Row]:
    """A page of rows in memory, which are sorted by `sort_value` and `sort_id`."""
    if window.reverse:
        rows = rows[::-1]

    def beyond(row: Row, position: Position, later: bool) -> bool:
        here, bound = (row["sort_value"], row["sort_id"]), (position.value, position.id)
        return here > bound if later else here < bound

    for position, later in ((window.after, not window.reverse), (window.before, window.reverse)):
        if position is not None:
            rows = [row for row in rows if beyond(row, position, later)]
    return page_of(rows[::-1] if window.backward else rows, window)


def sorted_rows(rows: list[Row], form: CursorForm, name: str) -> list[Row]:
    """Rows in memory, sorted by one column and then by id, with `sort_value` and `sort_id`."""

    def value(row: Row) -> str | int:
        if form is CursorForm.TEXT:
            return str(row[name] or "").lower()
        return int(row[name] or 0)

    positioned = [{**row, "sort_value": value(row), "sort_id": row["id"]} for row in rows]
    return sorted(positioned, key=lambda row: (row["sort_value"], row["sort_id"]))
