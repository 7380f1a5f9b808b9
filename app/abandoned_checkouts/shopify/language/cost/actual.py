"""The actual cost: the rule of the requested cost, but pages are charged for the rows that were returned.

A page of n with k rows costs 2 + C × multiplier(n) × k/n, and the sum is rounded up. If a page is empty, `edges` costs
nothing, and `nodes` itself still costs. A page that failed costs 2. An object that is null costs 1, and its fields
nothing. Shopify does not publish its rule; this one explains only a part of the recorded costs (see the tests).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeAlias

from abandoned_checkouts.shopify.language.cost.rule import CONNECTION, multiplier
from abandoned_checkouts.shopify.language.cost.tree import Alternatives, Charged, is_included, per_node, size_of

__all__ = ["NOT_SELECTED", "ReturnedCounts", "actual_cost", "returned_in"]

# Response path without list indexes → the number of all objects there that are not null. For a page, it is the number
# of rows. If a path is missing, there is an object for each parent, and pages are empty. NOT_SELECTED: no object has a
# type that the selection applies to. FAILED: the page is an error.
ReturnedCounts: TypeAlias = Mapping[tuple[str, ...], int]
NOT_SELECTED = -1
FAILED = -2


def actual_cost(tree: Alternatives, variables: Mapping[str, object], returned: ReturnedCounts) -> int:
    return math.ceil(_highest(tree, 1, (), variables, returned) - 1e-9)


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
        return charged.own * parents + _highest(charged.alternatives, present, here, variables, returned)
    size = size_of(charged, variables)
    cost: float = CONNECTION * parents
    rows, times = returned.get(here, 0), multiplier(size)
    if size <= 0 or rows == FAILED:
        return cost
    for keys, node in per_node(charged):
        if not is_included(node.conditions, variables):
            continue
        if not rows:
            cost += times * node.own * parents if node.name == "nodes" else 0
            continue
        inner = (*here, *keys)
        each = node.own * rows + _highest(node.alternatives, rows, inner, variables, returned)
        cost += times / size * each
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
