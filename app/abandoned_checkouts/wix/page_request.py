"""Which page of which list a query or a search asks for, read from its JSON."""

from collections.abc import Mapping
from dataclasses import dataclass

from abandoned_checkouts.checkouts.json_types import Json, JsonValue
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.reading.sorted_pages import LARGEST_OFFSET, SortColumn, SortedPosition
from abandoned_checkouts.wix.cursor import BadCursorError, decode_cursor
from abandoned_checkouts.wix.errors import InvalidArgumentError, Violation
from abandoned_checkouts.wix.filter_fields import QUERY_FIELDS, SEARCH_FIELDS, FilterField, wire_path
from abandoned_checkouts.wix.free_text import parse_free_text
from abandoned_checkouts.wix.query_language import parse_filter
from search_syntax import meaning as m

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 100
_MOST_FIELDS = 100
# Wix: most of its lists begin with the newest; for this one it does not say.
_DEFAULT_SORT: list[Json] = [{"fieldName": "createdDate", "order": "DESC"}]
# What a cursor carries of the request that made the list.
_CARRIED = ("filter", "sort", "search", "fields")


@dataclass(frozen=True, slots=True)
class ListMethod:
    """`name` is also the key of the request's JSON under which everything stands; `lists` and `paging` are keys of the
    answer. A sort has `most_keys` at most."""

    name: str
    fields: Mapping[str, FilterField]
    has_text: bool
    most_keys: int
    lists: tuple[str, ...]
    paging: str


# Wix: what its SDK reads of a query was called `results` before, and others' clients still read that.
# It limits the sort of a search to four keys; a query may name every field once.
QUERY = ListMethod("query", QUERY_FIELDS, False, len(QUERY_FIELDS), ("results", "abandonedCheckouts"), "metadata")
SEARCH = ListMethod("search", SEARCH_FIELDS, True, 4, ("abandonedCheckouts",), "pagingMetadata")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """`offset` is None where the caller pages by cursor; `carried` is what the next cursor has to hold."""

    expression: m.Expression
    keys: tuple[SortColumn, ...]
    limit: int
    place: SortedPosition | None
    offset: int | None
    fields: tuple[str, ...]
    carried: Json


def parse_page_request(body: Json, method: ListMethod, shop: Shop) -> PageRequest:
    """Raises InvalidArgumentError. A cursor brings the list with it: filter and sort beside it are not looked at."""
    path = method.name
    query = _object(body.get(path), path)
    paging, paging_path = _paging(query, path)
    limit = _whole(paging.get("limit"), f"{paging_path}.limit", LARGEST_LIMIT) or DEFAULT_LIMIT
    cursor = paging.get("cursor")
    place, carried = None, {name: query[name] for name in _CARRIED if query.get(name) is not None}
    if cursor is not None and cursor != "":
        try:
            content = decode_cursor(shop, path, cursor)
        except BadCursorError:
            raise _refused(f"{paging_path}.cursor", "is not a cursor of this site and method") from None
        fields = carried.get("fields")
        carried = content["list"]
        if fields is not None:
            carried["fields"] = fields
        place = SortedPosition(tuple(content["values"]), content["id"], content["backward"])
    offset = None
    if place is None and paging_path.endswith(".paging"):
        offset = _whole(paging.get("offset"), f"{paging_path}.offset", LARGEST_OFFSET)
    expression = parse_filter(carried.get("filter"), method.fields, f"{path}.filter")
    if method.has_text:
        expression = m.all_of([expression, parse_free_text(carried.get("search"), f"{path}.search")])
    return PageRequest(
        expression=expression,
        keys=_keys(carried.get("sort"), method, f"{path}.sort"),
        limit=limit,
        place=place,
        offset=offset,
        fields=_fields(carried.get("fields"), f"{path}.fields"),
        carried=carried,
    )


def _paging(query: Json, path: str) -> tuple[Json, str]:
    """Both spellings; the builders of the SDK write either (`paging` with a cursor too)."""
    for name in ("cursorPaging", "paging"):
        if query.get(name) is not None:
            return _object(query[name], f"{path}.{name}"), f"{path}.{name}"
    return {}, f"{path}.cursorPaging"


def _keys(sort: JsonValue, method: ListMethod, path: str) -> tuple[SortColumn, ...]:
    if sort is None or sort == []:
        sort = _DEFAULT_SORT
    if not isinstance(sort, list):
        raise _refused(path, "Expected a list")
    if len(sort) > method.most_keys:
        description = f"has size {len(sort)}, expected {method.most_keys} or less"
        raise InvalidArgumentError(Violation(path, description, "MAX_SIZE"))
    keys: dict[str, SortColumn] = {}
    for place, item in enumerate(sort):
        item = _object(item, f"{path}[{place}]")
        name, order = item.get("fieldName"), item.get("order") or "ASC"
        field = method.fields.get(wire_path(name)) if isinstance(name, str) else None
        if field is None or not field.column:
            raise _refused(f"{path}[{place}].fieldName", f"Field '{name}' is not declared as sortable")
        if order not in ("ASC", "DESC"):
            raise _refused(f"{path}[{place}].order", "Expected ASC or DESC")
        # Said twice, the first one decides.
        keys.setdefault(field.column, SortColumn(field.column, order == "DESC"))
    return tuple(keys.values())


def _fields(fields: JsonValue, path: str) -> tuple[str, ...]:
    if fields is None:
        return ()
    names = [field for field in fields if isinstance(field, str)] if isinstance(fields, list) else None
    if names is None or names != fields:
        raise _refused(path, "Expected a list of strings")
    if len(names) > _MOST_FIELDS:
        raise _refused(path, f"has size {len(names)}, expected {_MOST_FIELDS} or less")
    return tuple(wire_path(name) for name in names)


def _object(value: JsonValue, path: str) -> Json:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _refused(path, "Expected an object")
    return value


def _whole(value: JsonValue, path: str, largest: int) -> int:
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool):
        raise _refused(path, "Expected a whole number")
    if not 0 <= value <= largest:
        rule = "MIN" if value < 0 else "MAX"
        bound = "greater than or equal to 0" if value < 0 else f"less than or equal to {largest}"
        raise InvalidArgumentError(Violation(path, f"must be {bound}", rule, {"value": value}))
    return value


def _refused(path: str, description: str) -> InvalidArgumentError:
    return InvalidArgumentError(Violation(path, description))
