"""The kinds of field a type is made of. Each carries its source, and the ordinary resolver is made from that."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
import strawberry

from abandoned_checkouts.shopify.schema.resolving.connection import (
    After,
    Before,
    First,
    Last,
    Reverse,
    connection_of_rows,
    window_from,
)
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.shopify.schema.resolving.sources import (
    SOURCE,
    Column,
    Declared,
    Embedded,
    Joined,
    Kinds,
    Listed,
    Parsed,
    ParsedList,
    Source,
)
from abandoned_checkouts.shopify.values.cursor import CursorForm
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.reading.pages import Listing, Page, PageWindow, Position, SortOrder, page_of

SchemaClass = TypeVar("SchemaClass", bound=type)
Resolver = TypeVar("Resolver", bound=Callable[..., Any])

# The types that rows back, by their name in the schema; sources name types, because types refer to each other.
TYPES: dict[str, Any] = {}


class Backed:
    """A type whose values are read from a row."""

    row: strawberry.Private[Row]

    if TYPE_CHECKING:
        # The dataclass that Strawberry makes of each type has it.
        def __init__(self, row: Row) -> None: ...


def backed(*, description: str, name: str | None = None) -> Callable[[SchemaClass], SchemaClass]:
    """Make a class with a `row` a type of the schema, to be found by its name in sources."""

    def make(kind: SchemaClass) -> SchemaClass:
        kind.__annotations__["row"] = strawberry.Private[Any]  # type: ignore[misc]
        made: Any = strawberry.type(kind, name=name, description=description)
        TYPES[name or kind.__name__] = made
        return made  # type: ignore[no-any-return]

    return make


def computed(
    *, description: str, deprecated: str | None = None, source: Source | None = None
) -> Callable[[Resolver], Resolver]:
    """A field with a resolver of its own: for what arguments or several rows decide. With a `source` a plan can read
    it as well."""
    metadata = {} if source is None else {SOURCE: source}
    made: Any = strawberry.field(description=description, deprecation_reason=deprecated, metadata=metadata)
    return made  # type: ignore[no-any-return]


def column(
    *names: str,
    compute: Callable[..., object] | None = None,
    uses_request: bool = False,
    description: str,
    deprecated: str | None = None,
) -> Declared:
    """A leaf made of columns; see sources.Column."""
    source = Column(names, compute, uses_request)

    def resolve(root: Backed, info: strawberry.Info) -> object:
        row = root.row
        values = [row.get(name) for name in names]
        if compute is None:
            return values[0]
        return compute(info.context, *values) if uses_request else compute(*values)

    return _field(resolve, source, description, deprecated)


def embedded(
    type_name: str,
    columns: Mapping[str, str],
    *,
    present: str | None = None,
    kinds: Kinds | None = None,
    description: str,
    deprecated: str | None = None,
) -> Declared:
    """An object made of columns of the same row; see sources.Embedded."""

    def resolve(root: Backed) -> object:
        row = root.row
        if present is not None and row.get(present) is None:
            return None
        return _made(type_name, kinds, {name: row.get(of) for name, of in columns.items()})

    return _field(resolve, Embedded(type_name, columns, present, kinds), description, deprecated)


def parsed(
    type_name: str,
    name: str,
    *,
    many: bool = False,
    carried: Mapping[str, str] | None = None,
    constants: Mapping[str, object] | None = None,
    kinds: Kinds | None = None,
    first: bool = False,
    description: str,
    deprecated: str | None = None,
) -> Declared:
    """An object or a list of objects kept as JSON; see sources.Parsed."""
    taken, fixed = dict(carried or {}), dict(constants or {})

    def resolve(root: Backed) -> object:
        value = decoded(root.row.get(name))
        if value is None:
            return None
        more = {key: root.row.get(of) for key, of in taken.items()} | fixed
        if many:
            return [_made(type_name, kinds, {**item, **more}) for item in value]
        if first:
            return _made(type_name, kinds, {**value[0], **more}) if value else None
        return _made(type_name, kinds, {**value, **more})

    return _field(resolve, Parsed(type_name, name, many, taken, fixed, kinds, first), description, deprecated)


def joined(
    type_name: str,
    table: str,
    on: Mapping[str, str],
    *,
    description: str,
    deprecated: str | None = None,
) -> Declared:
    """One row of another table; see sources.Joined."""
    ((key, of), *rest) = on.items()

    async def resolve(root: Backed, info: strawberry.Info) -> object:
        value = root.row.get(of)
        if value is None:
            return None
        request: Request = info.context
        for row in await request.rows(table, key, value):
            if all(row[other] == root.row.get(name) for other, name in rest):
                return TYPES[type_name](row=row)
        return None

    return _field(resolve, Joined(type_name, table, dict(on)), description, deprecated)


def listed(
    type_name: str,
    table: str,
    on: Mapping[str, str],
    order: SortOrder,
    form: CursorForm = CursorForm.ID,
    *,
    description: str,
    deprecated: str | None = None,
) -> Declared:
    """A connection over rows of another table; see sources.Listed. `on` has one pair of columns."""
    ((key, of),) = on.items()

    async def resolve(
        root: Backed,
        info: strawberry.Info,
        after: After = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        first: First = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        reverse: Reverse = False,
    ) -> object:
        window = window_from(form, first, last, after, before, reverse)
        request: Request = info.context
        listing = Listing(table, request.shop.id, order)
        page_of = await request.children(listing, window, key, root.row.get(of))
        kind = TYPES[type_name]
        return connection_of_rows(page_of, form, lambda row: kind(row=row))

    return _field(resolve, Listed(type_name, table, dict(on), order, form), description, deprecated)


def parsed_list(
    type_name: str,
    name: str,
    *,
    carried: Mapping[str, str] | None = None,
    constants: Mapping[str, object] | None = None,
    description: str,
    deprecated: str | None = None,
) -> Declared:
    """A connection over a list kept as JSON; an item's place, counted from one, is its id in cursors."""
    taken, fixed = dict(carried or {}), dict(constants or {})

    def resolve(
        root: Backed,
        after: After = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        first: First = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        reverse: Reverse = False,
    ) -> object:
        window = window_from(CursorForm.ID, first, last, after, before, reverse)
        items = decoded(root.row.get(name)) or []
        more = {key: root.row.get(of) for key, of in taken.items()} | fixed
        page_of = cut_of_items(items, window)
        kind = TYPES[type_name]
        return connection_of_rows(page_of, CursorForm.ID, lambda row: kind(row={**row["item"], **more}))

    return _field(resolve, ParsedList(type_name, name, taken, fixed), description, deprecated)


def cut_of_items(items: Sequence[object], window: PageWindow) -> Page:
    """A window of a list that is at hand whole; rows hold the item, its sort_value and its sort_id."""
    return cut_of_rows(
        [{"item": item, "sort_value": place, "sort_id": place} for place, item in enumerate(items, 1)], window
    )


def cut_of_rows(rows: list[Row], window: PageWindow) -> Page:
    """A window of rows that are at hand whole, in the order of their sort_value and sort_id."""
    if window.reverse:
        rows = rows[::-1]

    def beyond(row: Row, position: Position, later: bool) -> bool:
        place, bound = (row["sort_value"], row["sort_id"]), (position.value, position.id)
        return place > bound if later else place < bound

    for position, later in ((window.after, not window.reverse), (window.before, window.reverse)):
        if position is not None:
            rows = [row for row in rows if beyond(row, position, later)]
    return page_of(rows[::-1] if window.backward else rows, window)


def sorted_rows(rows: list[Row], form: CursorForm, name: str) -> list[Row]:
    """Rows that are at hand whole, in the order of one of their values and then of their ids."""

    def value(row: Row) -> str | int:
        if form is CursorForm.TEXT:
            return str(row[name] or "").lower()
        return int(row[name] or 0)

    placed = [{**row, "sort_value": value(row), "sort_id": row["id"]} for row in rows]
    return sorted(placed, key=lambda row: (row["sort_value"], row["sort_id"]))


def decoded(value: object) -> Any:
    """JSON of a column, or what an enclosing JSON value already holds."""
    return orjson.loads(value) if isinstance(value, str) else value


def _made(type_name: str, kinds: Kinds | None, row: Row) -> object:
    return TYPES[type_name if kinds is None else kinds.types[row[kinds.column]]](row=row)


def _field(resolve: Callable[..., object], source: Source, description: str, deprecated: str | None) -> Declared:
    return strawberry.field(
        resolver=resolve,
        description=description,
        deprecation_reason=deprecated,
        metadata={SOURCE: source},
    )
