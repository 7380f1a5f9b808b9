"""Splits a search into the filters and the search terms that a saved search shows.

Recorded: `f:v` is the filter f, `-f:v` is f_not, `f:<v` and `f:<=v` are f_max, `f:>v` and `f:>=v` are f_min, `f:*`
has the value "true"; words without a name, OR and groups stay search terms. A negated comparison is turned around
first: `-f:<3` is `f:>=3`.
"""

from __future__ import annotations

from dataclasses import dataclass

from search_syntax.parse import Query
from search_syntax.text import listed, text
from search_syntax.tree import DEFAULT, And, Comparison, Everything, Exists, Not, Or, Prefix, Tree, ValueList

OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True, slots=True)
class Filter:
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Split:
    """`query` is the whole search as a saved search is read back: canonical, comparisons turned around."""

    query: str
    search_terms: str
    filters: tuple[Filter, ...]


def split_filters(query: Query) -> Split:
    parts = query.tree.parts if isinstance(query.tree, And) else (query.tree,)
    turned = [turn(part) for part in parts if not isinstance(part, Everything)]
    filters = [(part, filter_of(part)) for part in turned]
    return Split(
        together(turned),
        together([part for part, found in filters if found is None]),
        tuple(found for _, found in filters if found is not None),
    )


def together(parts: list[Tree]) -> str:
    if len(parts) < 2:
        return text(parts[0]) if parts else ""
    return text(And(tuple(parts)))


def turn(part: Tree) -> Tree:
    if isinstance(part, Not) and isinstance(part.part, Comparison):
        told = part.part
        return Comparison(told.field, OPPOSITE[told.operator], told.value, part.start, told.value_start, part.end)
    return part


def filter_of(part: Tree) -> Filter | None:
    """The filter that a part of the search is, if it is one."""
    negated = isinstance(part, Not)
    node = part.part if isinstance(part, Not) else part
    if isinstance(node, Everything | Not | And | Or) or node.field == DEFAULT:
        return None
    if isinstance(node, Comparison):
        return Filter(f"{node.field}_{'max' if node.operator[0] == '<' else 'min'}", node.value)
    if isinstance(node, Exists):
        value = "true"
    elif isinstance(node, ValueList):
        value = ",".join(listed(one) for one in node.values)
    else:
        value = node.value + "*" if isinstance(node, Prefix) else node.value
    return Filter(f"{node.field}_not" if negated else node.field, value)
