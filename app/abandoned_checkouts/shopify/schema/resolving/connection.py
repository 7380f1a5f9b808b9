"""Relay connections: the types and the window of every list in the schema."""

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Annotated, Generic, TypeVar

import strawberry

from abandoned_checkouts.shopify.language.errors import texts
from abandoned_checkouts.shopify.language.errors.execution import Refusal
from abandoned_checkouts.shopify.values.cursor import CursorForm, MalformedCursorError, decode_cursor, encode_cursor
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.reading.pages import Page, PageWindow, Position

Item = TypeVar("Item")

# Shopify: "You can retrieve up to a maximum of 250 resources".
LARGEST_PAGE = 250
# In bulk operations resolvers return whole lists instead of pages.
WHOLE_LISTS: ContextVar[bool] = ContextVar("WHOLE_LISTS", default=False)

After = Annotated[str | None, strawberry.argument(description="Return only items after this cursor.")]
Before = Annotated[str | None, strawberry.argument(description="Return only items before this cursor.")]
First = Annotated[int | None, strawberry.argument(description="The number of items from the start, at most 250.")]
Last = Annotated[int | None, strawberry.argument(description="The number of items from the end, at most 250.")]
Reverse = Annotated[bool | None, strawberry.argument(description="Reverse the order of the list.")]
SearchText = Annotated[str | None, strawberry.argument(description="The search, in Shopify's search syntax.")]
CountLimit = Annotated[
    int | None, strawberry.argument(description="The number at which counting stops; null for no limit.")
]


@strawberry.type(description="The position of a page in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether there are items after this page.")
    has_previous_page: bool = strawberry.field(description="Whether there are items before this page.")
    start_cursor: str | None = strawberry.field(
        description="The cursor of the page's first item; null if the page is empty."
    )
    end_cursor: str | None = strawberry.field(
        description="The cursor of the page's last item; null if the page is empty."
    )


@strawberry.type(description="An item of a list, with its position.")
class Edge(Generic[Item]):
    cursor: str = strawberry.field(description="The position of the item. Use it as `after` for the next page.")
    node: Item = strawberry.field(description="The item at the position.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[Item]):
    edges: list[Edge[Item]] = strawberry.field(description="The items of this page, each with its cursor.")
    nodes: list[Item] = strawberry.field(description="The items of this page.")
    page_info: PageInfo = strawberry.field(description="The position of this page in the list.")


def connection_of(page: Page[object], cursors: Sequence[str], nodes: Sequence[Item]) -> Connection[Item]:
    """A connection of one page. The cursors and nodes are in the order of the page's rows."""
    return Connection(
        edges=[Edge(cursor=cursor, node=node) for cursor, node in zip(cursors, nodes, strict=True)],
        nodes=list(nodes),
        page_info=PageInfo(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        ),
    )


def connection_of_rows(page: Page[Row], form: CursorForm, node: Callable[[Row], Item]) -> Connection[Item]:
    cursors = [encode_cursor(form, row["sort_value"], row["sort_id"]) for row in page.rows]
    return connection_of(page, cursors, [node(row) for row in page.rows])


def window_from(
    form: CursorForm,
    first: int | None = None,
    last: int | None = None,
    after: str | None = None,
    before: str | None = None,
    reverse: bool | None = False,
) -> PageWindow:
    """The window that the arguments describe; null means absent. Raises Shopify's errors for invalid arguments."""
    first = None if first is strawberry.UNSET else first
    last = None if last is strawberry.UNSET else last
    if first is None and last is None:
        raise Refusal(texts.FIRST_OR_LAST_REQUIRED)
    if first is not None and last is not None:
        raise Refusal(texts.FIRST_AND_LAST)
    size, name = (last, "last") if first is None else (first, "first")
    assert size is not None
    if size < 0:
        raise Refusal(texts.PAGE_NEGATIVE, argument=name)
    if size > LARGEST_PAGE and not WHOLE_LISTS.get():
        raise Refusal(texts.PAGE_TOO_LARGE, argument=name, limit=LARGEST_PAGE)
    return PageWindow(first, last, _position(form, after), _position(form, before), bool(reverse))


def _position(form: CursorForm, cursor: str | None) -> Position | None:
    if cursor is None or cursor is strawberry.UNSET:
        return None
    try:
        return Position(*decode_cursor(form, cursor))
    except MalformedCursorError:
        raise Refusal(texts.MALFORMED_CURSOR) from None
