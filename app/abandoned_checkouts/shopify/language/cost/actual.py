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
from collections.abc import Callable, Mapping
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
_Variables: TypeAlias = Mapping[str, object]
# The cost of a field for a number of parents.
_Cost: TypeAlias = Callable[[int, _Variables, ReturnedCounts], float]


def actual_cost(tree: Alternatives) -> Callable[[_Variables, ReturnedCounts], int]:
    """The function that computes the actual cost of a tree from the variables and the counts of a response.

    It consists of a function for each charged field, so that a request only does the arithmetic.
    """
    highest = _highest(tree, ())
    return lambda variables, returned: math.floor(highest(1, variables, returned) + 0.5 + 1e-9)


def _highest(alternatives: Alternatives, path: tuple[str, ...]) -> _Cost:
    groups = [[_cost(charged, path) for charged in group] for group in alternatives]
    if not groups:
        return lambda parents, variables, returned: 0
    if len(groups) == 1:
        (only,) = groups
        return lambda parents, variables, returned: sum([cost(parents, variables, returned) for cost in only])
    return lambda parents, variables, returned: max(
        [sum([cost(parents, variables, returned) for cost in group]) for group in groups]
    )


def _cost(charged: Charged, path: tuple[str, ...]) -> _Cost:
    here = (*path, charged.key)
    cost = _page(charged, here) if charged.kind == "connection" else _object(charged, here)
    conditions = charged.conditions

    def included(parents: int, variables: _Variables, returned: ReturnedCounts) -> float:
        if not parents or (conditions and not is_included(conditions, variables)):
            return 0
        return 0 if returned.get(here) == NOT_SELECTED else cost(parents, variables, returned)

    return included


def _object(charged: Charged, here: tuple[str, ...]) -> _Cost:
    actual, is_list, below = charged.actual, charged.kind == "list", charged.alternatives
    if not below:
        return lambda parents, variables, returned: actual * parents
    highest = _highest(below, here)

    def cost(parents: int, variables: _Variables, returned: ReturnedCounts) -> float:
        present = returned.get(here, parents)
        return actual * parents + highest(min(present, parents) if is_list else present, variables, returned)

    return cost


def _page(page: Charged, here: tuple[str, ...]) -> _Cost:
    nodes = [(node, _highest(node.alternatives, (*here, *keys))) for keys, node in per_node(page)]
    marked = list(marks(page))

    def cost(parents: int, variables: _Variables, returned: ReturnedCounts) -> float:
        size = size_of(page, variables)
        rows = returned.get(here, 0)
        shown = [each for each in nodes if is_included(each[0].conditions, variables)]
        if rows > 0 and not shown:
            # Rows that the response does not have, for example of a page of which only `pageInfo` is selected.
            rows = 0
        own = CONNECTION * parents
        if size <= 0 or rows == FAILED:
            return own
        inner: float
        if not rows:
            inner = sum([size * node.actual * parents for node, _ in shown if node.name == "nodes"])
        else:
            # The cost of all pages, before it is multiplied.
            filled = min(rows, parents)
            inner = sum([filled for mark in marked if is_included(mark.conditions, variables)])
            for node, highest in shown:
                inner += node.actual * rows + highest(rows, variables, returned)
        return own + inner * multiplier(size) / size

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
