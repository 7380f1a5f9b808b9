"""`python -m tests.benchmarks` measures this server and other implementations that respond to the same requests."""

import argparse
import asyncio
from functools import partial

from tests.benchmarks.execution import TITLES, compare
from tests.benchmarks.seed import bench_store, postgresql_store


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="checkouts in the store (100,000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each contender (5)")
    parser.add_argument("--only", default="", help="only questions whose title has this in it")
    parser.add_argument("--without", default="", help="leave out contenders whose title has this in it")
    parser.add_argument("--postgresql", action="store_true", help="the same on PostgreSQL, which is started for it")
    parser.add_argument("--peers", action="store_true", help="also Mercurius and GraphQL Yoga, which need Node and npm")
    given = parser.parse_args()
    if given.peers and given.postgresql:
        parser.error("the peers read SQLite only: leave out --postgresql or --peers")
    titles = [title for title in TITLES if not given.without or given.without not in title]
    measured = partial(
        compare, size=given.size, titles=titles, rounds=given.rounds, only=given.only, with_peers=given.peers
    )
    if given.postgresql:
        with postgresql_store(given.size) as url:
            asyncio.run(measured(url))
    else:
        asyncio.run(measured(f"sqlite+aiosqlite:///{bench_store(given.size).absolute()}"))


if __name__ == "__main__":
    main()
