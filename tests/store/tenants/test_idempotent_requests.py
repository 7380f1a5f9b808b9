"""Claims of idempotency keys, from several connections, on each database."""

import asyncio

import pytest

from abandoned_checkouts.checkouts.moment import DAY, MINUTE
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.idempotent_requests import (
    Claim,
    ClaimLostError,
    KeyConflict,
    claim_key,
    mark_executed,
    release_key,
    save_response,
)
from abandoned_checkouts.store.tenants.shops import create_shop, register_app

NOW = 1_790_000_000_000_000


@pytest.fixture
async def app(store: Database) -> tuple[Shop, int]:
    async with store.begin() as connection:
        shop = await create_shop(connection, "acme.myshopify.com", now=NOW)
        return shop, await register_app(connection, shop, now=NOW, title="App", scopes="[]")


async def claim(store: Database, app: tuple[Shop, int], now: int = NOW, fingerprint: str = "f") -> object:
    async with store.begin() as connection:
        return await claim_key(connection, *app, "key", fingerprint, now)


async def test_of_many_claims_at_once_one_succeeds(store: Database, app: tuple[Shop, int]) -> None:
    claims = await asyncio.gather(*(claim(store, app) for _ in range(8)))
    assert sum(isinstance(each, Claim) for each in claims) == 1
    assert claims.count(KeyConflict.RUNNING) == 7


async def test_a_claim_that_was_taken_over_cannot_change_anything(store: Database, app: tuple[Shop, int]) -> None:
    slow = await claim(store, app)
    assert await claim(store, app, NOW + MINUTE - 1) is KeyConflict.RUNNING
    taken_over = await claim(store, app, NOW + MINUTE)
    assert isinstance(slow, Claim)
    assert isinstance(taken_over, Claim)
    with pytest.raises(ClaimLostError):
        async with store.begin() as connection:
            await mark_executed(connection, slow)
    async with store.begin() as connection:
        await save_response(connection, slow, "late")
        await release_key(connection, slow)
        await mark_executed(connection, taken_over)
        await save_response(connection, taken_over, "first")
    assert await claim(store, app) == "first"


async def test_an_executed_mutation_keeps_its_key(store: Database, app: tuple[Shop, int]) -> None:
    first = await claim(store, app)
    assert isinstance(first, Claim)
    async with store.begin() as connection:
        await mark_executed(connection, first)
        await release_key(connection, first)
    assert await claim(store, app) is KeyConflict.RUNNING
    assert await claim(store, app, NOW + MINUTE) is KeyConflict.NO_RESPONSE
    assert await claim(store, app, NOW + MINUTE, "other") is KeyConflict.OTHER_REQUEST
    assert isinstance(await claim(store, app, NOW + DAY, "other"), Claim)


async def test_a_released_key_is_free(store: Database, app: tuple[Shop, int]) -> None:
    first = await claim(store, app)
    assert isinstance(first, Claim)
    async with store.begin() as connection:
        await release_key(connection, first)
    assert isinstance(await claim(store, app, fingerprint="other"), Claim)
