"""What a search text says, before anyone asks which fields there are.

Leaves name a field (`default` when the text named none) and carry the value without quotes and escapes. Every node
knows its place: `text[node.start:node.end]`; a leaf's value begins at `value_start`. Places do not count in `==`.
Trees can be as deep as the text is long, so nothing here or elsewhere in the package walks them by recursion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

DEFAULT = "default"

Result = TypeVar("Result")
AnyNode = TypeVar("AnyNode", bound="Node")


class Node:
    """Compared and hashed by what it says (`identity`) and by its parts, never by its place."""

    __slots__ = ()
    identity: ClassVar[tuple[str, ...]] = ()

    @property
    def operands(self) -> Sequence[Any]:
        return ()

    def shape(self) -> tuple[object, ...]:
        return tuple(
            (type(node).__name__, len(node.operands), *(getattr(node, name) for name in node.identity))
            for node in postorder(self)
        )

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(self) is not type(other):
            return NotImplemented
        assert isinstance(other, Node)
        return self.shape() == other.shape()

    def __hash__(self) -> int:
        return hash(self.shape())

    def __repr__(self) -> str:
        def leaf(node: Node) -> str:
            return f"{type(node).__name__}({', '.join(repr(getattr(node, name)) for name in node.identity)})"

        def branch(node: Node, parts: list[str]) -> str:
            return f"{type(node).__name__}({', '.join(parts)})"

        return fold(self, leaf, branch)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Everything(Node):
    """An empty text, or one that holds nothing but connectives and parentheses."""

    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Term(Node):
    """`value` or `field:value`."""

    field: str
    value: str
    start: int = 0
    value_start: int = 0
    end: int = 0
    identity: ClassVar[tuple[str, ...]] = ("field", "value")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Phrase(Node):
    """`"some words"` or `field:"some words"`; also the empty value of `field:` with nothing behind it."""

    field: str
    value: str
    start: int = 0
    value_start: int = 0
    end: int = 0
    identity: ClassVar[tuple[str, ...]] = ("field", "value")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Prefix(Node):
    """`norm*` or `field:norm*`; the value is without its star."""

    field: str
    value: str
    start: int = 0
    value_start: int = 0
    end: int = 0
    identity: ClassVar[tuple[str, ...]] = ("field", "value")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Exists(Node):
    """`field:*`."""

    field: str
    start: int = 0
    value_start: int = 0
    end: int = 0
    identity: ClassVar[tuple[str, ...]] = ("field",)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Comparison(Node):
    """`field:<value`; the operator is one of `<`, `<=`, `>`, `>=`."""

    field: str
    operator: str
    value: str
    start: int = 0
    value_start: int = 0
    end: int = 0
    identity: ClassVar[tuple[str, ...]] = ("field", "operator", "value")


SingleValue = Term | Phrase | Prefix | Exists


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ValueList(Node):
    """`field:a,b`: two values or more of one field, each a leaf of its own."""

    field: str
    values: tuple[SingleValue, ...]
    start: int = 0
    value_start: int = 0
    end: int = 0
    identity: ClassVar[tuple[str, ...]] = ("field", "values")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Not(Node):
    """`-term` or `NOT term`."""

    part: Tree
    start: int = 0
    end: int = 0

    @property
    def operands(self) -> Sequence[Tree]:
        return (self.part,)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class And(Node):
    """Two operands or more, joined by `AND` or by nothing but space."""

    parts: tuple[Tree, ...]
    start: int = 0
    end: int = 0

    @property
    def operands(self) -> Sequence[Tree]:
        return self.parts


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Or(Node):
    """Two operands or more, joined by `OR`, which binds tighter than And."""

    parts: tuple[Tree, ...]
    start: int = 0
    end: int = 0

    @property
    def operands(self) -> Sequence[Tree]:
        return self.parts


Leaf = Term | Phrase | Prefix | Exists | Comparison | ValueList
Tree = Everything | Leaf | Not | And | Or


def postorder(root: AnyNode, operands: Callable[[AnyNode], Sequence[AnyNode]] | None = None) -> Iterator[AnyNode]:
    """Every node, operands before the node that joins them, left to right."""
    waiting: list[AnyNode] = [root]
    order: list[AnyNode] = []
    while waiting:
        node = waiting.pop()
        order.append(node)
        waiting.extend(operands(node) if operands else node.operands)
    return iter(order[::-1])


def fold(
    root: AnyNode,
    leaf: Callable[[Any], Result],
    branch: Callable[[Any, list[Result]], Result],
    operands: Callable[[AnyNode], Sequence[AnyNode]] | None = None,
) -> Result:
    """One result for the tree, made from the leaves up, in time proportional to its size.

    `leaf` takes the nodes without operands, `branch` the others: no type says which they are.
    """
    results: list[Result] = []
    for node in postorder(root, operands):
        count = len(operands(node) if operands else node.operands)
        if count:
            parts = results[-count:]
            del results[-count:]
            results.append(branch(node, parts))
        else:
            results.append(leaf(node))
    return results[0]


def flat(node: Tree) -> Sequence[Tree]:
    """A node's operands with And inside And (and Or inside Or) opened: `a (b c)` has three."""
    if not isinstance(node, And | Or):
        return node.operands
    opened: list[Tree] = []
    waiting = list(reversed(node.parts))
    while waiting:
        part = waiting.pop()
        if type(part) is type(node):
            waiting.extend(reversed(part.parts))
        else:
            opened.append(part)
    return opened


def emit(root: AnyNode, pieces: Callable[[AnyNode], Sequence[str | AnyNode]]) -> str:
    """A text for the tree. `pieces` gives a node's strings and, between them, the nodes still to be written."""
    waiting: list[str | AnyNode] = [root]
    written: list[str] = []
    while waiting:
        piece = waiting.pop()
        if isinstance(piece, str):
            written.append(piece)
        else:
            waiting.extend(reversed(pieces(piece)))
    return "".join(written)
