"""Each use of a seed is counted in the store."""

from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.twin.seed_uses import begin_seed


async def test_uses_are_counted_for_each_seed(store: Database) -> None:
    async with store.begin() as connection:
        counts = [await begin_seed(connection, seed) for seed in (1, 1, 2, 1, 2**63 - 1, 2)]
    assert counts == [0, 1, 0, 2, 0, 1]
