"""python -m tests.benchmarks.quick: a short measurement of everything that has a goal, and whether the goal is met.

It takes less than three minutes on an idle machine with two cores, once its store of 100,000 checkouts exists. The
other modules of this folder measure each part longer. On a busy machine, rates for each second are too low; the CPU
time in the last column depends less on other processes.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass

from tests.places import ROOT

# Each function imports what it measures. The second process of an export or import imports this module again, as it
# imports the command line's, which is small.

# Question → the CPU time of this server, relative to the endpoint written by hand, that is required.
_RATIOS = {
    "page of 250 with lines": 1.2,
    "page of 250, filter": 1.2,
    "page of 10": 1.5,
    "page of 10, filter": 1.5,
    "one by node": 1.5,
}
_NEW_TEXT = "page of 10, new text"
_NEW_FIGURE, _WAITS = "a document never seen before, more CPU", "lookups beside pages of 250, p99"
_INTAKE, _DELIVERIES = "signed checkouts/create in", "deliveries out"
_EXPORT, _IMPORT = "export to JSON lines", "import of REST JSON lines"


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value and its goal. Below a goal of `at_most`, or above one that is not, it is met."""

    name: str
    value: float
    goal: float
    unit: str
    at_most: bool = True
    cpu: float | None = None

    @property
    def is_met(self) -> bool:
        return self.value <= self.goal if self.at_most else self.value >= self.goal

    def __str__(self) -> str:
        shown, goal = (f"{number:,.0f}" if number >= 100 else f"{number:.2f}" for number in (self.value, self.goal))
        cpu = "" if self.cpu is None else f"{self.cpu:.2f} ms CPU each"
        met = "met" if self.is_met else "NOT MET"
        return f"{self.name:44}{shown:>10} {self.unit:8}{'≤' if self.at_most else '≥'} {goal:>7}  {met:8} {cpu}"


async def reads(size: int, rounds: int, only: str) -> list[Figure]:
    from tests.benchmarks.execution import BY_HAND, OURS, check_equal, contenders, give_token, waits_beside_pages
    from tests.benchmarks.queries import questions
    from tests.benchmarks.seed import FIRST_ID, START, bench_store

    url = f"sqlite+aiosqlite:///{bench_store(size).absolute()}"
    known = {each.title: each for each in questions(FIRST_ID, size, START)}
    ratios = {name: goal for name, goal in _RATIOS.items() if only in name}
    wants_new, wants_waits = only in _NEW_FIGURE, only in _WAITS
    names = dict.fromkeys([*ratios, *(("page of 10", _NEW_TEXT) if wants_new else ())])
    selected = [known[name] for name in names]
    if not selected and not wants_waits:
        return []
    await give_token(url)
    ours, by_hand = contenders(url, (OURS, BY_HAND))
    try:
        for contender in (ours, by_hand):
            await contender.start()
        for question in selected:
            await check_equal(question, (ours, by_hand))
        for _ in range(rounds):
            for question in selected:
                for contender in (ours, by_hand):
                    await contender.measure(question, max(1, question.repeats // 4))
        found = [
            Figure(
                known[name].title,
                statistics.median(ours.cpu[known[name].title]) / statistics.median(by_hand.cpu[known[name].title]),
                goal,
                "ratio",
                cpu=statistics.median(ours.cpu[known[name].title]),
            )
            for name, goal in ratios.items()
        ]
        if wants_new:
            new, old = (statistics.median(ours.cpu[known[name].title]) for name in (_NEW_TEXT, "page of 10"))
            found.append(Figure(_NEW_FIGURE, new - old, 2, "ms"))
        if wants_waits:
            lookups, _ = await waits_beside_pages(ours, known["page of 250, filter"], known["one by node"], 4.0)
            found.append(Figure(_WAITS, lookups[int(len(lookups) * 0.99)], 8, "ms"))
        return found
    finally:
        ours.stop()
        by_hand.stop()


async def export(size: int) -> Figure:
    """Checkouts that an export writes as JSON lines, without the start of the command."""
    from abandoned_checkouts.exporting.export_workers import export_large
    from abandoned_checkouts.store.engine.database import open_database
    from abandoned_checkouts.store.engine.gc_pause import gc_pause
    from abandoned_checkouts.store.tenants.shops import all_shops
    from tests.benchmarks import import_checkouts
    from tests.benchmarks.seed import bench_store

    database = await open_database(f"sqlite+aiosqlite:///{bench_store(size).absolute()}")
    async with database.read() as connection:
        shop = (await all_shops(connection))[0]
    started, before = time.perf_counter(), import_checkouts.busy()
    with tempfile.TemporaryFile() as file, gc_pause():
        done = await export_large(database, shop, file, "jsonl", address="")
    seconds, spent = time.perf_counter() - started, import_checkouts.busy() - before
    await database.close()
    return Figure(_EXPORT, done / seconds, 15_000, "/s", False, spent / done * 1000)


def start_up(rounds: int, only: str) -> Iterator[Figure]:
    from tests.benchmarks.startup import SHOP, compile_code, cpu_of_command, cpu_of_first_response

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/store.sqlite3"
        cpu_of_command(ROOT, "demo", "--database", url)
        arguments = ("token", "list", "--shop", SHOP, "--database", url)
        for name, goal, measured in (
            ("--help, CPU", 0.3, lambda: cpu_of_command(ROOT, "--help")),
            ("token list, CPU", 0.5, lambda: cpu_of_command(ROOT, *arguments)),
            ("a server's first response, CPU", 1.0, lambda: cpu_of_first_response(ROOT, url)),
        ):
            if only in name:
                compile_code(ROOT)
                yield Figure(name, statistics.median(measured() for _ in range(rounds)), goal, "s")


def main() -> None:
    from tests.benchmarks import deliveries, import_checkouts, intake
    from tests.benchmarks.seed import bench_store

    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.quick", description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="checkouts in the store (100,000)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of reads and starts (3)")
    parser.add_argument("--only", default="", help="a part of the name of a figure; others are not measured")
    given = parser.parse_args()
    only = given.only
    bench_store(given.size)  # Creating it starts another event loop.
    found = [*asyncio.run(reads(given.size, given.rounds, only))]
    if only in _INTAKE:
        rates, spent = intake.measure(1_000, 2)
        found.append(Figure(_INTAKE, max(rates), 1_000, "/s", False, min(spent)))
    if only in _DELIVERIES:
        rate, cpu = deliveries.measure(1_500)
        found.append(Figure(_DELIVERIES, rate, 1_000, "/s", False, cpu))
    if only in _EXPORT:
        found.append(asyncio.run(export(given.size)))
    if only in _IMPORT:
        rate, cpu = asyncio.run(import_checkouts.measure(50_000, 3))
        found.append(Figure(_IMPORT, rate, 8_000, "/s", False, cpu))
    found += start_up(given.rounds, only)
    print("\n".join(map(str, found)))
    met, load = sum(each.is_met for each in found), os.getloadavg()[0]
    print(f"{met} of {len(found)} goals met; load {load:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
