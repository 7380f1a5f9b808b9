"""Splits a search into the filters and the search terms of a saved search.

Recorded: `f:v` is the filter f, `-f:v` is f_not, `f:<v` and `f:<=v` are f_max, `f:>v` and `f:>=v` are f_min, and `f:*`
has the value "true"; `*` alone is the filter "default". Words without a name, OR and groups are search terms. A negated
comparison is inverted first: `-f:<3` becomes `f:>=3`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from search_syntax.check import written_value
from search_syntax.parse import Query
from search_syntax.text import text, value_text
from search_syntax.tree import DEFAULT, And, Comparison, Everything, Exists, Not, Or, Tree, ValueList

# Phrases, comparisons and escaped characters stay as they are; a hyphen at the beginning of a term is a negation.
_HYPHEN = re.compile(r'"(?:\\.|[^"\\])*"|(?<=:)[<>]=?[^\s()]*|\\.|(?<=[^\s(])-')

OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True, slots=True)
class Filter:
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Split:
    """`query` is the whole search as a saved search returns it: canonical, with negated comparisons inverted, and with
    hyphens in names, words and values escaped (recorded)."""

    query: str
    search_terms: str
    filters: tuple[Filter, ...]


def split_filters(query: Query) -> Split:
    parts = query.tree.parts if isinstance(query.tree, And) else (query.tree,)
    terms = [without_negated_comparison(part) for part in parts if not isinstance(part, Everything)]
    filters = [(term, filter_of(term)) for term in terms]
    return Split(
        _HYPHEN.sub(lambda found: r"\-" if found[0] == "-" else found[0], text_of_all(terms)),
        text_of_all([term for term, found in filters if found is None]),
        tuple(found for _, found in filters if found is not None),
    )


def text_of_all(parts: list[Tree]) -> str:
    if len(parts) < 2:
        return text(parts[0]) if parts else ""
    return text(And(tuple(parts)))


def without_negated_comparison(part: Tree) -> Tree:
    """`-f:<3` as `f:>=3`; any other part unchanged."""
    if not isinstance(part, Not) or not isinstance(part.part, Comparison):
        return part
    inner = part.part
    return Comparison(inner.field, OPPOSITE[inner.operator], inner.value)


def filter_of(part: Tree) -> Filter | None:
    """The filter for this part of a search. None if the part is a search term."""
    negated = isinstance(part, Not)
    node = part.part if isinstance(part, Not) else part
    if node == part and isinstance(node, Exists) and node.field == DEFAULT:
        return Filter(DEFAULT, "true")
    if isinstance(node, Everything | Not | And | Or) or node.field == DEFAULT:
        return None
    if isinstance(node, Comparison):
        return Filter(f"{node.field}_{'max' if node.operator[0] == '<' else 'min'}", node.value)
    if isinstance(node, Exists):
        value = "true"
    elif isinstance(node, ValueList):
        value = ",".join(value_text(one) for one in node.values)
    else:
        value = written_value(node)
    return Filter(f"{node.field}_not" if negated else node.field, value)
