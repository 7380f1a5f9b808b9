"""Asks SQLite's full-text index, at little cost, whether it has a word beyond ASCII with a prefix.

A search for a prefix such as "zz" also looks for words such as "zzø", which the index stores encoded. They are behind
the mark between texts, whose pages FTS5 would all read: 6 ms for 1,000,000 checkouts. Most searches need not do so,
because there is no such word.
"""

from collections.abc import Callable, Sequence

from abandoned_checkouts.store.engine.text_index_pages import MAIN_INDEX, PAGE_HAS

# A segment has its own pages. They have the number of the segment above these bits.
_PAGE_BITS = 37
# The segments that have pages, one after the other. The last row is null.
_SEGMENTS = (
    "segments (segment) AS (SELECT min(segid) FROM checkout_text_idx UNION ALL SELECT (SELECT min(segid) FROM "
    "checkout_text_idx WHERE segid > segment) FROM segments WHERE segment IS NOT NULL)"
)
# checkout_text_idx has the start of the first token of each page, unless the page continues the page before it. So
# tokens with a prefix are in the page before it, or are the first of a page.
_STARTS_A_PAGE = (
    "EXISTS (SELECT 1 FROM checkout_text_idx WHERE segid = segment AND term >= prefix AND term < next_prefix)"
)
# While segments are merged, FTS5 deletes the pages that are merged already. Then the tokens begin in the next one.
_PAGE_BEFORE = (
    "(SELECT block FROM checkout_text_data WHERE id >= first_page + (SELECT pgno >> 1 FROM checkout_text_idx WHERE "
    "segid = segment AND term < prefix ORDER BY term DESC LIMIT 1) AND id < first_page + (1 << 31) "
    "ORDER BY id LIMIT 1)"
).replace("first_page", f"(segment << {_PAGE_BITS})")


def may_have(prefixes: Sequence[str], given: Callable[[object], str]) -> str:
    """The SQL for whether the index may have a token with one of these prefixes. `given` adds a parameter.

    A connection that has written may have tokens that are not in pages yet. Then it is true.
    """
    # No token has the character 127, and all of its characters are smaller.
    starts = [f"'{MAIN_INDEX.decode()}' || {given(prefix)}" for prefix in prefixes]
    rows = ", ".join(f"(CAST({start} AS BLOB), CAST({start} || char(127) AS BLOB))" for start in starts)
    return (
        f"(total_changes() > 0 OR EXISTS (WITH RECURSIVE {_SEGMENTS}, "
        f"prefixes (prefix, next_prefix) AS (VALUES {rows}) SELECT 1 FROM segments CROSS JOIN prefixes "
        f"WHERE segment IS NOT NULL AND ({_STARTS_A_PAGE} OR {PAGE_HAS}({_PAGE_BEFORE}, prefix))))"
    )
