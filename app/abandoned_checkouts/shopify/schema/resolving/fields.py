"""Declarations of fields. Each field has a source, and its resolver is created from the source."""

from collections.abc import Callable, Mapping
from types import CodeType
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
import strawberry
from strawberry.types.fields.resolver import StrawberryResolver

from abandoned_checkouts.shopify.schema.resolving.connection import (
    After,
    Before,
    First,
    Last,
    Reverse,
    connection_of_rows,
    window_from,
)
from abandoned_checkouts.shopify.schema.resolving.in_memory import page_of_items
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
from abandoned_checkouts.store.reading.pages import Listing, SortOrder

SchemaClass = TypeVar("SchemaClass", bound=type)
Resolver = TypeVar("Resolver", bound=Callable[..., Any])

# The types with a row, by their name in the schema. Sources use names, because types refer to each other.
TYPES: dict[str, Any] = {}
# The first resolver with each code, see `_inspected`.
_resolvers: dict[CodeType, StrawberryResolver[object]] = {}


class Backed:
    """A type whose values come from a row."""

    row: strawberry.Private[Row]

    if TYPE_CHECKING:
        # Strawberry turns each type into a dataclass, which has this constructor.
        def __init__(self, row: Row) -> None: ...


def backed(*, description: str, name: str | None = None) -> Callable[[SchemaClass], SchemaClass]:
    """Declare a class with a `row` as a type of the schema, which sources can refer to by name."""

    def make(kind: SchemaClass) -> SchemaClass:
        kind.__annotations__["row"] = strawberry.Private[Any]  # type: ignore[misc]
        # A dataclass without a docstring gets one from its signature, which takes longer than the rest.
        kind.__doc__ = kind.__doc__ or description
        type_: Any = strawberry.type(kind, name=name, description=description)
        TYPES[name or kind.__name__] = type_
        return type_  # type: ignore[no-any-return]

    return make


def computed(
    *, description: str, deprecated: str | None = None, source: Source | None = None
) -> Callable[[Resolver], Resolver]:
    """A field with a hand-written resolver, for values that depend on arguments or several rows.

    With a `source`, a plan can read the field without calling the resolver.
    """
    metadata = {} if source is None else {SOURCE: source}
    decorator: Any = strawberry.field(description=description, deprecation_reason=deprecated, metadata=metadata)
    return decorator  # type: ignore[no-any-return]


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
        return _object(type_name, kinds, {name: row.get(of) for name, of in columns.items()})

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
    """An object or a list of objects stored as JSON; see sources.Parsed."""
    copied, fixed = dict(carried or {}), dict(constants or {})

    def resolve(root: Backed) -> object:
        value = decoded(root.row.get(name))
        if value is None:
            return None
        more = {key: root.row.get(of) for key, of in copied.items()} | fixed
        if many:
            return [_object(type_name, kinds, {**item, **more}) for item in value]
        if first:
            return _object(type_name, kinds, {**value[0], **more}) if value else None
        return _object(type_name, kinds, {**value, **more})

    return _field(resolve, Parsed(type_name, name, many, copied, fixed, kinds, first), description, deprecated)


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
        page = await request.children(listing, window, key, root.row.get(of))
        kind = TYPES[type_name]
        return connection_of_rows(page, form, lambda row: kind(row=row))

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
    """A connection over a list stored as JSON. In cursors an item's id is its position, starting at 1."""
    copied, fixed = dict(carried or {}), dict(constants or {})

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
        more = {key: root.row.get(of) for key, of in copied.items()} | fixed
        page = page_of_items(items, window)
        kind = TYPES[type_name]
        return connection_of_rows(page, CursorForm.ID, lambda row: kind(row={**row["item"], **more}))

    return _field(resolve, ParsedList(type_name, name, copied, fixed), description, deprecated)


def decoded(value: object) -> Any:
    """The value of a JSON column; a value inside of JSON is already decoded and stays unchanged."""
    return orjson.loads(value) if isinstance(value, str) else value


def _object(type_name: str, kinds: Kinds | None, row: Row) -> object:
    return TYPES[type_name if kinds is None else kinds.types[row[kinds.column]]](row=row)


def _field(resolve: Callable[..., object], source: Source, description: str, deprecated: str | None) -> Declared:
    return strawberry.field(
        resolver=_inspected(resolve),
        description=description,
        deprecation_reason=deprecated,
        metadata={SOURCE: source},
    )


def _inspected(resolve: Any) -> Callable[..., object]:
    """The resolver that Strawberry makes of a function that is defined in a function of this module.

    All such functions with the same code have the same parameters. Strawberry inspects those of the first one only,
    because this takes a seventh of the time in which the types are defined. Arguments of fields are not shared.
    """
    made: StrawberryResolver[object] = StrawberryResolver(resolve)
    first = _resolvers.setdefault(resolve.__code__, made)
    if first is not made and not first.arguments:
        made.signature = first.signature
        made.strawberry_annotations = first.strawberry_annotations
        made.reserved_parameters = first.reserved_parameters
        made.arguments = []
    return made
