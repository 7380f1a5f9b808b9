"""The costs of an operation: the requested cost from its variables, the actual cost from the returned pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode

from abandoned_checkouts.shopify.language.cost.actual import ReturnedCounts, actual_cost, returned_in
from abandoned_checkouts.shopify.language.cost.charged import (
    Alternatives,
    Charged,
    is_included,
    per_node,
    size_of,
    variables_of,
)
from abandoned_checkouts.shopify.language.cost.rule import CONNECTION, LEAST, MAX_QUERY_COST, multiplier
from abandoned_checkouts.shopify.language.cost.tree import tree
from abandoned_checkouts.shopify.language.errors import ErrorEntry, entry, texts

__all__ = ["Cost", "exceeded", "extension"]

_Variables: TypeAlias = Mapping[str, object]
_Price: TypeAlias = Callable[[_Variables], int]
# Actual costs that are kept for an operation.
_MOST_KEPT = 16


class Cost:
    """The costs of an operation. `variables` are the declared variables with their defaults."""

    __slots__ = ("_actual", "_kept", "_names", "_price", "_tree")

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        self._tree = tree(schema, document, operation)
        self._price = _alternatives(self._tree)
        self._actual: Callable[[_Variables, ReturnedCounts], int] | None = None
        # The variables that the costs depend on, and the last actual costs by their values and the counts.
        self._names = tuple(sorted(variables_of(self._tree)))
        self._kept: dict[tuple[object, ...], int] = {}

    def requested(self, variables: _Variables) -> int:
        price = self._price
        return max(LEAST, price if isinstance(price, int) else price(variables))

    def actual(self, variables: _Variables, returned: ReturnedCounts) -> int:
        """The cost of a response, at most the requested cost. See `actual.py`."""
        # Most responses have the counts of an earlier one: one node, or a full page of rows with a few children.
        key: tuple[object, ...] = tuple(returned.items())
        if self._names:
            values = [variables.get(name) for name in self._names]
            # With the types, because 1, 1.0 and true are equal in Python.
            key = (*key, *values, *map(type, values))
        try:
            known = self._kept.get(key)
        except TypeError:
            # An invalid variable, for example a list instead of a number.
            return self._computed(variables, returned)
        if known is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            known = self._kept[key] = self._computed(variables, returned)
        return known

    def _computed(self, variables: _Variables, returned: ReturnedCounts) -> int:
        if self._actual is None:
            self._actual = actual_cost(self._tree)
        return min(self.requested(variables), max(LEAST, self._actual(variables, returned)))

    def returned_in(self, data: Mapping[str, object] | None) -> ReturnedCounts:
        """The counts that `actual` needs, from the data of a response."""
        return returned_in(self._tree, data)

    def fields(self, variables: _Variables) -> list[dict[str, object]]:
        """The cost per field, parents first, for a request with the header `Shopify-GraphQL-Cost-Debug: 1`."""
        return [row for group in self._tree for row in _rows(group, (), variables)]


def exceeded(cost: int, limit: int = MAX_QUERY_COST) -> ErrorEntry | None:
    """The error MAX_COST_EXCEEDED of a query that costs more than `limit`, or None."""
    if cost <= limit:
        return None
    return entry(texts.MAX_COST_EXCEEDED, cost=cost, maxCost=limit, documentation=texts.COST_PAGE)


def extension(
    requested: int,
    actual: int | None,
    throttle_status: Mapping[str, int | float],
    fields: list[dict[str, object]] | None = None,
) -> dict[str, object]:
    """`extensions.cost`. `actual` is None for a throttled query. `fields` are the costs per field, if requested."""
    cost: dict[str, object] = {
        "requestedQueryCost": requested,
        "actualQueryCost": actual,
        "throttleStatus": throttle_status,
    }
    if fields is not None:
        cost["fields"] = fields
    return cost


# -- The requested cost of a part: a number, or a function of the variables if it depends on them -------------


def _alternatives(groups: Alternatives) -> int | _Price:
    prices = [_sum([_price(charged) for charged in group]) for group in groups]
    fixed = max((price for price in prices if isinstance(price, int)), default=0)
    varying = [price for price in prices if not isinstance(price, int)]
    if not varying:
        return fixed
    return lambda variables: max(fixed, *(price(variables) for price in varying))


def _sum(prices: list[int | _Price]) -> int | _Price:
    fixed = sum(price for price in prices if isinstance(price, int))
    varying = [price for price in prices if not isinstance(price, int)]
    if not varying:
        return fixed
    return lambda variables: fixed + sum([price(variables) for price in varying])


def _price(charged: Charged) -> int | _Price:
    price = _connection(charged) if charged.kind == "connection" else _object(charged)
    if not charged.conditions:
        return price
    conditions = charged.conditions
    if isinstance(price, int):
        return lambda variables: price if is_included(conditions, variables) else 0
    return lambda variables: price(variables) if is_included(conditions, variables) else 0


def _object(charged: Charged) -> int | _Price:
    return _sum([charged.own, _alternatives(charged.alternatives)])


def _connection(charged: Charged) -> int | _Price:
    each = _sum([_price(node) for _, node in per_node(charged)])
    first, last = charged.windows
    if not isinstance(first, str) and not isinstance(last, str):
        size = first or last or 0
        if size <= 0:
            return CONNECTION
        times = multiplier(size)
        if isinstance(each, int):
            return CONNECTION + each * times
        return lambda variables: CONNECTION + each(variables) * times

    def price(variables: _Variables) -> int:
        size = size_of(charged, variables)
        if size <= 0:
            return CONNECTION
        return CONNECTION + (each if isinstance(each, int) else each(variables)) * multiplier(size)

    return price


# -- the cost per field --------------------------------------------------------------------------------------


def _rows(group: tuple[Charged, ...], path: tuple[str, ...], variables: _Variables) -> Iterator[dict[str, object]]:
    for charged in group:
        if charged.kind == "mark" or not is_included(charged.conditions, variables):
            continue
        here = (*path, charged.key)
        price = _price(charged)
        total = price if isinstance(price, int) else price(variables)
        children = [row for inner in charged.alternatives for row in _rows(inner, here, variables)]
        yield {
            "path": list(here),
            "definedCost": charged.own,
            "requestedTotalCost": total,
            "requestedChildrenCost": total - charged.own if charged.alternatives else None,
        }
        yield from children
