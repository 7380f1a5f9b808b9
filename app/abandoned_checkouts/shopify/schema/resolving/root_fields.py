"""The kinds of field the root is made of: lists of a shop's rows, and single rows by their global id."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Annotated, Any

import strawberry

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.shopify.language.errors import texts
from abandoned_checkouts.shopify.language.errors.execution import Refusal
from abandoned_checkouts.shopify.schema.resolving.connection import Connection, connection_of_rows
from abandoned_checkouts.shopify.schema.resolving.fields import TYPES
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.shopify.schema.resolving.sources import SOURCE, Declared, Described, Lookup, RootList
from abandoned_checkouts.shopify.values.gid import Gid, InvalidGidError, parse_gid
from search_syntax.parsed import JsonObject


async def page_of(info: strawberry.Info, source: RootList, arguments: Mapping[str, object]) -> Connection[object]:
    """The ordinary answer of a root list: describe, read, wrap."""
    request: Request = info.context
    described: Described = await source.describe(request, **given(arguments))
    note_search(info, described.search)
    cut = await request.window(described.listing, described.window)
    kind = TYPES[source.type_name]
    return connection_of_rows(cut, described.form, lambda row: kind(row=row))


def given(arguments: Mapping[str, object]) -> UntypedJson:
    """The arguments that say something, enumerations by their names: null is as absent."""
    return {
        name: value.value if isinstance(value, Enum) else value
        for name, value in arguments.items()
        if value is not None and value is not strawberry.UNSET
    }


def note_search(info: strawberry.Info, entry: JsonObject | None) -> None:
    """Put a search's entry into extensions.search under the field's path in the answer, aliases and all (recorded)."""
    if entry is not None:
        request: Request = info.context
        request.search.append({**entry, "path": info.path.as_list()})


async def looked_up(request: Request, source: Lookup, gid: Gid) -> Any:
    """The row that an id names, as its type; None where there is none."""
    wanted = source.find(gid)
    if wanted is None:
        return None
    ((column, value), *rest) = wanted.items()
    for row in await request.rows(source.table, column, value):
        if all(row[name] == other for name, other in rest):
            return TYPES[source.type_name](row=row)
    return None


def by_number(gid: Gid) -> Mapping[str, object] | None:
    return None if gid.number is None else {"id": gid.number}


def lookup(
    type_name: str,
    table: str,
    argument: str = "id",
    gid_type: str | None = None,
    find: Callable[[Gid], Mapping[str, object] | None] = by_number,
    *,
    description: str,
    argument_description: str = "The global id.",
) -> Declared:
    """A field that finds one row by the id in its argument; see sources.Lookup."""
    source = Lookup(type_name, table, find, argument, gid_type)
    if gid_type is None:
        LOOKUPS[type_name] = source

    wanted = Annotated[strawberry.ID, strawberry.argument(name=argument, description=argument_description)]

    async def resolve(info: strawberry.Info, id: wanted) -> object:
        return await looked_up(info.context, source, typed_gid(id, gid_type or type_name))

    return strawberry.field(resolver=resolve, description=description, metadata={SOURCE: source})


def typed_gid(text: str, type_name: str) -> Gid:
    """The id, which must be of that type.

    Recorded: another type's well-formed id is RESOURCE_NOT_FOUND; malformed ones do not get as far as this.
    """
    try:
        gid = parse_gid(text)
    except InvalidGidError:
        raise Refusal(texts.INVALID_GLOBAL_ID, value=text) from None
    if gid.type_name != type_name:
        raise Refusal(texts.INVALID_ID, id=text)
    return gid


# How `node` finds each type; filled by the fields above and by the types that have no field of their own.
LOOKUPS: dict[str, Lookup] = {}
