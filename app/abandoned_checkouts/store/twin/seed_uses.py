"""Counts how often the random values of a seed have begun in a store, so that each time they are others."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_COUNT = text(
    "INSERT INTO twin_seeds (seed, uses) VALUES (:seed, 1) "
    "ON CONFLICT (seed) DO UPDATE SET uses = twin_seeds.uses + 1 RETURNING uses"
)


async def begin_seed(connection: AsyncConnection, seed: int) -> int:
    """Count a use of the seed. Returns the number of earlier uses in this store."""
    uses: int = (await connection.execute(_COUNT, {"seed": seed})).scalar_one()
    return uses - 1
