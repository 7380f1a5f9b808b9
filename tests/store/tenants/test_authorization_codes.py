"""Authorization codes: signed, short-lived, used once, and not stored before."""

import asyncio

import pytest
from sqlalchemy import func, select

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tables import tokens
from abandoned_checkouts.store.tenants.authorization_codes import LIFETIME, new_code, redeem_code
from abandoned_checkouts.store.tenants.shops import create_shop, register_app

NOW = 1_790_000_000_000_000


async def rows(store: Database) -> int:
    async with store.read() as connection:
        return int((await connection.execute(select(func.count()).select_from(tokens))).scalar_one())


async def code_of(store: Database, shop: Shop, *, now: int = NOW, of_user: bool = False) -> tuple[int, str]:
    async with store.begin() as connection:
        app_id = await register_app(connection, shop, now=NOW, title="App")
        return app_id, new_code(connection, shop, app_id, now=now, of_user=of_user)


@pytest.mark.parametrize("of_user", [False, True])
async def test_a_code_is_valid_once_and_stored_only_after_it_is_used(
    store: Database, shop: Shop, of_user: bool
) -> None:
    app_id, code = await code_of(store, shop, of_user=of_user)
    assert code.startswith("user_") == of_user
    assert await rows(store) == 0
    for expected in (True, False, False):
        async with store.begin() as connection:
            assert await redeem_code(connection, shop, app_id, code, now=NOW + LIFETIME - 1) is expected
    assert await rows(store) == 1


async def test_used_codes_are_deleted_when_they_have_expired(store: Database, shop: Shop) -> None:
    app_id, first = await code_of(store, shop)
    async with store.begin() as connection:
        assert await redeem_code(connection, shop, app_id, first, now=NOW)
        later = NOW + LIFETIME
        second = new_code(connection, shop, app_id, now=later, of_user=False)
        assert await redeem_code(connection, shop, app_id, second, now=later)
        assert not await redeem_code(connection, shop, app_id, first, now=later)
    assert await rows(store) == 1


async def test_of_two_requests_at_once_one_gets_a_token(store: Database, shop: Shop) -> None:
    app_id, code = await code_of(store, shop)

    async def redeem() -> bool:
        async with store.begin() as connection:
            return await redeem_code(connection, shop, app_id, code, now=NOW)

    assert sorted(await asyncio.gather(*(redeem() for _ in range(4)))) == [False, False, False, True]


async def test_forged_codes_and_those_of_others_are_refused(store: Database, shop: Shop) -> None:
    app_id, code = await code_of(store, shop)
    other_app, others = await code_of(store, shop)
    changed = code[:16] + f"{NOW + 1000 * LIFETIME:014x}" + code[30:]
    forged = ["", "x", code[:-1], code + "0", code.upper(), f"user_{code}", changed, "0" * 62, "é" * 62, others]
    async with store.begin() as connection:
        other_shop = await create_shop(connection, "other.myshopify.com", now=NOW)
        for text in forged:
            assert not await redeem_code(connection, shop, app_id, text, now=NOW), text
        assert not await redeem_code(connection, other_shop, app_id, code, now=NOW)
        assert not await redeem_code(connection, shop, app_id, code, now=NOW + LIFETIME)
        assert await redeem_code(connection, shop, other_app, others, now=NOW)
        assert await redeem_code(connection, shop, app_id, code, now=NOW)
