"""Canonical text reads back as the same tree, and is its own canonical text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from search_syntax import parse, text
from search_syntax.tree import And, Node, Term, Tree, postorder
from tests.search_syntax.answers import tables
from tests.search_syntax.trees import examples, texts, trees


def lines_of(name: str) -> list[tuple[str, str]]:
    """Each text with its canonical text."""
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").split("\n")
    parts = (line.partition("\t") for line in lines if line and not line.startswith("# "))
    return [(written, canonical if tab else written) for written, tab, canonical in parts]


WRITTEN, ODD = lines_of("identity.txt"), lines_of("identity_odd.txt")
MANY = settings(max_examples=examples(1000), deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize(("written", "canonical"), WRITTEN + ODD)
def test_line_prints_as_its_canonical_text(written: str, canonical: str) -> None:
    tree = parse(written).tree
    assert text(tree) == canonical
    assert parse(canonical).tree == tree


def test_lines_are_many_and_differ() -> None:
    assert len(WRITTEN) >= 400
    assert len({written for written, _ in WRITTEN + ODD}) == len(WRITTEN) + len(ODD)


@MANY
@given(trees)
def test_tree_reads_back(tree: Tree) -> None:
    printed = text(tree)
    assert parse(printed).tree == tree, f"\ntree  {tree!r}\ntext  {printed!r}\nagain {parse(printed).tree!r}"


@MANY
@given(texts)
def test_text_settles_at_once(query: str) -> None:
    tree = parse(query).tree
    printed = text(tree)
    assert parse(printed).tree == tree, f"\nquery {query!r}\ntext  {printed!r}"
    assert text(parse(printed).tree) == printed


@pytest.mark.parametrize("query", [row["query"] for rows in tables().values() for row in rows])
def test_places_lie_inside_the_text(query: str) -> None:
    """A node lies within its parent, beside its neighbours, and a leaf's own text reads back as the leaf."""
    root = parse(query).tree
    for node in postorder(root):
        assert 0 <= node.start <= node.end <= len(query)
        ends = [node.start]
        for part in node.operands:
            assert ends[-1] <= part.start <= part.end <= node.end
            ends.append(part.end)
        if not node.operands and node.start < node.end:
            assert parse(query[node.start : node.end]).tree == node


def test_equality_is_about_what_is_said() -> None:
    assert parse("(bob)  norman").tree == parse("bob AND norman").tree
    assert hash(parse("(bob)  norman").tree) == hash(parse("bob AND norman").tree)
    assert parse("bob norman").tree != parse("bob OR norman").tree
    assert parse("bob").tree != parse('"bob"').tree
    assert parse("a (b c)").tree != parse("(a b) c").tree
    assert parse("bob").tree != "bob"
    assert isinstance(parse("a b").tree, And) and isinstance(parse("a b").tree, Node)
    assert repr(parse("a -b").tree) == "And(Term('default', 'a'), Not(Term('default', 'b')))"


@pytest.mark.parametrize("value", ["'x", '"x', "<x", ">x", "<=1", "x'", "x>"])
def test_a_value_that_begins_like_a_quote_or_comparison_is_read_back(value: str) -> None:
    assert parse(text(Term("f", value))).tree == Term("f", value)
