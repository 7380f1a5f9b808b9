"""Short runs of the promises for the ordinary test suite. Each module's docstring says how to run it at full size."""

from pathlib import Path

import pytest

from tests.databases import Databases
from tests.promises import deliveries, kills, people, repeats, scan, writers

pytestmark = pytest.mark.anyio


async def test_no_event_is_lost_by_kills_and_bad_receivers(databases: Databases, database_kind: str) -> None:
    outcome = await deliveries.prove(databases.new(database_kind), events=60, kills=2)
    assert outcome.is_kept, outcome


async def test_no_acknowledged_write_is_lost_by_kills(tmp_path: Path) -> None:
    outcome = await kills.prove(tmp_path, kills=2, clients=8)
    assert outcome.is_kept and outcome.acknowledged, (outcome, outcome.lost, outcome.half_written)


async def test_only_deliveries_whose_answer_was_not_stored_are_repeated_after_kills(tmp_path: Path) -> None:
    outcome = await repeats.prove(tmp_path / "repeats.sqlite3", limit=4, kills=2, deliveries=300)
    assert outcome.is_kept and outcome.deliveries == 300, outcome


async def test_many_writers_are_never_refused(sqlite_url: str) -> None:
    outcome = await writers.prove(sqlite_url, writers=64, transactions=400, processes=2)
    assert outcome.is_kept, outcome


@pytest.mark.timeout(900)
async def test_the_rules_about_a_person_hold_for_everyone(sqlite_url: str) -> None:
    outcome = await people.prove(sqlite_url, people=100)
    assert outcome.is_kept and outcome.bought, outcome


async def test_what_is_due_is_found_among_many(sqlite_url: str) -> None:
    outcome = await scan.prove(sqlite_url, checkouts=20_000, due=100)
    # A larger limit than the promised 20 ms, so that a busy machine does not fail the suite. The module's full run
    # checks 20 ms.
    assert outcome.scan_ms < 200, outcome
