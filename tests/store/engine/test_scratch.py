"""A temporary file has words with replacements and counts, and leaves nothing behind."""

from collections import Counter

import pytest

from abandoned_checkouts.store.engine.failures import StoreError
from abandoned_checkouts.store.engine.scratch import Scratch


def test_words_are_replaced_in_their_order_while_they_are_read() -> None:
    scratch = Scratch()
    words = [f"word{number:05}" for number in range(12_000)]
    scratch.note("a", ((word, "first hint") for word in reversed(words)))
    scratch.note("a", [(words[0], "other hint")])
    scratch.note("b", [(words[0], "")])
    seen = []
    for word, hint in scratch.unassigned("a"):
        assert hint == "first hint"
        seen.append(word)
        scratch.assign("a", word, f"new{word}")
    assert seen == words and not list(scratch.unassigned("a")) and list(scratch.unassigned("b")) == [(words[0], "")]
    assert scratch.value_of("a", words[7]) == "newword00007" and scratch.value_of("b", words[0]) is None
    assert not scratch.is_free("a", words[7]) and not scratch.is_free("a", "newword00007")
    assert scratch.is_free("b", words[7])
    scratch.close()


def test_counts_are_added() -> None:
    scratch = Scratch()
    scratch.add_counts("zip", Counter("aab"))
    scratch.add_counts("zip", Counter("bc"))
    assert (scratch.count_keys("zip"), scratch.count_keys("zip", 2), scratch.sum_counts("zip")) == (3, 1, 5)
    assert scratch.sum_counts("basket") == 0
    scratch.close()


def test_a_full_disk_is_a_clear_error() -> None:
    scratch = Scratch()
    scratch._connection.execute("PRAGMA max_page_count = 20")
    with pytest.raises(StoreError, match=r"temporary file cannot be written: .*full; free some space, or set TMPDIR"):
        scratch.note("a", ((f"word{number}", "x" * 100) for number in range(10_000)))
    scratch.close()
