"""Parses the JSON body of a query or a search to the page that it requests."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from abandoned_checkouts.access.approvals import ALL_APPROVALS, Approvals
from abandoned_checkouts.checkouts.json_types import Json, JsonValue
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.reading.sorted_pages import LARGEST_OFFSET, SortColumn, SortedPosition
from abandoned_checkouts.wix.cursor import BadCursorError, decode_cursor
from abandoned_checkouts.wix.errors import InvalidArgumentError, Violation
from abandoned_checkouts.wix.filter_fields import QUERY_FIELDS, SEARCH_FIELDS, FilterField, may_filter, wire_path
from abandoned_checkouts.wix.free_text import parse_free_text
from abandoned_checkouts.wix.query_language import parse_filter
from search_syntax import meaning as m

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 100
_MOST_FIELDS = 100
# Most of Wix's lists start with the newest entity. The order of this one is not documented.
_DEFAULT_SORT: list[Json] = [{"fieldName": "createdDate", "order": "DESC"}]
# The parts of a request that its cursors contain.
_IN_CURSOR = ("filter", "sort", "search", "fields")
_SORT_KEYS, _SEARCH_KEYS = ("fieldName", "order"), ("expression", "mode", "fields")


@dataclass(frozen=True, slots=True)
class ListMethod:
    """`name` is the method's name and the only key of the request body. `lists` and `paging` are keys of the response.

    `has_text` is whether the method has a free-text search; `most_keys` is the maximum number of sort keys.
    """

    name: str
    fields: Mapping[str, FilterField]
    has_text: bool
    most_keys: int
    lists: tuple[str, ...]
    paging: str


# A query's list has two keys: older clients read `results`, newer ones `abandonedCheckouts` (Wix).
# A search has at most four sort keys (Wix); a query may sort by each field once.
QUERY = ListMethod("query", QUERY_FIELDS, False, len(QUERY_FIELDS), ("results", "abandonedCheckouts"), "metadata")
SEARCH = ListMethod("search", SEARCH_FIELDS, True, 4, ("abandonedCheckouts",), "pagingMetadata")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """`offset` is None if the caller pages by cursor. `for_cursor` is the part of the request that the next cursor
    contains."""

    expression: m.Expression
    keys: tuple[SortColumn, ...]
    limit: int
    place: SortedPosition | None
    offset: int | None
    fields: tuple[str, ...]
    for_cursor: Json


def parse_page_request(body: Json, method: ListMethod, shop: Shop, approvals: Approvals = ALL_APPROVALS) -> PageRequest:
    """Raises InvalidArgumentError. A request with a cursor uses the filter, sort and search in the cursor and ignores
    its own.

    An app without an approval can neither filter nor sort by the data that the approval is for.
    """
    method = replace(method, fields={name: each for name, each in method.fields.items() if may_filter(name, approvals)})
    path = method.name
    query = _object(body.get(path), path)
    paging, paging_path = _paging(query, path)
    limit = _whole(paging.get("limit"), f"{paging_path}.limit", LARGEST_LIMIT) or DEFAULT_LIMIT
    cursor = paging.get("cursor")
    place, for_cursor = None, {name: query[name] for name in _IN_CURSOR if query.get(name) is not None}
    if cursor is not None and cursor != "":
        try:
            content = decode_cursor(shop, path, cursor)
        except BadCursorError:
            raise _refused(f"{paging_path}.cursor", "is not a cursor of this site and method") from None
        fields = for_cursor.get("fields")
        for_cursor = content["list"]
        if fields is not None:
            for_cursor["fields"] = fields
        place = SortedPosition(tuple(content["values"]), content["id"], content["backward"])
    offset = None
    if place is None and paging_path.endswith(".paging"):
        offset = _whole(paging.get("offset"), f"{paging_path}.offset", LARGEST_OFFSET)
    expression = parse_filter(for_cursor.get("filter"), method.fields, f"{path}.filter")
    if method.has_text:
        expression = m.all_of([expression, parse_free_text(for_cursor.get("search"), f"{path}.search", approvals)])
    return PageRequest(
        expression=expression,
        keys=_keys(for_cursor.get("sort"), method, f"{path}.sort"),
        limit=limit,
        place=place,
        offset=offset,
        fields=_fields(for_cursor.get("fields"), f"{path}.fields"),
        for_cursor=_as_read(for_cursor),
    )


def _as_read(parts: Json) -> Json:
    """The parts of a valid request, with only the keys that the server reads. Other keys can have values of any size
    and depth, and a deeply nested value cannot be written to a cursor."""
    read = dict(parts)
    sort, search = parts.get("sort"), parts.get("search")
    if isinstance(sort, list):
        read["sort"] = [_only(item, _SORT_KEYS) for item in sort if isinstance(item, dict)]
    if isinstance(search, dict):
        is_fuzzy = {"fuzzy": True} if search.get("fuzzy") is True else {}
        read["search"] = {**_only(search, _SEARCH_KEYS), **is_fuzzy}
        if not search.get("expression"):
            # Without an expression, the server ignores the other keys.
            del read["search"]
    return read


def _only(part: Json, keys: tuple[str, ...]) -> Json:
    return {key: part[key] for key in keys if part.get(key)}


def _paging(query: Json, path: str) -> tuple[Json, str]:
    """The paging object and its path. The SDK sends it as `cursorPaging` or `paging`, either with a cursor."""
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
        # The first of two keys with the same field applies.
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
