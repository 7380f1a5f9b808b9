"""The nodes of the tree of costs: the fields of an operation that cost something, and how to read a page among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

# Variables with the values that they must have, for a field to be included.
IncludedIf: TypeAlias = tuple[tuple[str, bool], ...]
# The argument first or last: a number, the name of a variable, or None.
Window: TypeAlias = int | str | None


# Not frozen: creating a frozen object takes three times as long, and a new document needs many of them.
@dataclass(slots=True)
class Charged:
    """A field that costs something. It is included if one of `conditions` is true, or without any condition.

    `own` is its requested cost without its selections, `actual` its actual cost; `rule.actual_cost_of` says where they
    differ. A "mark" is a field that only has an actual cost. The selections of a "list" are charged once, not once per
    item. Do not change it.
    """

    key: str
    name: str
    kind: Literal["object", "list", "connection", "mutation", "mark"]
    own: int
    actual: int
    windows: tuple[Window, Window]
    conditions: tuple[IncludedIf, ...]
    alternatives: Alternatives


# The charged fields of each group of possible types.
Alternatives: TypeAlias = tuple[tuple[Charged, ...], ...]


def is_included(conditions: tuple[IncludedIf, ...], variables: Mapping[str, object]) -> bool:
    return not conditions or any(all(variables.get(name) is value for name, value in each) for each in conditions)


def variables_of(alternatives: Alternatives) -> set[str]:
    """The names of the variables in conditions and page sizes."""
    names: set[str] = set()
    for group in alternatives:
        for charged in group:
            names.update(window for window in charged.windows if isinstance(window, str))
            names.update(name for condition in charged.conditions for name, _ in condition)
            names |= variables_of(charged.alternatives)
    return names


def size_of(page: Charged, variables: Mapping[str, object]) -> int:
    """The requested size of a page; 0 without first and last."""
    for window in page.windows:
        size = variables.get(window) if isinstance(window, str) else window
        if isinstance(size, int) and size:
            return size
    return 0


def per_node(page: Charged) -> Iterator[tuple[tuple[str, ...], Charged]]:
    """The fields of a page that are charged per row: `nodes`, and `node` in `edges`. Each has its path in the page."""
    for group in page.alternatives:
        for child in group:
            if child.name == "edges":
                for inner in child.alternatives:
                    for node in inner:
                        if node.name == "node":
                            # Its conditions include those of `edges`.
                            yield (child.key, node.key), node
            elif child.kind != "mark":
                yield (child.key,), child


def marks(page: Charged) -> Iterator[Charged]:
    """The fields of a page that are charged once if the page has rows: `nodes`, `edges` and `pageInfo`."""
    for group in page.alternatives:
        yield from (child for child in group if child.name != "__typename")
