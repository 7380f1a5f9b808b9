"""Digests of days, and what is marked as gone, on both databases."""

import random
from uuid import UUID

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.moment import DAY, HOUR
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.store.checkouts.load import load_known
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.outbox.record_changes import changes_after
from abandoned_checkouts.store.sync.seen import (
    DayDigest,
    Seen,
    add_to_digests,
    count_seen,
    digests_of,
    gone_at_of,
    gone_by_day,
    mark_gone,
    mark_seen,
    seen_between,
)
from tests.intake.samples import rest_checkout

NOW = 20_000 * DAY + 5 * HOUR
ROWS = [Seen(str(number), NOW + number % 3 * DAY, NOW + number) for number in range(100)]


def digests(rows: list[Seen]) -> dict[int, DayDigest]:
    found: dict[int, DayDigest] = {}
    add_to_digests(found, rows)
    return found


async def test_digests_do_not_depend_on_the_order(store: Database, shop: Shop) -> None:
    shuffled = random.Random(1).sample(ROWS, len(ROWS))
    assert digests(shuffled) == digests(ROWS)
    async with store.begin() as connection:
        await mark_seen(connection, shop.id, shuffled, NOW)
        # A repeated row counts once.
        await mark_seen(connection, shop.id, ROWS[:10], NOW)
        assert await digests_of(connection, shop.id) == digests(ROWS)
        assert await digests_of(connection, shop.id + 1) == {}


async def test_a_changed_time_or_id_changes_the_digest_of_its_day() -> None:
    whole = digests(ROWS)
    for other in (ROWS[0]._replace(updated_at=1), ROWS[0]._replace(key="other")):
        different = digests([other, *ROWS[1:]])
        assert [day for day in whole if whole[day] != different[day]] == [20_000]


async def test_what_is_gone_is_kept_and_can_come_back(store: Database, shop: Shop) -> None:
    async with store.begin() as connection:
        await mark_seen(connection, shop.id, ROWS, NOW)
        await mark_gone(connection, shop.id, ["0", "1"], NOW + DAY)
        await mark_gone(connection, shop.id, ["0"], NOW + 2 * DAY)
        assert await count_seen(connection, shop.id) == (98, 2)
        assert await digests_of(connection, shop.id) == digests(ROWS[2:])
        assert await gone_by_day(connection, shop.id) == {20_000: [(NOW, NOW + DAY)], 20_001: [(NOW + DAY, NOW + DAY)]}
        day = await seen_between(connection, shop.id, 20_000 * DAY, 20_001 * DAY)
        assert len(day) == 34 and day["0"] == (ROWS[0], NOW + DAY) and day["3"] == (ROWS[3], None)
        await mark_seen(connection, shop.id, ROWS[:1], NOW)
        assert await count_seen(connection, shop.id) == (99, 1)


async def test_the_change_feed_has_what_is_gone_and_what_is_back(store: Database, shop: Shop) -> None:
    wix = Checkout(platform="wix", created_at=NOW, updated_at=NOW, currency="USD", uuid=str(UUID(int=7)))
    shopify = [checkout_from_rest(rest_checkout(number)) for number in (1, 2)]
    keys = ["1", "2", wix.uuid or ""]
    listed = [Seen(key, NOW, NOW) for key in keys]
    async with store.begin() as connection:
        saved = await save_checkouts(connection, shop, [*shopify, wix], are_imported=True)
        await mark_seen(connection, shop.id, listed, NOW)
    numbers = [each.checkout.id or 0 for each in saved]
    async with store.read() as connection:
        stored = await load_known(connection, shop, numbers)
        before = (await changes_after(connection, shop.id, 0, 100))[-1]["id"]
    async with store.begin() as connection:
        await mark_gone(connection, shop.id, [keys[0], keys[2], "404"], NOW + DAY)
    async with store.read() as connection:
        gone = await changes_after(connection, shop.id, before, 100)
        when = await gone_at_of(connection, shop.id, stored.values())
    assert when == dict.fromkeys((numbers[0], numbers[2]), NOW + DAY)
    assert [(row["kind"], row["record_id"]) for row in gone] == [("checkout", numbers[0]), ("checkout", numbers[2])]
    async with store.begin() as connection:
        await mark_seen(connection, shop.id, listed, NOW + 2 * DAY)
    async with store.read() as connection:
        back = await changes_after(connection, shop.id, gone[-1]["id"], 100)
        assert await gone_at_of(connection, shop.id, stored.values()) == {}
    assert [row["record_id"] for row in back] == [numbers[0], numbers[2]]
