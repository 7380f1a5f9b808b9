"""Each incident of the twin at the source: a sync survives it, and the reconciliation makes both sides agree.

Five seeds together run each incident once. SEEDS=100 runs each incident twenty times: in another order, with other
runs, clocks and pauses.
"""

import os
import random

import pytest

from abandoned_checkouts.checkouts.moment import DAY, HOUR
from abandoned_checkouts.store.engine.failures import StoreError
from abandoned_checkouts.sync.source import SourceError
from abandoned_checkouts.twin.scenarios.collection import Scenario, scenarios
from tests.databases import Databases
from tests.sync.conftest import NOW, Copy, SourceShop, new_copy

SEEDS = int(os.environ.get("SEEDS", "5"))
# Those of clients that use REST or webhooks; tokens that are refreshed have a test of their own.
_ELSEWHERE = ("rest", "webhooks", "refresh tokens")
# Seven seconds of real time.
_SLOW = "slow-response"
# So many seeds run each incident once.
_GROUP = 5

if SEEDS > _GROUP:
    pytestmark = pytest.mark.timeout(0)


def incidents_of(seed: int) -> list[Scenario]:
    every = [each for each in scenarios().values() if each.needs not in _ELSEWHERE]
    if SEEDS > _GROUP:
        random.Random(seed // _GROUP).shuffle(every)
    else:
        every = [each for each in every if each.name != _SLOW]
    return every[seed % _GROUP :: _GROUP]


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_both_sides_agree_afterwards(databases: Databases, source: SourceShop, seed: int) -> None:
    chance = random.Random(seed)
    for scenario in incidents_of(seed):
        source.ask("POST", "/snapshots/filled/restore")
        copy = await new_copy(databases, "sqlite", source)
        copy.clock = NOW + chance.randint(-2 * DAY, 2 * DAY)
        try:
            await go_through(copy, source, scenario, chance)
        except Exception as problem:
            problem.add_note(f"seed {seed}, scenario {scenario.name}")
            raise
        finally:
            await copy.database.close()


async def go_through(copy: Copy, source: SourceShop, scenario: Scenario, chance: random.Random) -> None:
    # A bulk operation is part of the backfill, and later of a reconciliation.
    if scenario.needs != "bulk" and chance.random() < 0.5:
        await copy.run()
    for stage in range(1, len(scenario.stages) + 1):
        source.ask("POST", f"/scenarios/{scenario.name}", {"stage": stage, "shop": source.server.shop})
        for _ in range(chance.randint(1, 3)):
            try:
                await copy.run()
            except (SourceError, StoreError):
                assert scenario.may_stop, "the sync stopped where it could continue"
                assert (await copy.sync()).problem
        copy.clock += chance.randint(0, HOUR)
    source.ask("DELETE", f"/scenarios/{scenario.name}")
    await copy.run()
    copy.clock += DAY
    await copy.run()
    report = await copy.verify()
    assert report.is_same, report.json()
    assert (await copy.sync()).problem is None
