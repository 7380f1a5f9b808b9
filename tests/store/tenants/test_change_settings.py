"""Settings of a shop in the store: changed under a lock, with the shop's name; tokens and holds as pages list them."""

import pytest

from abandoned_checkouts.checkouts.moment import DAY
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.outbox.delivery_log import Visible, list_topics
from abandoned_checkouts.store.privacy.retention_marks import hold_checkout, is_on_hold, list_held
from abandoned_checkouts.store.tenants.access_tokens import issue_token, list_tokens
from abandoned_checkouts.store.tenants.change_settings import change_settings, locked_settings
from abandoned_checkouts.store.tenants.shops import find_shop, name_of_domain, register_app
from tests.store.reports.lives import START, BulkLife, make_world

pytestmark = pytest.mark.anyio


async def test_the_name_is_that_of_the_setting_and_comes_back(store: Database, shop: Shop) -> None:
    async with store.begin() as connection:
        await change_settings(connection, shop, {"shop_name": "Löwe", "quiet_hours": "22:00-08:00"}, START)
        assert await locked_settings(connection, shop) == {"shop_name": "Löwe", "quiet_hours": "22:00-08:00"}
        changed = await find_shop(connection, shop.id)
        assert changed is not None and changed.name == "Löwe"
        await change_settings(connection, shop, {"shop_name": None}, START)
        changed = await find_shop(connection, shop.id)
    assert changed is not None and changed.name == name_of_domain(shop.domain)
    assert changed.settings == {"quiet_hours": "22:00-08:00"}


async def test_tokens_have_the_name_of_their_app(store: Database, shop: Shop) -> None:
    async with store.begin() as connection:
        app_id = await register_app(connection, shop, now=START, title="Report")
        await issue_token(connection, shop, ["read_orders"], now=START, app_id=app_id)
        rows = await list_tokens(connection, shop)
    assert [(row["app"], row["kind"], row["scopes"]) for row in rows if row["app"] == "Report"] == [
        ("Report", "offline", ["read_orders"])
    ]


async def test_holds_are_listed_latest_first(store: Database, shop: Shop) -> None:
    lives: list[BulkLife] = make_world(0, bulk=3).bulk
    async with store.begin() as connection:
        await save_checkouts(connection, shop, [life.checkout for life in lives], are_imported=True)
        for number, at in ((1, START), (3, START + DAY)):
            assert await hold_checkout(connection, shop, number, at)
        assert not await hold_checkout(connection, shop, 77, START)
        assert [row["id"] for row in await list_held(connection, shop, 10)] == [3, 1]
        assert [row["name"] for row in await list_held(connection, shop, 1)] == ["#3"]
        assert await is_on_hold(connection, shop, 1) and not await is_on_hold(connection, shop, 2)
        await hold_checkout(connection, shop, 1, None)
        assert [row["id"] for row in await list_held(connection, shop, 10)] == [3]
        assert await list_topics(connection, shop) == await list_topics(connection, shop, Visible(1, True)) == []
