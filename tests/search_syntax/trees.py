"""Any tree that a text can have, and any text at all, for Hypothesis."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import strategies as st

from search_syntax.tree import And, Comparison, Everything, Exists, Not, Or, Phrase, Prefix, Term, Tree, ValueList

EXAMPLES = int(os.environ.get("EXAMPLES", "0"))
SIGNS = "ab1 -:\\()'\"*,<>=.\t\n\u00a0\ufeff\u0000é東😀\u202e/"
WORDS = ["bob", "AND", "OR", "NOT", "open", "now", "2024-01-01", "gid://shopify/X/1", "-", "*", "a*", "\\", ""]


def examples(usual: int) -> int:
    """EXAMPLES=200000 pytest tests/search_syntax runs that many of each."""
    return EXAMPLES or usual


values = st.one_of(st.sampled_from(WORDS), st.text(SIGNS, max_size=6), st.text(max_size=4))
nonempty = values.filter(bool)
names = st.one_of(
    st.sampled_from(["status", "id", "created_at", "default", "AND", "NOT", "00", "na me", "-x", "'y"]),
    nonempty,
)
# A prefix is not empty: a star alone means "has a value".
plain_values = [st.builds(Phrase, names, values), st.builds(Exists, names), st.builds(Prefix, names, nonempty)]
one_value = st.one_of(st.builds(Term, names, nonempty), *plain_values)


def renamed(name: str, value: Any) -> Any:
    return Exists(name) if isinstance(value, Exists) else type(value)(name, value.value)


lists = st.builds(
    lambda name, listed: ValueList(name, tuple(renamed(name, value) for value in listed)),
    names,
    st.lists(one_value, min_size=2, max_size=4),
)
comparisons = st.builds(Comparison, names, st.sampled_from(["<", "<=", ">", ">="]), values)
leaves = st.one_of(one_value, lists, comparisons)


def branches(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    parts = st.lists(inner, min_size=2, max_size=4).map(tuple)
    return st.one_of(st.builds(Not, inner), st.builds(And, parts), st.builds(Or, parts))


trees: st.SearchStrategy[Tree] = st.one_of(st.just(Everything()), st.recursive(leaves, branches, max_leaves=12))

scraps = st.sampled_from(
    [*SIGNS, *WORDS, "status:", "created_at:>=", "id:", "x:<", "(", ")", " OR ", " AND ", "NOT ", '"', "'", "\ud800"]
)
texts = st.one_of(st.lists(scraps, max_size=30).map("".join), st.text(max_size=40))
