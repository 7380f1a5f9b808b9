"""Writes the SQL for SQLite that finds the ids of a page of a list with conditions on states, sorted by id.

Rows with the same states are in the index of states in the order of their ids. SQLite merges these ranges, so it reads
the rows of the page only, also if no checkout has that combination of states.
"""

from collections.abc import Sequence

from abandoned_checkouts.store.reading.pages import PageWindow

_INDEX = "ix_abandoned_checkouts_by_email_state"


def ids_by_states(ranges: Sequence[str], window: PageWindow) -> str:
    """The statement for the ids of the window's rows and one row more.

    `ranges` has a condition for each combination of states. The parameters are page_shop, page_size (one row more),
    page_after and page_before, beside those of the conditions.
    """
    limits = "".join(f" AND abandoned_checkouts.id {sign} {limit}" for sign, limit in limits_of(window))
    return merged(ranges, limits, window, ":page_size")


def merged(ranges: Sequence[str], limits: str, window: PageWindow, size: str, shop: str = ":page_shop") -> str:
    """The ids of the first rows of the window that are in one of the ranges. `limits` are further conditions on the
    id."""
    rows = (
        f"SELECT abandoned_checkouts.id AS id FROM abandoned_checkouts INDEXED BY {_INDEX} "
        f"WHERE abandoned_checkouts.shop_id = {shop} AND {each}{limits}"
        for each in ranges
    )
    return f"{' UNION ALL '.join(rows)} ORDER BY id {'DESC' if window.descending else 'ASC'} LIMIT {size}"


def limits_of(window: PageWindow) -> list[tuple[str, str]]:
    """The window's limits of the id, each an operator and a parameter."""
    return [
        (">" if later else "<", name)
        for position, name, later in (
            (window.after, ":page_after", not window.reverse),
            (window.before, ":page_before", window.reverse),
        )
        if position is not None
    ]
