"""The actual cost: the sum of what was returned, rounded to the nearest integer, at most the requested cost.

In a page of n, everything is multiplied by multiplier(n) / n: each row and its objects, and once each `nodes`, `edges`
and `pageInfo` if the page has rows. The page itself costs 2. If a page is empty, `edges` costs nothing, and `nodes`
costs as much as a full page. A page that failed costs 2. An object that is null costs 1, and its fields nothing. The
fields of a list are charged once, not once per item. `rule.actual_cost_of` lists the costs that differ from the
requested cost.

Shopify does not publish its rule. This one was found in recorded responses; the test counts how many it explains.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeAlias

from abandoned_checkouts.shopify.language.cost.charged import (
    Alternatives,
    Charged,
    is_included,
    marks,
    per_node,
    size_of,
)
from abandoned_checkouts.shopify.language.cost.rule import CONNECTION, multiplier

__all__ = ["NOT_SELECTED", "ReturnedCounts", "actual_cost", "returned_in"]

# Response path without list indexes → the number of all objects there that are not null. For a page, it is the number
# of rows. If a path is missing, there is an object for each parent, and pages are empty. NOT_SELECTED: no object has a
# type that the selection applies to. FAILED: the page is an error.
ReturnedCounts: TypeAlias = Mapping[tuple[str, ...], int]
NOT_SELECTED = -1
FAILED = -2


def actual_cost(tree: Alternatives, variables: Mapping[str, object], returned: ReturnedCounts) -> int:
    return math.floor(_highest(tree, 1, (), variables, returned) + 0.5 + 1e-9)


def _highest(
    alternatives: Alternatives,
    parents: int,
    path: tuple[str, ...],
    variables: Mapping[str, object],
    returned: ReturnedCounts,
) -> float:
    return max(
        (sum(_cost(charged, parents, path, variables, returned) for charged in group) for group in alternatives),
        default=0,
    )


def _cost(
    charged: Charged,
    parents: int,
    path: tuple[str, ...],
    variables: Mapping[str, object],
    returned: ReturnedCounts,
) -> float:
    if not parents or not is_included(charged.conditions, variables):
        return 0
    here = (*path, charged.key)
    if returned.get(here) == NOT_SELECTED:
        return 0
    if charged.kind != "connection":
        present = returned.get(here, parents)
        if charged.kind == "list":
            present = min(present, parents)
        return charged.actual * parents + _highest(charged.alternatives, present, here, variables, returned)
    size = size_of(charged, variables)
    rows = returned.get(here, 0)
    if rows > 0 and not any(is_included(node.conditions, variables) for _, node in per_node(charged)):
        # Rows that the response does not have, for example of a page of which only `pageInfo` is selected.
        rows = 0
    cost: float = CONNECTION * parents
    if size <= 0 or rows == FAILED:
        return cost
    return cost + _rows(charged, parents, rows, here, variables, returned) * multiplier(size) / size


def _rows(
    page: Charged,
    parents: int,
    rows: int,
    path: tuple[str, ...],
    variables: Mapping[str, object],
    returned: ReturnedCounts,
) -> float:
    """The cost of all pages of a field, before it is multiplied."""
    if not rows:
        size = size_of(page, variables)
        return sum(
            size * node.actual * parents
            for _, node in per_node(page)
            if node.name == "nodes" and is_included(node.conditions, variables)
        )
    filled = min(rows, parents)
    cost: float = sum(filled for mark in marks(page) if is_included(mark.conditions, variables))
    for keys, node in per_node(page):
        if is_included(node.conditions, variables):
            cost += node.actual * rows + _highest(node.alternatives, rows, (*path, *keys), variables, returned)
    return cost


def returned_in(tree: Alternatives, data: Mapping[str, object] | None) -> dict[tuple[str, ...], int]:
    """The counts in the data of a response, for the fields that are charged. Null data means that the page failed."""
    counts: dict[tuple[str, ...], int] = {}
    if data is None:
        return {(charged.key,): FAILED for group in tree for charged in group if charged.kind == "connection"}
    for group in tree:
        for charged in group:
            _count(charged, [data], (), counts)
    return counts


def _count(
    charged: Charged, parents: list[Mapping[str, object]], path: tuple[str, ...], counts: dict[tuple[str, ...], int]
) -> None:
    here = (*path, charged.key)
    if here in counts:
        return
    if parents and not any(charged.key in parent for parent in parents):
        counts[here] = NOT_SELECTED
        return
    if charged.kind == "mark":
        return
    values = [value for parent in parents for value in _objects(parent.get(charged.key))]
    if charged.kind != "connection":
        counts[here] = len(values)
        for group in charged.alternatives:
            for child in group:
                _count(child, values, here, counts)
        return
    counts[here] = 0
    for keys, node in per_node(charged):
        rows, inner = values, (*here, *keys)
        for key in keys:
            rows = [child for row in rows for child in _objects(row.get(key))]
        counts[here] = max(counts[here], len(rows))
        for group in node.alternatives:
            for child in group:
                _count(child, rows, inner, counts)


def _objects(value: object) -> list[Mapping[str, object]]:
    if isinstance(value, list):
        return [item for inner in value for item in _objects(inner)]
    return [value] if isinstance(value, Mapping) else []
