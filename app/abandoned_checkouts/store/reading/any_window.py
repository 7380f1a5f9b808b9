"""The window of a page in statements that are compiled for all windows of a kind: with parameters instead of values."""

from typing import Any

from sqlalchemy import BigInteger, bindparam

from abandoned_checkouts.store.reading.pages import Listing, PageWindow, Position
from abandoned_checkouts.store.tables import metadata

# Stands for the id of any shop in statements that are compiled for all shops.
ANY_SHOP: Any = bindparam("shop_id", type_=BigInteger())


def any_window(window: PageWindow, listing: Listing) -> PageWindow:
    """The window with SQL parameters instead of values."""
    table = metadata.tables[listing.table]
    kind = table.c[listing.order.column].type if listing.rank is None else listing.rank.type

    def any_position(end: str, given: Position | None) -> Position | None:
        if given is None:
            return None
        number = bindparam(f"{end}_id", type_=table.c[listing.order.tie].type)
        return Position(bindparam(f"{end}_value", type_=kind), number)

    return PageWindow(
        first=None if window.backward else 0,
        last=0 if window.backward else None,
        after=any_position("after", window.after),
        before=any_position("before", window.before),
        reverse=window.reverse,
    )


def kind_of(window: PageWindow) -> tuple[bool, ...]:
    """Everything about a window that changes the text of a statement."""
    return window.first is None, window.reverse, window.after is None, window.before is None


def ends_of(window: PageWindow) -> dict[str, object]:
    """The values of the parameters of `any_window`."""
    ends: dict[str, object] = {}
    if window.after is not None:
        ends |= {"after_value": window.after.value, "after_id": window.after.id}
    if window.before is not None:
        ends |= {"before_value": window.before.value, "before_id": window.before.id}
    return ends
