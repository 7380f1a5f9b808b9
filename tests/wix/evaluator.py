"""Wix's query language once more, as plainly as it can be said: over entities as they are on the wire.

It shares nothing with the server but the folding of letters. Tests compare what the server finds with it.
"""

from datetime import UTC, datetime
from typing import Any

from search_syntax import fold, tokenize

Json = dict[str, Any]

GUIDS = {"id", *(f"buyerInfo.{name}Id" for name in ("contact", "member", "user", "visitor"))}
DATES = {"createdDate", "updatedDate"}


def matches(entity: Json, asked: Json) -> bool:
    return all(_holds(entity, name, value) for name, value in asked.items())


def _holds(entity: Json, name: str, value: Any) -> bool:
    if name == "$and":
        return all(matches(entity, part) for part in value)
    if name == "$or":
        return any(matches(entity, part) for part in value)
    if name == "$not":
        return not all(matches(entity, part) for part in (value if isinstance(value, list) else [value]))
    if not isinstance(value, dict):
        value = {"$eq": value}
    return all(_compares(name, held(entity, name), operator, operand) for operator, operand in value.items())


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
    limit = ready(name, operand)
    compare = {
        "$gt": lambda value: value > limit,
        "$gte": lambda value: value >= limit,
        "$lt": lambda value: value < limit,
        "$lte": lambda value: value <= limit,
    }[operator]
    return any(compare(ready(name, value)) for value in values)


def _equal(name: str, values: list[Any], operand: Any) -> bool:
    if operand is None:
        return not values
    return any(ready(name, value) == ready(name, operand) for value in values)


def ready(name: str, value: str) -> Any:
    if name in DATES:
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return value.lower() if name in GUIDS else value


def held(entity: Json, name: str) -> list[Any]:
    """The values under a dotted path; a list on the way gives those of its elements."""
    found: list[Any] = [entity]
    for step in name.split("."):
        found = [one[step] for one in found if isinstance(one, dict) and step in one]
        found = [one for item in found for one in (item if isinstance(item, list) else [item])]
    return [one for one in found if one is not None and one != ""]


def ordered(entities: list[Json], sort: list[Json]) -> list[Json]:
    """Sorted by the keys, first key first; rows that are equal under all keys in any order."""
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
    values = held(entity, name)
    if name in DATES:
        return ready(name, values[0])
    return ready(name, values[0]) if values else ""


def finds(entity: Json, search: Json) -> bool:
    """The words of a search, without slips."""
    names = search.get("fields") or ["buyerInfo.email", "contactDetails.firstName", "contactDetails.lastName"]
    texts = [tokenize(value) for name in names for value in held(entity, name)]
    terms = [tokenize(term) for term in search["expression"].split()]
    found = [any(_has(text, term) for text in texts) for term in terms if term]
    return (all if search.get("mode") == "AND" else any)(found) if found else False


def _has(text: tuple[str, ...], term: tuple[str, ...]) -> bool:
    return any(text[start : start + len(term)] == term for start in range(len(text) - len(term) + 1))
