"""How long the store takes for a search: the median, the fastest and the slowest of the rounds, in milliseconds; of
CPU time on SQLite.

Run it with `python -m tests.benchmarks.searches`. Each search runs on a raw connection, from its text to its rows,
without HTTP. `--first` measures the first time of each search in a process, which compiles and prepares its statement.
`--before FOLDER` measures the code of another work tree on the same store, in turn with this one; each round of each
code is a separate process. `--size 1000000` takes a while to make its store, once.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median
from zoneinfo import ZoneInfo

from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, Position, SortOrder
from abandoned_checkouts.store.reading.queries import CountQuery, PageQuery, QuerySteps, StoreQuery
from abandoned_checkouts.store.reading.snapshots import snapshots_of
from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from abandoned_checkouts.store.search.narrowing import narrowed
from search_syntax import check, parse
from tests.benchmarks.seed import FIRST_ID, bench_store, postgresql_store
from tests.places import ROOT

# The first runs read the store's file and compile the statement.
_WARM, _RUNS = 2, 5
_NOW = datetime(2026, 6, 20, tzinfo=UTC)
_COLUMNS = ("id", "name", "created_at", "updated_at", "status", "email", "total_price")
_FIRST = PageWindow(first=10)
_LAST = PageWindow(last=10)
# A search, its page (or "count"), and the column to sort by ("rank" for relevance).
_SEARCHES: dict[str, tuple[str, PageWindow | str, str]] = {
    "a word of every checkout": ("street", _FIRST, "id"),
    "a common word": ("lamp", _FIRST, "id"),
    "a common word, the last page": ("lamp", _LAST, "id"),
    "a common word, a page of 250": ("lamp", PageWindow(first=250), "id"),
    "a common word, after a cursor": (
        "lamp",
        PageWindow(first=10, after=Position(FIRST_ID + 50_000, FIRST_ID + 50_000)),
        "id",
    ),
    "two words": ("lamp ada", _FIRST, "id"),
    "a phrase": ('"blue lamp"', _FIRST, "id"),
    "a prefix of one letter": ("a*", _FIRST, "id"),
    "a prefix of three letters": ("lam*", _FIRST, "id"),
    "a prefix without a match": ("zz*", _FIRST, "id"),
    "OR of two common words": ("lamp OR chair", _FIRST, "id"),
    "a rare word": ("10777", _FIRST, "id"),
    "no match": ("zzz", _FIRST, "id"),
    "a common word and a day": ("lamp created_at:2026-06-10", _FIRST, "id"),
    "a common word and a later part": ("lamp created_at:>=2026-06-11", _FIRST, "id"),
    "a common word, a later part and a state": ("lamp created_at:>=2026-06-11 status:open", _FIRST, "id"),
    "a common word and a state of all": ("lamp status:open", _FIRST, "id"),
    "a common word and a state of none": ("lamp status:closed", _FIRST, "id"),
    "two states without a match": ("status:closed email_state:sent", _FIRST, "id"),
    "a common word by time": ("lamp", _FIRST, "created_at"),
    "two states without a match by time": ("status:closed email_state:sent", _FIRST, "created_at"),
    "a common word by relevance": ("lamp", _FIRST, "rank"),
    "two words by relevance": ("lamp ada", _FIRST, "rank"),
    "exact count, a word of every checkout": ("street", "count", "id"),
    "exact count, a common word": ("lamp", "count", "id"),
    "exact count, a word and a state": ("lamp status:open", "count", "id"),
    "exact count, open and a range": ("status:open created_at:>=2026-06-05", "count", "id"),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.searches", description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="checkouts in the store (100,000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each code (5)")
    parser.add_argument("--only", default="", help="only searches whose title has this in it")
    parser.add_argument("--first", action="store_true", help="the first time of each search in a process")
    parser.add_argument("--before", default="", help="the folder of other code to measure in turn")
    parser.add_argument("--postgresql", action="store_true", help="the same on PostgreSQL, which is started for it")
    parser.add_argument("--round", default="", help=argparse.SUPPRESS)  # one round, in a separate process
    given = parser.parse_args()
    if given.round:
        print(json.dumps(asyncio.run(_round(given.round, given.only, given.first))))
        return
    with _store(given.size, given.postgresql) as url:
        folders = [str(ROOT), *([given.before] if given.before else [])]
        rounds: dict[str, list[dict[str, tuple[float, str]]]] = {folder: [] for folder in folders}
        for _ in range(given.rounds):
            for folder in folders:
                rounds[folder].append(_measured(folder, url, given.only, given.first))
    _print(rounds)


@contextmanager
def _store(size: int, postgresql: bool) -> Iterator[str]:
    if postgresql:
        with postgresql_store(size) as url:
            yield url
    else:
        yield f"sqlite+aiosqlite:///{bench_store(size).absolute()}"


def _measured(folder: str, url: str, only: str, first: bool) -> dict[str, tuple[float, str]]:
    command = [sys.executable, "-P", __file__, "--round", url, "--only", only]
    command += ["--first"] if first else []
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((folder, f"{folder}/app"))}
    done = subprocess.run(command, env=environment, cwd=folder, stdout=subprocess.PIPE, check=True)
    measured: dict[str, tuple[float, str]] = json.loads(done.stdout)
    return measured


async def _round(url: str, only: str, first: bool) -> dict[str, tuple[float, str]]:
    """The median of each search in milliseconds, or with `first` its first time. And its result, so that both codes can
    be compared."""
    database = await open_database(url)
    snapshots = snapshots_of(database)
    assert snapshots is not None
    found: dict[str, tuple[float, str]] = {}
    # SQLite works in this process, so other processes do not matter.
    clock = time.process_time if database.is_sqlite else time.perf_counter
    try:
        for title, (text, wanted, order) in _SEARCHES.items():
            if only not in title:
                continue
            times = []
            for _ in range(_WARM + _RUNS):
                start = clock()
                query = _query(text, wanted, order, database.dialect)
                rows = await snapshots.answer(_steps(query), short=True)
                times.append((clock() - start) * 1000)
            found[title] = (times[0] if first else median(times[_WARM:]), str([row[0] for row in rows]))
    finally:
        await snapshots.close()
        await database.close()
    return found


def _query(text: str, wanted: PageWindow | str, order: str, dialect: str) -> StoreQuery:
    meaning = check(parse(text), checkout_fields(), zone=ZoneInfo("UTC"), now=_NOW)
    listing = Listing("abandoned_checkouts", 1, SortOrder("id" if order == "rank" else order))
    listing = narrowed(listing, meaning.root, dialect=dialect, ranked=order == "rank")
    return CountQuery(listing, None) if isinstance(wanted, str) else PageQuery(listing, wanted, _COLUMNS, True)


def _steps(query: StoreQuery) -> QuerySteps[list[tuple[object, ...]]]:
    rows: list[tuple[object, ...]] = yield query
    return rows


def _print(rounds: dict[str, list[dict[str, tuple[float, str]]]]) -> None:
    here, *others = rounds.values()
    titles = ("before", "after") if others else ("median",)
    print(f"| search, ms | {' | '.join(titles)} | fastest–slowest |{' before ÷ after |' if others else ''}")
    print("|---" * (len(titles) + 2 + bool(others)) + "|")
    for title in here[0]:
        times = [one[title][0] for one in here]
        cells = [f"{median(times):.2f}", f"{min(times):.2f}–{max(times):.2f}"]
        if others:
            before = median(one[title][0] for one in others[0])
            if others[0][0][title][1] != here[0][title][1]:
                title += " (other rows)"
            cells = [f"{before:.2f}", *cells, f"{before / median(times):.1f}"]
        print(f"| {title} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
