"""python -m tests.benchmarks: how fast questions are answered, against the same questions answered otherwise."""

import argparse
import asyncio

from tests.benchmarks.execution import BY_HAND, ORDINARY, OURS, compare
from tests.benchmarks.seed import bench_store


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="checkouts in the store (100,000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each contender (5)")
    parser.add_argument("--only", default="", help="only questions whose title has this in it")
    parser.add_argument("--without", default="", help="leave out contenders whose title has this in it")
    given = parser.parse_args()
    titles = [title for title in (OURS, BY_HAND, ORDINARY) if not given.without or given.without not in title]
    asyncio.run(compare(bench_store(given.size), titles, given.rounds, given.only))


if __name__ == "__main__":
    main()
