"""Tree → the JSON that Shopify shows in `extensions.search`.

Recorded: match_all, match_phrase, range_lt/lte/gt/gte, and, or. In an `and`, ranges come first. Times of known fields
are written in full, compared ids as numbers, all other values as in the search text.
Our own decisions, because they are not recorded: `not`, `match_prefix` and `exists`; a list is an `or`; levels deeper
than 100 are written as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from search_syntax.check import OPERATORS, zone_of
from search_syntax.fields import FieldSet, Kind
from search_syntax.meaning import Meaning
from search_syntax.parse import Query
from search_syntax.tree import (
    Comparison,
    Everything,
    Exists,
    Leaf,
    Not,
    Or,
    Phrase,
    Prefix,
    SingleValue,
    Tree,
    ValueList,
    flat,
    fold,
)
from search_syntax.values import parse_time, parse_whole, write_time

DEEPEST = 100  # JSON libraries fail at a few hundred levels
LARGEST = 2**63 - 1  # and at numbers of more than 64 bits

JsonObject = dict[str, object]


def search_entry(
    path: Sequence[str | int],
    query: Query,
    meaning: Meaning,
    fields: FieldSet,
    *,
    zone: tzinfo,
    now: datetime,
) -> JsonObject:
    """One entry of `extensions.search`, its keys in the recorded order. `path` is the response path, with aliases."""
    return {
        "path": list(path),
        "query": query.text,
        "parsed": parsed(query, fields, zone=zone, now=now),
        "warnings": warnings_json(meaning),
    }


def warnings_json(meaning: Meaning) -> list[JsonObject]:
    return [
        {"field": one.field, "message": one.message, **({"code": one.code} if one.code else {})}
        for one in meaning.warnings
    ]


def parsed(query: Query, fields: FieldSet, *, zone: tzinfo, now: datetime) -> JsonObject:
    """The `parsed` of an entry; `{}` for a text without terms."""
    leaves = LeafJson(fields, zone, now)
    deepest = at_the_limit(query.tree)

    def operands(node: Tree) -> Sequence[Tree]:
        return () if id(node) in deepest else flat(node)

    def leaf(node: Tree) -> JsonObject:
        if id(node) in deepest:
            return {"query": query.text[node.start : node.end]}
        return leaves.leaf(node)  # type: ignore[arg-type]

    return fold(query.tree, leaf, branch, operands)


def at_the_limit(root: Tree) -> frozenset[int]:
    """The ids of nodes with operands at level DEEPEST, which are written as text."""
    found = set()
    stack: list[tuple[Tree, int]] = [(root, 0)]
    while stack:
        node, depth = stack.pop()
        if depth == DEEPEST and node.operands:
            found.add(id(node))
        else:
            stack.extend((part, depth + 1) for part in flat(node))
    return frozenset(found)


def branch(node: Tree, parts: list[JsonObject]) -> JsonObject:
    if isinstance(node, Not):
        return {"not": parts[0]}
    if isinstance(node, Or):
        return {"or": parts}
    return {"and": sorted(parts, key=lambda part: not any(key.startswith("range_") for key in part))}


class LeafJson:
    """The JSON of leaves."""

    def __init__(self, fields: FieldSet, zone: tzinfo, now: datetime) -> None:
        self.fields = fields
        self.zone = zone
        self.now = now

    def leaf(self, node: Everything | Leaf) -> JsonObject:
        if isinstance(node, Everything):
            return {}
        if isinstance(node, ValueList):
            return {"or": [self.value(value) for value in node.values]}
        if isinstance(node, Comparison):
            return self.comparison(node)
        return self.value(node)

    def value(self, node: SingleValue) -> JsonObject:
        if isinstance(node, Exists):
            return {"field": node.field, "exists": True}
        if isinstance(node, Prefix):
            return {"field": node.field, "match_prefix": node.value}
        match = "match_phrase" if isinstance(node, Phrase) else "match_all"
        return {"field": node.field, match: self.time(node.field, node.value) or node.value}

    def comparison(self, node: Comparison) -> JsonObject:
        field, operator = self.fields.get(node.field), OPERATORS[node.operator]
        value: str | int | None = self.time(node.field, node.value)
        if value is not None and field is not None and field.indexed and operator == "lt":
            operator = "lte"  # recorded for a field of the search index; for a field of the database it is range_lt
        if field is not None and field.kind in (Kind.ID, Kind.NUMBER):
            number = parse_whole(node.value)
            value = number if number is not None and abs(number) <= LARGEST else None
        return {"field": node.field, f"range_{operator}": node.value if value is None else value}

    def time(self, name: str, value: str) -> str | None:
        """The time in full; None if the field is unknown or has no times, or the value is not a time."""
        field = self.fields.get(name)
        if field is None or field.kind is not Kind.TIME:
            return None
        zone = zone_of(field, self.zone)
        period = parse_time(value, zone, self.now)
        return None if period is None else write_time(period.start, zone)
