"""The change feed: upserts with rows, deletions, erasures; a warehouse that follows it equals a new export."""

from typing import Any

from abandoned_checkouts.checkouts.moment import DAY
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.exporting.changes import read_changes
from abandoned_checkouts.exporting.selecting import selection_of
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.store.checkouts.activities import append_activities
from abandoned_checkouts.store.checkouts.delete_checkouts import delete_checkouts
from abandoned_checkouts.store.checkouts.load import load_known
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.checkouts.take_customers import change_customer, delete_customer
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.privacy.erase_person import erase_person
from abandoned_checkouts.store.privacy.find_person import find_person
from abandoned_checkouts.store.sync.seen import Seen, mark_gone, mark_seen
from tests.exporting.test_export_table import rows
from tests.intake.samples import rest_checkout

NOW = 1_790_000_000_000_000


async def save(store: Database, shop: Shop, *sources: dict[str, Any]) -> None:
    async with store.begin() as connection:
        await save_checkouts(connection, shop, [checkout_from_rest(source) for source in sources], are_imported=True)


async def feed(store: Database, shop: Shop, after: int = 0) -> list[dict[str, Any]]:
    """All changes after a position, read two at a time."""
    found: list[dict[str, Any]] = []
    while True:
        async with store.read() as connection:
            batch = await read_changes(connection, shop, found[-1]["position"] if found else after, 2)
        if not batch:
            return found
        found += batch


def shown(changes: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(each["change"], each.get("table"), each.get("id")) for each in changes]


async def test_each_change_is_in_the_feed(store: Database, shop: Shop) -> None:
    await save(store, shop, rest_checkout(1), rest_checkout(2))
    first = await feed(store, shop)
    customer = first[0]["id"]
    assert shown(first) == [
        ("upsert", "customer", customer),
        ("upsert", "abandoned_checkout", 1),
        ("upsert", "abandoned_checkout", 2),
    ]
    # A repeated report changes nothing.
    await save(store, shop, rest_checkout(1))
    assert await feed(store, shop, first[-1]["position"]) == []
    async with store.begin() as connection:
        step: Any = {"activity_type": "EMAIL_SENT", "created_at": NOW, "channel": "EMAIL"}
        await append_activities(connection, shop, 2, [step], now=NOW)
        await change_customer(connection, shop, customer, "customer_updated", {"note": "kind"}, NOW)
        await delete_checkouts(connection, shop, [1], now=NOW)
    second = await feed(store, shop, first[-1]["position"])
    assert shown(second) == [
        ("upsert", "abandoned_checkout", 2),
        ("upsert", "customer", customer),
        ("delete", "abandoned_checkout", 1),
    ]
    assert second[0]["rows"]["activity"][0]["activity_type"] == "EMAIL_SENT"
    assert second[1]["rows"]["customer"][0]["note"] == "kind"
    for name in ("abandoned_checkout", "line_item", "discount_code", "shipping_line", "activity"):
        assert second[0]["rows"][name] == await rows(store, shop, name)
    async with store.begin() as connection:
        await delete_customer(connection, shop, customer, NOW)
    third = await feed(store, shop, second[-1]["position"])
    assert shown(third) == [("upsert", "abandoned_checkout", 2), ("delete", "customer", customer)]
    assert third[0]["rows"]["abandoned_checkout"][0]["customer_id"] is None


async def test_an_erasure_names_the_person_by_hashes(store: Database, shop: Shop) -> None:
    await save(store, shop, rest_checkout(1), rest_checkout(2, email="other@example.com", customer=None))
    before = await feed(store, shop)
    checkouts = [each["rows"].get("abandoned_checkout", []) for each in before]
    copied = {row["id"]: row for found in checkouts for row in found}
    email = copied[1]["email"]
    assert copied[1]["email_hash"] != copied[2]["email_hash"] and "@" not in copied[1]["email_hash"]
    async with store.begin() as connection:
        await erase_person(connection, shop, await find_person(connection, shop, email=email), NOW)
    after = await feed(store, shop, before[-1]["position"])
    assert {each["change"] for each in after[:-1]} == {"upsert"} and after[-1]["change"] == "erase"
    erased = {number for number, row in copied.items() if row["email_hash"] in after[-1]["hashes"]}
    assert erased == {1}
    assert email not in str(after)
    (anonymous,) = [each for each in after if (each.get("table"), each.get("id")) == ("abandoned_checkout", 1)]
    assert anonymous["rows"]["abandoned_checkout"][0]["email"] is None


async def test_a_checkout_that_is_gone_at_its_source_is_an_upsert(store: Database, shop: Shop) -> None:
    await save(store, shop, *(rest_checkout(number) for number in (1, 2, 3)))
    async with store.begin() as connection:
        created = (await load_known(connection, shop, [1]))[1].created_at
        await mark_seen(connection, shop.id, [Seen(key, created, NOW) for key in ("1", "2", "3")], NOW)
        position = (await read_changes(connection, shop, 0))[-1]["position"]
        await mark_gone(connection, shop.id, ["1"], created + 2 * DAY)
        await mark_gone(connection, shop.id, ["2"], created + 95 * DAY)
    changes = await feed(store, shop, position)
    assert shown(changes) == [("upsert", "abandoned_checkout", 1), ("upsert", "abandoned_checkout", 2)]
    exported = (await rows(store, shop, "abandoned_checkout"))[:2]
    assert [each["rows"]["abandoned_checkout"][0] for each in changes] == exported
    gone = [(row["gone_at"], row["gone_reason"]) for row in exported]
    for query, numbers in {"gone_at:*": [1, 2], "-gone_at:*": [3], "gone_at:<'2026-11-01'": [1]}.items():
        selection = selection_of(shop, None, None, query, now=NOW)
        found = await rows(store, shop, "abandoned_checkout", selection=selection)
        assert [row["id"] for row in found] == numbers, query
    assert gone == [("2026-10-14T11:05:27.000000Z", "deleted"), ("2027-01-15T11:05:27.000000Z", "past_retention")]
