"""Sources: the declarations of where field values come from.

Every object has a row: the columns of a table, or values from another row. A field's source is the only description
of its value: the resolver in `fields` is created from it, and so are the SQL and the writer of a compiled plan. A
field without a source has a hand-written resolver and is never planned.

A field can have arguments that its source does not support (`Image.url(transform:)`). Then the source describes the
value without these arguments; with one of them, only the resolver can return the value.
"""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from abandoned_checkouts.shopify.values.cursor import CursorForm
from abandoned_checkouts.shopify.values.gid import Gid
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, SortOrder
from search_syntax.parsed import JsonObject

# The key of the source in a Strawberry field's metadata.
SOURCE = "source"
# The type of a field declaration in a class body. The annotation in the class is the type of the field's values.
Declared: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Column:
    """A leaf. `compute` takes the values of the columns `names`, in this order, and returns the field's value.

    Without `compute` the field is the value of its single column. With `uses_request` the first argument of `compute`
    is the request.
    """

    names: tuple[str, ...]
    compute: Callable[..., object] | None = None
    uses_request: bool = False


@dataclass(frozen=True, slots=True)
class Kinds:
    """The object types of an interface or union, by the value of one of the object's columns."""

    column: str
    types: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Embedded:
    """An object in columns of the same row. `columns` maps the object's columns to the row's columns.

    The object is null if the row's column `present` is null.
    """

    type_name: str
    columns: Mapping[str, str]
    present: str | None = None
    kinds: Kinds | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """An object, or a list of objects, stored as JSON in one column. The JSON's members are the object's columns.

    `carried` maps more columns of the object to columns of this row; `constants` has the values of more columns.
    The object is null if the JSON is null. With `first` the object is the first item of a list, or null.
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
    """One row of another table of the same shop; null if there is none.

    `on` maps the other table's columns to this row's columns, which must be equal.
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
    """A connection over a list stored as JSON in one column of this row."""

    type_name: str
    column: str
    carried: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DescribedPage:
    """The page of a list that the arguments describe. `search` is the entry of extensions.search for its query."""

    listing: Listing
    window: PageWindow
    form: CursorForm
    search: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class RootList:
    """A connection over a shop's rows in a table, described from the request and the field's arguments."""

    type_name: str
    table: str
    describe: Callable[..., Coroutine[Any, Any, DescribedPage]]


@dataclass(frozen=True, slots=True)
class Lookup:
    """One row by a global id. `find` returns the columns and values that identify the row, or None for an invalid id.

    `argument` is the schema's name of the argument with the id. The id must have the type `gid_type`; by default this
    is the type of the field.
    """

    type_name: str
    table: str
    find: Callable[[Gid], Mapping[str, object] | None]
    argument: str = "id"
    gid_type: str | None = None


@dataclass(frozen=True, slots=True)
class AnyNode:
    """An object of any type by its global id, found by the Lookup of its type; with `many`, a list of objects."""

    many: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """The number of rows of a root list. `describe` takes the request and the arguments except `limit`."""

    describe: Callable[..., Awaitable[Any]]


Source: TypeAlias = Column | Embedded | Parsed | Joined | Listed | ParsedList | RootList | Lookup | AnyNode | Counted
