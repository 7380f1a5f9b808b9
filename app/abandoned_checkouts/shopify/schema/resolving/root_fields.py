"""Declarations of root fields: lists of a shop's rows, and single rows by global id."""

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
from abandoned_checkouts.shopify.schema.resolving.sources import SOURCE, Declared, DescribedPage, Lookup, RootList
from abandoned_checkouts.shopify.values.gid import Gid, InvalidGidError, parse_gid
from search_syntax.parsed import JsonObject


async def resolve_root_list(
    info: strawberry.Info, source: RootList, arguments: Mapping[str, object]
) -> Connection[object]:
    """Resolve a root list: describe the page, read it, return a connection."""
    request: Request = info.context
    described: DescribedPage = await source.describe(request, **present_arguments(arguments))
    add_search_entry(info, described.search)
    page = await request.window(described.listing, described.window)
    kind = TYPES[source.type_name]
    return connection_of_rows(page, described.form, lambda row: kind(row=row))


def present_arguments(arguments: Mapping[str, object]) -> UntypedJson:
    """The arguments that are neither absent nor null, with enums as their names."""
    return {
        name: value.value if isinstance(value, Enum) else value
        for name, value in arguments.items()
        if value is not None and value is not strawberry.UNSET
    }


def add_search_entry(info: strawberry.Info, entry: JsonObject | None) -> None:
    """Add an entry to extensions.search. Its path is the field's path in the response, with aliases (recorded)."""
    if entry is not None:
        request: Request = info.context
        request.search.append({**entry, "path": info.path.as_list()})


async def look_up(request: Request, source: Lookup, gid: Gid) -> Any:
    """The object with that id; None if there is none."""
    values = source.find(gid)
    if values is None:
        return None
    ((column, value), *rest) = values.items()
    for row in await request.rows(source.table, column, value):
        if all(row[name] == other for name, other in rest):
            return TYPES[source.type_name](row=row)
    return None


def by_number(gid: Gid) -> Mapping[str, object] | None:
    number = gid.number
    return None if number is None else {"id": number}


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

    id_argument = Annotated[strawberry.ID, strawberry.argument(name=argument, description=argument_description)]

    async def resolve(info: strawberry.Info, id: id_argument) -> object:
        return await look_up(info.context, source, typed_gid(id, gid_type or type_name))

    return strawberry.field(resolver=resolve, description=description, metadata={SOURCE: source})


def typed_gid(text: str, type_name: str) -> Gid:
    """The parsed id. Raises Refusal if it is malformed or has another type.

    Recorded: a valid id of another type is RESOURCE_NOT_FOUND. Validation rejects malformed ids before this.
    """
    try:
        gid = parse_gid(text)
    except InvalidGidError:
        raise Refusal(texts.INVALID_GLOBAL_ID, value=text) from None
    if gid.type_name != type_name:
        raise Refusal(texts.INVALID_ID, id=text)
    return gid


# The look-up of each type for `node`: from the fields above, and from types that have no look-up field.
LOOKUPS: dict[str, Lookup] = {}
