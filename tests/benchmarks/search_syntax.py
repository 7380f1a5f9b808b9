"""Reading search texts: this package beside a hand-written regex splitter and luqum, in one run.

    python -m tests.benchmarks.search_syntax

Best of many rounds, microseconds for one text, nothing remembered between two readings. The splitter knows no
precedence, parentheses or escapes: it shows what the language itself costs. luqum reads Lucene's syntax, in which
`created_at:>=…` and a lone OR are errors, so it is given the same searches in its own words.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime

from luqum.parser import parser as lucene

from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from search_syntax import check, complete, explain, parse, parsed, text
from search_syntax.parse import _parse

SEARCHES = (
    ("1 term", "norman", "norman"),
    ("3 terms", "status:open recovery_state:not_recovered norman", "status:open recovery_state:not_recovered norman"),
    (
        "3 terms, quoted time",
        "status:open created_at:>='2026-01-31T00:00:00Z' norman",
        'status:open created_at:["2026-01-31T00:00:00Z" TO *] norman',
    ),
    (
        "two times, as a sync sends them",
        "updated_at:>='2024-01-01 00:00:00+00:00' AND updated_at:<'2024-02-01 00:00:00+00:00'",
        'updated_at:["2024-01-01 00:00:00+00:00" TO *] AND updated_at:{* TO "2024-02-01 00:00:00+00:00"}',
    ),
    (
        "8 terms, nested",
        '(bob OR norman) AND -(status:closed "green hoodie") id:1,2,3 email_state:sent OR name:x sku:TS*',
        '(bob OR norman) AND -(status:closed "green hoodie") id:(1 2 3) email_state:sent OR name:x sku:TS*',
    ),
)
SPLIT = re.compile(r"""(-?)(?:([^\s:()"']+):(<=|>=|<|>)?)?("[^"]*"|'[^']*'|[^\s()]+)|([()])""")
FIELDS = checkout_fields(extended=True)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def split(query: str) -> list[tuple[str, ...]]:
    return SPLIT.findall(query)


def microseconds(work: Callable[[], object], rounds: int = 300, repeats: int = 20) -> float:
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(repeats):
            work()
        best = min(best, (time.perf_counter() - start) / repeats)
    return best * 1e6


def main() -> None:
    print(f"{'µs a text':34} {'search_syntax':>14} {'cached':>11} {'regex split':>12} {'luqum':>8}")
    for name, query, other in SEARCHES:
        times = (
            microseconds(lambda query=query: _parse(query)),  # type: ignore[misc]
            microseconds(lambda query=query: parse(query)),  # type: ignore[misc]
            microseconds(lambda query=query: split(query)),  # type: ignore[misc]
            microseconds(lambda other=other: lucene.parse(other)),  # type: ignore[misc]
        )
        print("{:34} {:14.1f} {:11.2f} {:12.1f} {:8.0f}".format(name, *times))
    print()
    query = parse(SEARCHES[-1][1])
    context = {"zone": UTC, "now": NOW}
    steps: dict[str, Callable[[], object]] = {
        "check": lambda: check(query, FIELDS, **context),  # type: ignore[arg-type]
        "parsed": lambda: parsed(query, FIELDS, **context),  # type: ignore[arg-type]
        "text": lambda: text(query.tree),
        "explain": lambda: explain(query, FIELDS, **context),  # type: ignore[arg-type]
        "complete at its end": lambda: complete(query.text, len(query.text), FIELDS, **context),  # type: ignore[arg-type]
    }
    print(f"{'µs, of the last search':34}")
    for name, work in steps.items():
        print(f"{name:34} {microseconds(work, rounds=60, repeats=10):14.1f}")
    print()
    print(f"{'ms, one long text':34} {'search_syntax':>14} {'luqum':>8}")
    for size in (1_000, 10_000):
        words = " ".join(["norman"] * size)
        ours = microseconds(lambda words=words: _parse(words), rounds=3, repeats=1) / 1000  # type: ignore[misc]
        theirs = microseconds(lambda words=words: lucene.parse(words), rounds=2, repeats=1) / 1000  # type: ignore[misc]
        print(f"{f'{size:,} words':34} {ours:14.1f} {theirs:8.0f}")


if __name__ == "__main__":
    main()
