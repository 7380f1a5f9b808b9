"""Relay-style connections: one pair of types and one window for every list of the schema."""

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
# Bulk operations know no pages: their resolvers give whole lists.
WHOLE_LISTS: ContextVar[bool] = ContextVar("WHOLE_LISTS", default=False)

After = Annotated[str | None, strawberry.argument(description="Only items behind this cursor.")]
Before = Annotated[str | None, strawberry.argument(description="Only items ahead of this cursor.")]
First = Annotated[int | None, strawberry.argument(description="How many items from the start, 250 at most.")]
Last = Annotated[int | None, strawberry.argument(description="How many items from the end, 250 at most.")]
Reverse = Annotated[bool | None, strawberry.argument(description="Turn the list around before it is cut.")]
SearchText = Annotated[str | None, strawberry.argument(description="What to search for, in Shopify's search syntax.")]
CountLimit = Annotated[int | None, strawberry.argument(description="Where counting stops; null for nowhere.")]


@strawberry.type(description="Where a page ends, and whether the list goes on beyond it.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether there are items behind this page.")
    has_previous_page: bool = strawberry.field(description="Whether there are items ahead of this page.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first item; null on an empty page.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last item; null on an empty page.")


@strawberry.type(description="An item of a list together with its place there.")
class Edge(Generic[Item]):
    cursor: str = strawberry.field(description="The item's place: give it as `after` to go on from here.")
    node: Item = strawberry.field(description="The item.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[Item]):
    edges: list[Edge[Item]] = strawberry.field(description="The items of this page, each with its cursor.")
    nodes: list[Item] = strawberry.field(description="The items of this page.")
    page_info: PageInfo = strawberry.field(description="How the list goes on.")


def connection_of(cut: Page, cursors: Sequence[str], nodes: Sequence[Item]) -> Connection[Item]:
    """The page of a cut list; cursors and nodes stand in the order of its rows."""
    return Connection(
        edges=[Edge(cursor=cursor, node=node) for cursor, node in zip(cursors, nodes, strict=True)],
        nodes=list(nodes),
        page_info=PageInfo(
            has_next_page=cut.has_next,
            has_previous_page=cut.has_previous,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        ),
    )


def connection_of_rows(cut: Page, form: CursorForm, node: Callable[[Row], Item]) -> Connection[Item]:
    cursors = [encode_cursor(form, row["sort_value"], row["sort_id"]) for row in cut.rows]
    return connection_of(cut, cursors, [node(row) for row in cut.rows])


def window_from(
    form: CursorForm,
    first: int | None = None,
    last: int | None = None,
    after: str | None = None,
    before: str | None = None,
    reverse: bool | None = False,
) -> PageWindow:
    """The window that arguments ask for; null is as absent. Raises the errors Shopify answers with."""
    size = {
        name: value
        for name, value in (("first", first), ("last", last))
        if value is not None and value is not strawberry.UNSET
    }
    if not size:
        raise Refusal(texts.FIRST_OR_LAST_REQUIRED)
    if len(size) == 2:
        raise Refusal(texts.FIRST_AND_LAST)
    for name, value in size.items():
        if value < 0:
            raise Refusal(texts.PAGE_NEGATIVE, argument=name)
        if value > LARGEST_PAGE and not WHOLE_LISTS.get():
            raise Refusal(texts.PAGE_TOO_LARGE, argument=name, limit=LARGEST_PAGE)
    return PageWindow(
        first=size.get("first"),
        last=size.get("last"),
        after=_position(form, after),
        before=_position(form, before),
        reverse=bool(reverse),
    )


def _position(form: CursorForm, cursor: str | None) -> Position | None:
    if cursor is None or cursor is strawberry.UNSET:
        return None
    try:
        return Position(*decode_cursor(form, cursor))
    except MalformedCursorError:
        raise Refusal(texts.MALFORMED_CURSOR) from None
