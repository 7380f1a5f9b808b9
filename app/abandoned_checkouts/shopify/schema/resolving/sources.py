"""Where a field's value comes from, said once, beside the field.

A type is backed by a row: the columns of a table, or values taken out of another row. What a field says here is all
that is known about it: the ordinary resolvers in `fields` are made from it, and so are the SQL and the writer of a
compiled plan. A field without a source has a resolver of its own and is never planned.

Where a field has arguments that its source does not know (`Image.url(transform:)`), the source tells its value when
none of them is given; with any of them it is the resolver's.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from abandoned_checkouts.shopify.values.cursor import CursorForm
from abandoned_checkouts.shopify.values.gid import Gid
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, SortOrder
from search_syntax.parsed import JsonObject

# The key under which a Strawberry field's metadata holds its source.
SOURCE = "source"
# Stands in a class for a field; the values of the field have the type that the class says.
Declared: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Column:
    """A leaf: `compute` turns the values of `names`, in their order, into what the answer says.

    Without `compute` the one column is the answer. With `uses_request` the request comes first.
    """

    names: tuple[str, ...]
    compute: Callable[..., object] | None = None
    uses_request: bool = False


@dataclass(frozen=True, slots=True)
class Kinds:
    """Where `type_name` is an interface or a union: which type it is, by the value of one of the object's columns."""

    column: str
    types: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Embedded:
    """An object made of columns of the same row: `columns` maps the object's columns to this row's.

    It is null where the column `present` of this row is null.
    """

    type_name: str
    columns: Mapping[str, str]
    present: str | None = None
    kinds: Kinds | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """An object, or a list of objects, kept as JSON in one column; its members are the object's columns.

    `carried` maps further columns of the object to columns of this row, `constants` gives them outright.
    Null where the JSON is null. With `first` the object is the first of a list, null where the list is empty.
    """

    type_name: str
    column: str
    many: bool
    carried: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, object] = field(default_factory=dict)
    kinds: Kinds | None = None
    first: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """One row of another table of the same shop, the one whose columns equal these; null without it.

    `on` maps the other table's columns to this row's.
    """

    type_name: str
    table: str
    on: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Listed:
    """A connection over the rows of another table that belong to this row."""

    type_name: str
    table: str
    on: Mapping[str, str]
    order: SortOrder
    form: CursorForm


@dataclass(frozen=True, slots=True)
class ParsedList:
    """A connection over a list kept as JSON in one column of this row."""

    type_name: str
    column: str
    carried: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Described:
    """A page of a list as its arguments ask for it, and what extensions.search has to say of its `query`."""

    listing: Listing
    window: PageWindow
    form: CursorForm
    search: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class RootList:
    """A connection over a shop's rows in a table, described from the request and the field's arguments."""

    type_name: str
    table: str
    describe: Callable[..., Awaitable[Described]]


@dataclass(frozen=True, slots=True)
class Lookup:
    """One row by a global id: `find` gives the columns it is known by, or None where the id can name nothing.

    The id stands in the argument `argument`, by its name in the schema, and must name a `gid_type`: the type itself
    unless another is said.
    """

    type_name: str
    table: str
    find: Callable[[Gid], Mapping[str, object] | None]
    argument: str = "id"
    gid_type: str | None = None


@dataclass(frozen=True, slots=True)
class AnyNode:
    """Whatever a global id names, found by the Lookup of its type; with `many`, of each of several ids."""

    many: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows a root list has: `describe` tells which from the request and the arguments, but `limit`."""

    describe: Callable[..., Awaitable[Any]]


Source: TypeAlias = Column | Embedded | Parsed | Joined | Listed | ParsedList | RootList | Lookup | AnyNode | Counted
