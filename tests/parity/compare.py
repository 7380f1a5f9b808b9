"""What two responses must have in common: status, errors, cost, shapes, and some values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.parity.cases import Case

__all__ = ["Answer", "Difference", "differences"]

# A key that REST leaves out for a customer without an address.
_OPTIONAL = frozenset({"default_address"})
# Parts of messages that name an id of the request.
_VARYING = re.compile(r"Request ID: \S+|[0-9a-f-]{36}-\d+")


@dataclass(frozen=True)
class Answer:
    """A response: its status, and its JSON (None if it is no JSON)."""

    status: int
    body: Any


@dataclass(frozen=True)
class Difference:
    """`kind` is status, errors, cost, warnings, shape or value."""

    case: str
    kind: str
    text: str


def differences(case: Case, first: Answer, second: Answer) -> Iterator[Difference]:
    def differing(kind: str, one: object, other: object, place: str = "") -> Iterator[Difference]:
        if one != other:
            yield Difference(case.name, kind, f"{place}{': ' if place else ''}{one!r} and {other!r}")

    yield from differing("status", first.status, second.status)
    yield from differing("errors", _errors(first.body), _errors(second.body))
    yield from differing("warnings", _warnings(first.body), _warnings(second.body))
    yield from differing("cost", _requested(first.body), _requested(second.body), "requestedQueryCost")
    one, other = _data(first.body), _data(second.body)
    if _lengths(one) == _lengths(other):
        yield from differing("cost", _actual(first.body), _actual(second.body), "actualQueryCost")
    shapes, others = _shape(one), _shape(other)
    for place in sorted(shapes.keys() & others.keys()):
        # A value can be null on one of them. Lists that are empty have no shape.
        if not shapes[place] & others[place] and {"null"} not in (shapes[place], others[place]):
            yield from differing("shape", sorted(shapes[place]), sorted(others[place]), place)
    for place in sorted(shapes.keys() ^ others.keys()):
        parent = place.rpartition(".")[0]
        if place.rpartition(".")[2] in _OPTIONAL:
            continue
        if "object" in shapes.get(parent, ()) and "object" in others.get(parent, ()):
            side = "first" if place in shapes else "second"
            yield Difference(case.name, "shape", f"{place} is only in the {side}")
    for place in case.agrees:
        yield from differing("value", _at(first.body, place), _at(second.body, place), place)


def _errors(body: Any) -> Any:
    errors = body.get("errors") if isinstance(body, dict) else None
    if not isinstance(errors, list):
        return errors
    return [
        (
            _VARYING.sub("…", str(error.get("message"))),
            error.get("path"),
            {name: value for name, value in (error.get("extensions") or {}).items() if name != "requestId"},
            list(error),
        )
        for error in errors
    ]


def _warnings(body: Any) -> Any:
    searches = _extensions(body).get("search") or []
    return [(each.get("path"), each.get("warnings"), each.get("parsed")) for each in searches]


def _extensions(body: Any) -> dict[str, Any]:
    return (body.get("extensions") or {}) if isinstance(body, dict) else {}


def _requested(body: Any) -> Any:
    return _extensions(body).get("cost", {}).get("requestedQueryCost")


def _actual(body: Any) -> Any:
    return _extensions(body).get("cost", {}).get("actualQueryCost")


def _data(body: Any) -> Any:
    return body.get("data", body) if isinstance(body, dict) else body


def _lengths(value: Any) -> Any:
    """The lengths of all lists, in order, and where values are null: what the actual cost depends on."""
    if isinstance(value, dict):
        return [_lengths(item) for item in value.values()]
    return [len(value), *map(_lengths, value)] if isinstance(value, list) else value is None


def _shape(value: Any, place: str = "") -> dict[str, set[str]]:
    """Path → the JSON types there, over all items of lists."""
    names = {dict: "object", list: "list", str: "text", bool: "boolean", int: "number", float: "number"}
    shapes: dict[str, set[str]] = {place: {names.get(type(value), "null")}}
    inner = [(f"{place}.{name}", item) for name, item in value.items()] if isinstance(value, dict) else []
    inner += [(f"{place}.*", item) for item in value] if isinstance(value, list) else []
    for path, item in inner:
        for key, found in _shape(item, path).items():
            shapes.setdefault(key, set()).update(found)
    return shapes


def _at(value: Any, place: str) -> Any:
    for name in place.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value
