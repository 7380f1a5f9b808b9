"""A site by the Wix API: the same checkouts as by Shopify's."""

from collections.abc import AsyncIterator

import pytest

from abandoned_checkouts.checkouts.moment import DAY, SECOND
from abandoned_checkouts.store.checkouts.load import load_after
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.sync.syncs import Sync, add_sync
from abandoned_checkouts.store.tenants.shops import create_shop
from abandoned_checkouts.sync.run_sync import sync_and_shop
from abandoned_checkouts.sync.source import SourceError
from tests.databases import Databases
from tests.sync.conftest import NOW, Copy, SourceShop


@pytest.fixture
async def wix_copy(databases: Databases, source: SourceShop) -> AsyncIterator[Copy]:
    site = next(each for each in source.ask("GET", "/shops")["shops"] if each["domain"] == source.server.shop)
    database = await open_database(databases.new("sqlite"))
    async with database.begin() as connection:
        shop = await create_shop(connection, "site.example", now=NOW, platform="wix")
        key = {"api_key": source.server.token}
        sync = Sync(shop.id, "main", "wix", source.server.url, site["siteId"], key, run_every=300 * SECOND)
        await add_sync(connection, shop, sync, NOW)
    yield Copy(database, source)
    await database.close()


async def contents(copy: Copy) -> list[tuple[object, ...]]:
    """What both platforms send of each checkout."""
    _, shop = await sync_and_shop(copy.database, "main")
    async with copy.database.read() as connection:
        found = await load_after(connection, shop, 0, 100)
    return sorted(
        (
            each.customer.email if each.customer else each.email,
            each.total_price,
            each.currency,
            each.completed_at is not None,
            tuple((line.title, line.sku, line.quantity, line.original_total_price) for line in each.line_items),
        )
        for each in found
    )


async def test_both_kinds_of_source_give_the_same_checkouts(copy: Copy, wix_copy: Copy, source: SourceShop) -> None:
    assert (await copy.run()).outcomes["created"] == 40
    first = await wix_copy.run()
    assert first.outcomes["created"] == 40 and first.cost == 0
    assert (await wix_copy.verify()).is_same
    assert await contents(copy) == await contents(wix_copy)

    source.checkout(email="new@example.com", token="new-one")
    source.ask("POST", "/checkouts/new-one/recover")
    assert (await wix_copy.run()).outcomes["created"] == 1
    assert (await wix_copy.verify()).is_same
    source.ask("POST", "/checkouts/new-one/delete")
    wix_copy.clock += DAY
    assert (await wix_copy.run()).gone == 1
    report = (await wix_copy.verify()).json()
    assert report["isSame"] and report["totals"]["deleted"] == 1
    assert (await wix_copy.run()).requests == 2


async def test_failures_and_refusals(wix_copy: Copy, source: SourceShop) -> None:
    source.ask(
        "POST",
        "/faults",
        [{"endpoint": "wix", "nth": 2, "status": 429}, {"endpoint": "wix", "nth": 4, "truncate": 0.5}],
    )
    await wix_copy.run()
    source.ask("POST", "/faults", [{"endpoint": "wix", "tokenIs": "revoked"}])
    with pytest.raises(SourceError, match=r"answers with 401 .*the API key is wrong or was revoked"):
        await wix_copy.run()
    source.ask("DELETE", "/faults")
    assert (await wix_copy.verify()).is_same
