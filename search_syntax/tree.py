"""The parsed form of a search text, before field names are looked up.

Leaves have a field name (`default` for a word without one) and the value without quotes and escapes. Every node has
its position: `text[node.start:node.end]`; a leaf's value begins at `value_start`. `==` ignores positions.
A tree can be as deep as its text is long, so no function of this package walks a tree by recursion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

DEFAULT = "default"

Result = TypeVar("Result")
NodeType = TypeVar("NodeType", bound="Node")


class Node:
    """A node of the tree. Nodes are compared and hashed by their attributes (`identity`) and operands, not by
    position."""

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
    """An empty text, or one of connectives and parentheses only."""

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
    """`"some words"` or `field:"some words"`; also the empty value of a `field:` without a value."""

    field: str
    value: str
    start: int = 0
    value_start: int = 0
    end: int = 0
    identity: ClassVar[tuple[str, ...]] = ("field", "value")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Prefix(Node):
    """`norm*` or `field:norm*`; the value has no star."""

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
    """`field:a,b`: two or more values of one field, each a leaf."""

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
    """Two or more operands, joined by `AND` or by a space."""

    parts: tuple[Tree, ...]
    start: int = 0
    end: int = 0

    @property
    def operands(self) -> Sequence[Tree]:
        return self.parts


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Or(Node):
    """Two or more operands, joined by `OR`, which binds tighter than And."""

    parts: tuple[Tree, ...]
    start: int = 0
    end: int = 0

    @property
    def operands(self) -> Sequence[Tree]:
        return self.parts


Leaf = Term | Phrase | Prefix | Exists | Comparison | ValueList
Tree = Everything | Leaf | Not | And | Or


def postorder(root: NodeType, operands: Callable[[NodeType], Sequence[NodeType]] | None = None) -> Iterator[NodeType]:
    """Every node, operands before the node that joins them, left to right."""
    stack: list[NodeType] = [root]
    order: list[NodeType] = []
    while stack:
        node = stack.pop()
        order.append(node)
        stack.extend(operands(node) if operands else node.operands)
    return iter(order[::-1])


def fold(
    root: NodeType,
    leaf: Callable[[Any], Result],
    branch: Callable[[Any, list[Result]], Result],
    operands: Callable[[NodeType], Sequence[NodeType]] | None = None,
) -> Result:
    """Compute one result for the tree, from the leaves up, in time proportional to its size.

    `leaf` is called for nodes without operands, `branch` for the others. The type hints cannot express this.
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
    """A node's operands, with And inside And (and Or inside Or) flattened: `a (b c)` has three operands."""
    if not isinstance(node, And | Or):
        return node.operands
    flattened: list[Tree] = []
    stack = list(reversed(node.parts))
    while stack:
        part = stack.pop()
        if type(part) is type(node):
            stack.extend(reversed(part.parts))
        else:
            flattened.append(part)
    return flattened


def emit(root: NodeType, parts: Callable[[NodeType], Sequence[str | NodeType]]) -> str:
    """The tree as text. `parts` returns a node's own strings and, between them, the nodes to write there."""
    stack: list[str | NodeType] = [root]
    written: list[str] = []
    while stack:
        part = stack.pop()
        if isinstance(part, str):
            written.append(part)
        else:
            stack.extend(reversed(parts(part)))
    return "".join(written)
