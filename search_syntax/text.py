"""Tree → canonical text: `parse(text(tree)).tree == tree` for every tree that `parse` returns.

Phrases get double quotes, AND is written as a space, NOT as `-`. Only parentheses that change the meaning are written.
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
AMBIGUOUS = ("-", "'", '"', ",")  # must be escaped at the beginning of a word or name
KEYWORDS = frozenset({"AND", "OR", "NOT"})
GLOBAL_ID = re.compile(r"gid://[^\s\ufeff(),\\*]+")
PLAIN_LIMIT = re.compile(r"[\w.+-]+", re.ASCII)


def text(tree: Tree) -> str:
    """The canonical text of a tree."""
    return emit(tree, canonical_parts)


def canonical_parts(node: Tree) -> Sequence[str | Tree]:
    """A node's own strings and, between them, its operands; see `emit`."""
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


def joined(parts: Sequence[Sequence[str | Tree]], separator: str) -> list[str | Tree]:
    """The parts in one list, separated by `separator`."""
    flat: list[str | Tree] = []
    for part in parts:
        if flat:
            flat.append(separator)
        flat.extend(part)
    return flat


def leaf_text(node: Leaf) -> str:
    if isinstance(node, ValueList):
        return f"{name_text(node.field)}:{','.join(value_text(value) for value in node.values)}"
    if isinstance(node, Comparison):
        limit = node.value if PLAIN_LIMIT.fullmatch(node.value) else quoted(node.value)
        return f"{name_text(node.field)}:{node.operator}{limit}"
    if node.field == DEFAULT:
        return word_text(node)
    return f"{name_text(node.field)}:{value_text(node)}"


def word_text(node: SingleValue) -> str:
    """A value without a field name."""
    if isinstance(node, Exists):
        return "*"
    if isinstance(node, Phrase):
        return quoted(node.value)
    escaped = escape_last_star(SPECIAL.sub(r"\\\g<0>", node.value))
    if escaped[:1] in AMBIGUOUS or escaped in KEYWORDS:
        escaped = "\\" + escaped
    return escaped + "*" if isinstance(node, Prefix) else escaped


def value_text(node: SingleValue) -> str:
    """A value after a field name and colon, alone or in a list."""
    if isinstance(node, Exists):
        return "*"
    if isinstance(node, Phrase):
        return quoted(node.value)
    if GLOBAL_ID.fullmatch(node.value):
        escaped = node.value
    else:
        escaped = escape_last_star(SPECIAL_IN_LIST.sub(r"\\\g<0>", node.value))
        if escaped[:1] in ("'", '"', "<", ">"):
            escaped = "\\" + escaped
    return escaped + "*" if isinstance(node, Prefix) else escaped


def escape_last_star(escaped: str) -> str:
    """The text with a final star escaped, because an unescaped one marks a prefix."""
    return escaped[:-1] + r"\*" if escaped.endswith("*") else escaped


def quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def name_text(name: str) -> str:
    escaped = SPECIAL.sub(r"\\\g<0>", name)
    return "\\" + escaped if escaped[:1] in AMBIGUOUS else escaped
