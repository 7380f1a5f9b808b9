"""Selects abandoned checkouts for an export: by time of creation and by a search."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, Table, select

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.reading.pages import Listing, SortOrder
from abandoned_checkouts.store.search.narrowing import narrowed
from abandoned_checkouts.store.tables import abandoned_checkouts
from search_syntax import meaning as m

T = TypeVar("T", int, str)


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows created from `since` to before `until` (microseconds) for which the search is true. None selects all."""

    since: int | None = None
    until: int | None = None
    search: m.Expression | None = None


EVERYTHING = Selection()


def selected(shop: Shop, selection: Selection, dialect: str) -> Sequence[ColumnElement[bool]]:
    """The selection of abandoned checkouts as conditions for store/checkouts/load.

    Raises SearchTooDeepError.
    """
    listing = Listing("abandoned_checkouts", shop.id, SortOrder("id"), created_within(abandoned_checkouts, selection))
    if selection.search is not None:
        listing = narrowed(listing, selection.search, dialect=dialect)
    return listing.conditions


def of_found_checkouts(shop: Shop, selection: Selection, column: ColumnElement[T], dialect: str) -> Select[T] | None:
    """The values of a column of the abandoned checkouts that the search finds, at any time; None without a search.

    Raises SearchTooDeepError.
    """
    if selection.search is None:
        return None
    table, conditions = abandoned_checkouts, selected(shop, Selection(search=selection.search), dialect)
    return select(column).where(table.c.shop_id == shop.id, column.is_not(None), *conditions)


def created_within(table: Table, selection: Selection, column: str = "created_at") -> Sequence[ColumnElement[bool]]:
    """The times of the selection as conditions on a column of the table."""
    conditions = []
    if selection.since is not None:
        conditions.append(table.c[column] >= selection.since)
    if selection.until is not None:
        conditions.append(table.c[column] < selection.until)
    return conditions
