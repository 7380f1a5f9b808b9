"""Nodes are compared without their positions, and walked without recursion."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from search_syntax.tree import (
    And,
    Comparison,
    Everything,
    Exists,
    Not,
    Or,
    Phrase,
    Term,
    Tree,
    ValueList,
    emit,
    flat,
    fold,
    postorder,
)

A, B, C, D = (Term("f", value) for value in "abcd")
NESTED = And((A, Or((B, Not(C))), D))


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (A, Term("f", "a", 5, 7, 9), True),
        (A, B, False),
        (A, Term("g", "a"), False),
        (A, Phrase("f", "a"), False),
        (And((A, B)), And((A, B), 1, 2), True),
        (And((A, B)), And((B, A)), False),
        (And((A, B)), Or((A, B)), False),
        (And((A, And((B, C)))), And((And((A, B)), C)), False),
        (Not(A), Not(B), False),
        (Everything(), Everything(3, 4), True),
        (A, "a", False),
    ],
)
def test_equality(one: object, other: object, equal: bool) -> None:
    assert (one == other) is equal
    assert (hash(one) == hash(other)) is equal


@pytest.mark.parametrize(
    ("node", "shown"),
    [
        (A, "Term('f', 'a')"),
        (Exists("f"), "Exists('f')"),
        (Comparison("f", "<", "1"), "Comparison('f', '<', '1')"),
        (ValueList("f", (A, B)), "ValueList('f', (Term('f', 'a'), Term('f', 'b')))"),
        (Everything(), "Everything()"),
        (NESTED, "And(Term('f', 'a'), Or(Term('f', 'b'), Not(Term('f', 'c'))), Term('f', 'd'))"),
    ],
)
def test_repr(node: Tree, shown: str) -> None:
    assert repr(node) == shown


def test_operands_come_before_the_node_that_joins_them() -> None:
    assert list(map(repr, postorder(NESTED))) == list(map(repr, (A, B, C, Not(C), Or((B, Not(C))), D, NESTED)))


@pytest.mark.parametrize(
    ("node", "operands"),
    [
        (And((A, And((B, C)), D)), [A, B, C, D]),
        (And((And((A, And((B, C)))), D)), [A, B, C, D]),
        (Or((Or((A, B)), And((C, D)))), [A, B, And((C, D))]),
        (And((A, Or((B, C)))), [A, Or((B, C))]),
        (Not(And((A, B))), [And((A, B))]),
        (A, []),
    ],
)
def test_flat(node: Tree, operands: list[Tree]) -> None:
    assert list(flat(node)) == operands


def test_fold_takes_other_operands() -> None:
    def leaf(node: Term) -> str:
        return node.value

    def branch(_: Tree, parts: list[str]) -> str:
        return f"({' '.join(parts)})"

    tree = And((And((A, B)), C))
    assert fold(tree, leaf, branch) == "((a b) c)"
    assert fold(tree, leaf, branch, flat) == "(a b c)"
    assert fold(A, leaf, branch) == "a"


def test_emit_writes_texts_and_nodes_in_their_order() -> None:
    def parts(node: Tree) -> Sequence[str | Tree]:
        if isinstance(node, Term):
            return (node.value,)
        return ("[", node.operands[0], ",", *node.operands[1:], "]")

    assert emit(And((A, B, Not(C))), parts) == "[a,b[c,]]"
