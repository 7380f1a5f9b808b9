"""Tree to canonical text: `parse(text(tree)).tree == tree` for every tree that `parse` makes.

Phrases get double quotes, AND is written as a space, NOT as `-`; parentheses stay only where they change the meaning.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from search_syntax.tree import (
    DEFAULT,
    And,
    Comparison,
    Everything,
    Exists,
    Leaf,
    Not,
    Or,
    Phrase,
    Prefix,
    SingleValue,
    Tree,
    ValueList,
    emit,
)

SPECIAL = re.compile(r"[\s\ufeff():\\]")
SPECIAL_IN_LIST = re.compile(r"[\s\ufeff():\\,]")
AMBIGUOUS = ("-", "'", '"', ",")  # at the beginning of a word or name
KEYWORDS = frozenset({"AND", "OR", "NOT"})
GLOBAL_ID = re.compile(r"gid://[^\s\ufeff(),\\*]+")
PLAIN_LIMIT = re.compile(r"[\w.+-]+", re.ASCII)


def text(tree: Tree) -> str:
    """The canonical text of a tree."""
    return emit(tree, pieces)


def pieces(node: Tree) -> Sequence[str | Tree]:
    if isinstance(node, Everything):
        return ("",)
    if isinstance(node, Not):
        return ("-", *grouped(node.part, And, Or))
    if isinstance(node, Or):
        return joined([grouped(part, And, Or) for part in node.parts], " OR ")
    if isinstance(node, And):
        return joined([grouped(part, And) for part in node.parts], " ")
    return (leaf_text(node),)


def grouped(part: Tree, *kinds: type[And | Or | Not]) -> Sequence[str | Tree]:
    return ("(", part, ")") if isinstance(part, kinds) else (part,)


def joined(parts: Sequence[Sequence[str | Tree]], between: str) -> list[str | Tree]:
    """The parts in one row, `between` between them."""
    row: list[str | Tree] = []
    for part in parts:
        if row:
            row.append(between)
        row.extend(part)
    return row


def leaf_text(node: Leaf) -> str:
    if isinstance(node, ValueList):
        return f"{name_text(node.field)}:{','.join(listed(value) for value in node.values)}"
    if isinstance(node, Comparison):
        limit = node.value if PLAIN_LIMIT.fullmatch(node.value) else quoted(node.value)
        return f"{name_text(node.field)}:{node.operator}{limit}"
    if node.field == DEFAULT:
        return word(node)
    return f"{name_text(node.field)}:{listed(node)}"


def word(node: SingleValue) -> str:
    """A value without a name."""
    if isinstance(node, Exists):
        return "*"
    if isinstance(node, Phrase):
        return quoted(node.value)
    escaped = starred(SPECIAL.sub(r"\\\g<0>", node.value))
    if escaped[:1] in AMBIGUOUS or escaped in KEYWORDS:
        escaped = "\\" + escaped
    return escaped + "*" if isinstance(node, Prefix) else escaped


def listed(node: SingleValue) -> str:
    """A value behind its field's colon, alone or in a list."""
    if isinstance(node, Exists):
        return "*"
    if isinstance(node, Phrase):
        return quoted(node.value)
    if GLOBAL_ID.fullmatch(node.value):
        escaped = node.value
    else:
        escaped = starred(SPECIAL_IN_LIST.sub(r"\\\g<0>", node.value))
        if escaped[:1] in ("'", '"', "<", ">"):
            escaped = "\\" + escaped
    return escaped + "*" if isinstance(node, Prefix) else escaped


def starred(escaped: str) -> str:
    """A star at the end is not a prefix's."""
    return escaped[:-1] + r"\*" if escaped.endswith("*") else escaped


def quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def name_text(name: str) -> str:
    escaped = SPECIAL.sub(r"\\\g<0>", name)
    return "\\" + escaped if escaped[:1] in AMBIGUOUS else escaped
