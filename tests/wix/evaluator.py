"""A second, simple implementation of Wix's query language. It filters entities as the API returns them.

Tests compare its results with the server's. It shares only `fold` and `tokenize` with the server.
"""

from datetime import UTC, datetime
from typing import Any

from search_syntax import fold, tokenize

Json = dict[str, Any]

GUIDS = {"id", *(f"buyerInfo.{name}Id" for name in ("contact", "member", "user", "visitor"))}
DATES = {"createdDate", "updatedDate"}


def matches(entity: Json, query: Json) -> bool:
    return all(_matches_key(entity, name, value) for name, value in query.items())


def _matches_key(entity: Json, name: str, value: Any) -> bool:
    if name == "$and":
        return all(matches(entity, part) for part in value)
    if name == "$or":
        return any(matches(entity, part) for part in value)
    if name == "$not":
        return not all(matches(entity, part) for part in (value if isinstance(value, list) else [value]))
    if not isinstance(value, dict):
        value = {"$eq": value}
    return all(_compares(name, values_at(entity, name), operator, operand) for operator, operand in value.items())


def _compares(name: str, values: list[Any], operator: str, operand: Any) -> bool:
    if operator == "$not":
        return not all(_compares(name, values, inner, value) for inner, value in operand.items())
    if operator == "$exists":
        return bool(values) == operand
    if operator == "$isEmpty":
        return bool(values) != operand
    if operator == "$eq":
        return _equal(name, values, operand)
    if operator == "$ne":
        return not _equal(name, values, operand)
    if operator in ("$in", "$hasSome", "$any"):
        return any(_equal(name, values, one) for one in operand)
    if operator == "$nin":
        return not any(_equal(name, values, one) for one in operand)
    if operator == "$hasAll":
        return all(_equal(name, values, one) for one in operand)
    if operator in ("$startsWith", "$begins"):
        return any(fold(value).startswith(fold(operand)) for value in values)
    if operator == "$endsWith":
        return any(fold(value).endswith(fold(operand)) for value in values)
    if operator == "$contains":
        return any(fold(operand) in fold(value) for value in values)
    limit = comparable(name, operand)
    compare = {
        "$gt": lambda value: value > limit,
        "$gte": lambda value: value >= limit,
        "$lt": lambda value: value < limit,
        "$lte": lambda value: value <= limit,
    }[operator]
    return any(compare(comparable(name, value)) for value in values)


def _equal(name: str, values: list[Any], operand: Any) -> bool:
    if operand is None:
        return not values
    return any(comparable(name, value) == comparable(name, operand) for value in values)


def comparable(name: str, value: str) -> Any:
    if name in DATES:
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return value.lower() if name in GUIDS else value


def values_at(entity: Json, path: str) -> list[Any]:
    """The values at a dotted path. A path through a list applies to each of its elements."""
    values: list[Any] = [entity]
    for key in path.split("."):
        values = [value[key] for value in values if isinstance(value, dict) and key in value]
        values = [item for value in values for item in (value if isinstance(value, list) else [value])]
    return [value for value in values if value is not None and value != ""]


def ordered(entities: list[Json], sort: list[Json]) -> list[Json]:
    """Sorted by all keys; the first key is the most significant."""
    result = list(entities)
    for item in reversed(sort):
        name = item["fieldName"]
        result.sort(
            key=lambda entity: _sort_value(entity, name),
            reverse=item.get("order") == "DESC",
        )
    return result


def sort_values(entity: Json, sort: list[Json]) -> list[Any]:
    return [_sort_value(entity, item["fieldName"]) for item in sort]


def _sort_value(entity: Json, name: str) -> Any:
    values = values_at(entity, name)
    if name in DATES:
        return comparable(name, values[0])
    return comparable(name, values[0]) if values else ""


def finds(entity: Json, search: Json) -> bool:
    """Whether a free-text search that is not fuzzy matches."""
    names = search.get("fields") or ["buyerInfo.email", "contactDetails.firstName", "contactDetails.lastName"]
    texts = [tokenize(value) for name in names for value in values_at(entity, name)]
    terms = [tokenize(term) for term in search["expression"].split()]
    has_term = [any(_has(text, term) for text in texts) for term in terms if term]
    return (all if search.get("mode") == "AND" else any)(has_term) if has_term else False


def _has(text: tuple[str, ...], term: tuple[str, ...]) -> bool:
    return any(text[start : start + len(term)] == term for start in range(len(text) - len(term) + 1))
