"""Actual cost: the requested rule again, with pages charged for the share of them that came back.

A page of n with k rows costs 2 + C × multiplier(n) × k/n, the whole rounded up; when it is empty `edges` costs
nothing, but `nodes` stays; when it failed it costs its 2. An object that is null still costs its 1, though nothing
below it does. Shopify's own rule is not published and was recovered in part only; see the tests for how much of what
was recorded it explains.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeAlias

from abandoned_checkouts.shopify.language.cost.rule import CONNECTION, multiplier
from abandoned_checkouts.shopify.language.cost.tree import Charged, holds, per_node, size_of

__all__ = ["NOT_ASKED", "Returned", "returned_in", "spent"]

# Response path without list positions → how many came back there in all: rows of a page (under the path of the
# page), objects that were not null. A path that is missing means: as many as there were parents, for a page none;
# NOT_ASKED: no object there was of a type that the selection applies to. FAILED: the page ended in an error.
Returned: TypeAlias = Mapping[tuple[str, ...], int]
NOT_ASKED = -1
FAILED = -2


def spent(tree: tuple[tuple[Charged, ...], ...], variables: Mapping[str, object], returned: Returned) -> int:
    return math.ceil(_dearest(tree, 1, (), variables, returned) - 1e-9)


def _dearest(
    alternatives: tuple[tuple[Charged, ...], ...],
    parents: int,
    path: tuple[str, ...],
    variables: Mapping[str, object],
    returned: Returned,
) -> float:
    return max(
        (sum(_spent(charged, parents, path, variables, returned) for charged in group) for group in alternatives),
        default=0,
    )


def _spent(
    charged: Charged,
    parents: int,
    path: tuple[str, ...],
    variables: Mapping[str, object],
    returned: Returned,
) -> float:
    if not parents or not holds(charged.whens, variables):
        return 0
    here = (*path, charged.key)
    if returned.get(here) == NOT_ASKED:
        return 0
    if charged.kind != "connection":
        present = returned.get(here, parents)
        return charged.own * parents + _dearest(charged.alternatives, present, here, variables, returned)
    size = size_of(charged, variables)
    cost: float = CONNECTION * parents
    rows, times = returned.get(here, 0), multiplier(size)
    if size <= 0 or rows == FAILED:
        return cost
    for keys, node in per_node(charged):
        if not holds(node.whens, variables):
            continue
        if not rows:
            cost += times * node.own * parents if node.name == "nodes" else 0
            continue
        inner = (*here, *keys)
        each = node.own * rows + _dearest(node.alternatives, rows, inner, variables, returned)
        cost += times / size * each
    return cost


def returned_in(tree: tuple[tuple[Charged, ...], ...], data: Mapping[str, object] | None) -> dict[tuple[str, ...], int]:
    """Count what came back in an answer, where the tree charges for it. An answer of null is one whose page failed."""
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
        counts[here] = NOT_ASKED
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
            rows = [below for row in rows for below in _objects(row.get(key))]
        counts[here] = max(counts[here], len(rows))
        for group in node.alternatives:
            for child in group:
                _count(child, rows, inner, counts)


def _objects(value: object) -> list[Mapping[str, object]]:
    if isinstance(value, list):
        return [item for inner in value for item in _objects(inner)]
    return [value] if isinstance(value, Mapping) else []
