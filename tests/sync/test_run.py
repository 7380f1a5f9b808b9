"""Bad input: each has a clear message, the last good state is kept, and the next run continues."""

import orjson
import pytest
from sqlalchemy import select

from abandoned_checkouts.checkouts.moment import DAY, MINUTE
from abandoned_checkouts.store.checkouts.delete_checkouts import delete_checkouts
from abandoned_checkouts.store.checkouts.load import load_after, load_known
from abandoned_checkouts.store.engine.failures import StoreError
from abandoned_checkouts.store.privacy.erase_person import erase_person
from abandoned_checkouts.store.privacy.find_person import find_person
from abandoned_checkouts.store.sync.syncs import SyncError, lease_sync
from abandoned_checkouts.store.tables import customers, syncs
from abandoned_checkouts.sync.run import has_ended, last_night, new_worker
from abandoned_checkouts.sync.run_sync import sync_and_shop
from abandoned_checkouts.sync.source import SourceError
from tests.sync.conftest import NOW, Copy, SourceShop


async def continues(copy: Copy) -> None:
    await copy.run()
    assert (await copy.verify()).is_same
    assert (await copy.sync()).problem is None


async def test_a_wrong_token(copy: Copy, source: SourceShop) -> None:
    source.ask("POST", "/faults", [{"tokenIs": "revoked"}])
    with pytest.raises(SourceError, match=r"refuses the access token \(401\)"):
        await copy.run()
    assert "401" in str((await copy.sync()).problem)
    source.ask("DELETE", "/faults")
    await continues(copy)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"withoutScopes": ["read_orders"]}, "denies access for abandonedCheckouts.*Give the app the scope"),
        ({"withoutApprovals": ["name", "email", "phone", "address"]}, "denies access for .*approval"),
    ],
)
async def test_a_missing_scope_or_approval_changes_nothing(
    copy: Copy, source: SourceShop, fault: dict[str, object], message: str
) -> None:
    await copy.run()
    source.advance(3600)
    source.checkout(email="later@example.com", token="later")
    source.ask("POST", "/checkouts/later/close")
    source.ask("POST", "/faults", [fault])
    before = (await copy.sync()).watermark
    with pytest.raises(SourceError, match=message):
        await copy.run()
    assert (await copy.sync()).watermark == before
    source.ask("DELETE", "/faults")
    await continues(copy)


@pytest.mark.parametrize(
    ("status", "message"),
    [("frozen", "402 .*frozen"), ("forbidden", "403 "), ("closed", "404 .*closed"), ("locked", "423 .*locked")],
)
async def test_a_closed_shop(copy: Copy, source: SourceShop, status: str, message: str) -> None:
    source.ask("PUT", f"/shops/{source.server.shop}", {"status": status})
    with pytest.raises(SourceError, match=message):
        await copy.run()
    source.ask("PUT", f"/shops/{source.server.shop}", {"status": "active"})
    await continues(copy)


async def test_two_runs_at_once(copy_on: Copy) -> None:
    sync = await copy_on.sync()
    async with copy_on.database.begin() as connection:
        await lease_sync(connection, sync, "elsewhere/17/abcd", copy_on.now(), ended=None)
    with pytest.raises(SyncError, match="is running in process elsewhere/17/abcd; wait until it ends"):
        await copy_on.run()
    copy_on.clock += 2 * MINUTE
    await continues(copy_on)


async def test_a_full_disk(copy: Copy) -> None:
    async with copy.database.alone() as execute:
        pages = int(str((await execute("PRAGMA page_count"))[0][0]))
        await execute(f"PRAGMA max_page_count = {pages + 8}")
    with pytest.raises(StoreError, match="disk is full"):
        await copy.run()
    async with copy.database.alone() as execute:
        await execute("PRAGMA max_page_count = 1073741823")
    copy.clock += 2 * MINUTE
    await continues(copy)


async def test_what_is_gone_at_the_source_is_kept(copy: Copy, source: SourceShop) -> None:
    for token, ago in (("old", "95 days"), ("young", "3 days")):
        source.checkout(token=token, email=f"{token}@example.com", ago=ago)
    await copy.run()
    for token in ("old", "young"):
        source.ask("POST", f"/checkouts/{token}/delete")
    report = (await copy.verify()).json()
    assert report["totals"]["notMarked"] == 2 and not report["isSame"]
    copy.clock += DAY
    assert (await copy.run()).gone == 2
    report = (await copy.verify()).json()
    assert report["isSame"] and (report["totals"]["deleted"], report["totals"]["pastRetention"]) == (1, 1)
    assert report["totals"]["same"] == 40


def test_a_worker_of_this_machine_that_has_ended() -> None:
    mine = new_worker()
    assert not has_ended(mine) and not has_ended(None) and not has_ended("elsewhere/1/abcd")
    host = mine.partition("/")[0]
    # Above the largest number of a process.
    assert has_ended(f"{host}/4194305/abcd")


def test_a_night_is_over_at_three_in_the_shops_time() -> None:
    # 2026-06-01T08:00:00Z is 10:00 in Berlin.
    assert last_night(NOW, "Europe/Berlin") == NOW - 7 * 60 * MINUTE
    assert last_night(NOW - 7 * 60 * MINUTE - 1, "Europe/Berlin") == NOW - 7 * 60 * MINUTE - DAY


async def test_an_erasure_and_a_deletion_here_last(copy: Copy, source: SourceShop) -> None:
    await copy.run()
    _, shop = await sync_and_shop(copy.database, "main")
    async with copy.database.begin() as connection:
        person = await find_person(connection, shop, email="buyer1@example.com")
        await erase_person(connection, shop, person, copy.now())
        (erased,) = person.checkouts
        deleted = next(each.id for each in await load_after(connection, shop, 0, 9) if each.id != erased)
        await delete_checkouts(connection, shop, [deleted or 0], now=copy.now())
    source.advance(3600)
    for number in (erased, deleted):
        source.ask("POST", f"/checkouts/{number}/close")
    assert (await copy.run()).outcomes["deleted"] == 1
    copy.clock += DAY
    await copy.run()
    assert (await copy.verify()).is_same
    async with copy.database.read() as connection:
        known = await load_known(connection, shop, [erased, deleted or 0])
        assert list(known) == [erased] and known[erased].email is None
        customer = known[erased].customer
        assert customer is None or (customer.email, customer.first_name) == (None, None)
        found = (await connection.execute(select(customers.c.email).where(customers.c.shop_id == shop.id))).scalars()
        assert "buyer1@example.com" not in set(found)


async def test_a_place_that_is_not_valid_any_more_is_read_again(copy: Copy) -> None:
    await copy.run()
    state = {"since": 0, "started": NOW, "latest": NOW, "source": {"cursor": "bm90IGEgY3Vyc29y"}}
    async with copy.database.begin() as connection:
        await connection.execute(syncs.update().values(state=orjson.dumps(state).decode()))
    assert (await copy.run()).outcomes["unchanged"] == 40
    assert (await copy.sync()).state == {}
    assert (await copy.verify()).is_same
