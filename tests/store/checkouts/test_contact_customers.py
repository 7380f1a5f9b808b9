"""A customer is found or created for each contact, from every source, in any order and at the same time."""

import asyncio
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from abandoned_checkouts.checkouts.moment import MINUTE
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.intake.import_file import import_file
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.store.checkouts.take import take_checkout
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.privacy.erase_person import erase_person
from abandoned_checkouts.store.privacy.find_person import find_person
from abandoned_checkouts.store.tables import abandoned_checkouts, abandonments, customers, deleted_customers, events
from abandoned_checkouts.work.abandon_due import abandon_due
from tests.intake.messages import START, Clock, Sender, checkout, customer

pytestmark = pytest.mark.anyio
FIRST = 1_000_001


def guest(token: str, email: str | None = None, phone: str | None = None, **changes: Any) -> dict[str, Any]:
    return checkout(token, email=email, phone=phone, customer=None, **changes)


async def customers_of(store: Database) -> dict[str, int | None]:
    """The customer of each abandoned checkout, by token; each has its abandonment and its row."""
    table = abandoned_checkouts
    async with store.read() as connection:
        rows = (await connection.execute(select(table.c.token, table.c.id, table.c.customer_id))).all()
        of_abandonments = {
            row.checkout_id: row.customer_id for row in (await connection.execute(select(abandonments))).all()
        }
        known = set((await connection.execute(select(customers.c.id))).scalars())
    expected = {row.id: row.customer_id for row in rows if row.customer_id is not None}
    assert of_abandonments == expected
    assert set(expected.values()) <= known
    return {row.token: row.customer_id for row in rows}


async def rows_of(store: Database) -> dict[int, Any]:
    async with store.read() as connection:
        return {row["id"]: row for row in (await connection.execute(select(customers))).mappings()}


async def test_a_contact_creates_a_customer(store: Database, shop: Shop, sender: Sender, clock: Clock) -> None:
    names = {"first_name": "Ada", "last_name": "Lovelace", "country_code": "CA"}
    await sender.send("checkouts/create", guest("t1", "Ada@Example.com ", "(613) 612-0707", shipping_address=names))
    assert list(await rows_of(store)) == [FIRST], "when the contact is given, before the threshold"
    await sender.send("checkouts/create", guest("t2", "ADA@example.com"))
    await sender.send("checkouts/create", guest("t3", None, "+16136120707"))
    clock.pass_minutes(11)
    assert await abandon_due(store, clock()) == 3
    assert await customers_of(store) == dict.fromkeys(("t1", "t2", "t3"), FIRST)
    row = (await rows_of(store))[FIRST]
    assert (row["email"], row["phone"], row["first_name"]) == ("Ada@Example.com", "+16136120707", "Ada")
    assert (row["created_at"], row["state"], row["from_contact"]) == (START, "disabled", True)
    async with store.read() as connection:
        documents = (
            await connection.execute(select(events.c.document).where(events.c.kind == "checkout_created"))
        ).all()
    assert all(orjson.loads(each[0])["customer"]["id"] == FIRST for each in documents), "its events show the customer"


async def test_a_repeated_report_changes_nothing(store: Database, shop: Shop, sender: Sender, clock: Clock) -> None:
    await sender.send("checkouts/create", guest("t1", "ada@example.com"))
    assert await sender.send("checkouts/update", guest("t1", "ada@example.com")) == "unchanged"
    clock.pass_minutes(11)
    await abandon_due(store, clock())
    assert await sender.send("checkouts/update", guest("t1", "ada@example.com")) == "unchanged"
    assert await sender.send("checkouts/update", guest("t1", "ada@example.com", updated=12, note="new")) == "updated"
    assert await customers_of(store) == {"t1": FIRST}


async def test_an_older_report_creates_no_customer(store: Database, shop: Shop, sender: Sender) -> None:
    await sender.send("checkouts/create", guest("t1", "ada@example.com", updated=5))
    assert await sender.send("checkouts/update", guest("t1", "typo@example.com", updated=2)) == "older"
    assert list(await rows_of(store)) == [FIRST]


async def test_people_with_one_phone_number_and_two_addresses_stay_separate(
    store: Database, shop: Shop, sender: Sender, clock: Clock
) -> None:
    await sender.send("checkouts/create", guest("t1", "ada@example.com", "+16136120707"))
    await sender.send("checkouts/create", guest("t2", "grace@example.com", "+1 613 612 0707"))
    clock.pass_minutes(11)
    await abandon_due(store, clock())
    assert await customers_of(store) == {"t1": FIRST, "t2": FIRST + 1}
    assert await sender.send("customers/create", customer(id=501, phone="+16136120707")) == "created"
    assert await customers_of(store) == {"t1": 501, "t2": FIRST + 1}


async def test_a_customer_with_a_phone_number_gets_the_address_of_a_later_checkout(
    store: Database, shop: Shop, sender: Sender, clock: Clock
) -> None:
    await sender.send("checkouts/create", guest("t1", None, "+16136120707"))
    await sender.send("checkouts/create", guest("t2", "ada@example.com"))
    await sender.send("checkouts/update", guest("t1", "ada@example.com", "+16136120707", updated=1))
    clock.pass_minutes(11)
    await abandon_due(store, clock())
    assert await customers_of(store) == dict.fromkeys(("t1", "t2"), FIRST + 1), "the number belongs to the address"
    assert list(await rows_of(store)) == [FIRST + 1]


@pytest.mark.parametrize("moment", ["open", "abandoned"])
@pytest.mark.parametrize("way", ["customer", "checkout"])
async def test_a_platforms_customer_replaces_the_created_one(
    store: Database, shop: Shop, sender: Sender, clock: Clock, moment: str, way: str
) -> None:
    await sender.send("checkouts/create", guest("t1", "Ada@example.com"))
    if moment == "abandoned":
        clock.pass_minutes(11)
        await abandon_due(store, clock())
    if way == "customer":
        assert await sender.send("customers/create", customer()) == "created"
    else:
        await sender.send("checkouts/create", checkout("t2", at=clock()))
    clock.pass_minutes(11)
    await abandon_due(store, clock())
    found = await customers_of(store)
    assert set(found.values()) == {501}
    async with store.read() as connection:
        names = (await connection.execute(select(abandoned_checkouts.c.customer_name))).scalars().all()
        gone = (await connection.execute(select(deleted_customers.c.id, deleted_customers.c.merged_into))).all()
    assert set(names) == {"lovelace, ada"}, "sorted by the name that is known now"
    assert [tuple(row) for row in gone] == [(FIRST, 501)]
    await sender.send("checkouts/update", guest("t1", "Ada@example.com", updated=40, note="late"))
    assert set((await customers_of(store)).values()) == {501}
    await sender.send("checkouts/create", guest("t3", "ADA@EXAMPLE.COM", at=clock()))
    clock.pass_minutes(11)
    await abandon_due(store, clock())
    assert set((await customers_of(store)).values()) == {501}


async def test_checkouts_of_drafts_and_apps_get_no_customer(
    store: Database, shop: Shop, sender: Sender, clock: Clock
) -> None:
    for token, source in (("t1", "shopify_draft_order"), ("t2", "1354745"), ("t3", "web")):
        await sender.send("checkouts/create", guest(token, "ada@example.com", source_name=source))
    clock.pass_minutes(11)
    await abandon_due(store, clock())
    assert await customers_of(store) == {"t1": None, "t2": None, "t3": FIRST}


async def test_a_late_report_of_an_erased_customer_creates_nobody(
    store: Database, shop: Shop, sender: Sender, clock: Clock
) -> None:
    await sender.send("checkouts/create", guest("t1", "ada@example.com", "+16136120707"))
    await sender.send("checkouts/create", guest("t2", None, "+81312345678"))
    clock.pass_minutes(11)
    await abandon_due(store, clock())
    async with store.begin() as connection:
        await erase_person(connection, shop, await find_person(connection, shop, email="ADA@example.com"), clock())
        other = await connection.execute(select(abandoned_checkouts.c.id).where(abandoned_checkouts.c.token == "t2"))
        person = await find_person(connection, shop, checkout_id=other.scalar_one())
        assert person.customers == {FIRST + 1}
        await erase_person(connection, shop, person, clock())
    for row in (await rows_of(store)).values():
        assert {row[name] for name in ("email", "phone", "email_key", "phone_key", "first_name")} == {None}
    assert await sender.send("checkouts/update", guest("t1", "ada@example.com", updated=2)) == "older"
    assert list(await rows_of(store)) == [FIRST, FIRST + 1], "nobody was made again"


async def test_simultaneous_checkouts_of_a_new_contact_share_a_customer(store: Database, shop: Shop) -> None:
    async def take(token: str, email: str) -> None:
        async with store.begin() as connection:
            await take_checkout(connection, shop, checkout_from_rest(guest(token, email), zone="UTC"), START)

    for place in range(6):
        emails = (f"buyer{place}@example.com", f"BUYER{place}@example.com", f"Buyer{place}@Example.com")
        await asyncio.gather(*(take(f"{place}-{number}", email) for number, email in enumerate(emails)))
    await abandon_due(store, START + 11 * MINUTE)
    found = await customers_of(store)
    assert len(found) == 18
    assert sorted({number or 0 for number in found.values()}) == list(range(FIRST, FIRST + 6))
    assert all(len({found[f"{place}-{number}"] for number in range(3)}) == 1 for place in range(6))


async def test_a_simultaneous_checkout_and_customer_become_one_customer(
    store: Database, shop: Shop, sender: Sender
) -> None:
    for place in range(6):
        email, number = f"buyer{place}@example.com", 600 + place
        await asyncio.gather(
            sender.send("checkouts/create", guest(f"t{place}", email)),
            sender.send("customers/create", customer(id=number, email=email.upper())),
        )
    await abandon_due(store, START + 11 * MINUTE)
    assert await customers_of(store) == {f"t{place}": 600 + place for place in range(6)}


async def test_an_import_creates_one_customer_for_a_repeated_contact(
    store: Database, shop: Shop, tmp_path: Path
) -> None:
    people = [
        guest("a", "ada@example.com", id=1),
        guest("b", "ADA@example.com", "+1 613 612 0707", id=2),
        checkout("c", id=3, email="Ada@Example.com"),
        guest("d", None, "0016136120707", id=4),
        guest("e", "grace@example.com", id=5),
        guest("f", "grace@example.com", id=6, source_name="shopify_draft_order"),
    ]
    file = tmp_path / "people.jsonl"
    for order in (people, people[::-1], people):
        file.write_bytes(b"".join(orjson.dumps(each) + b"\n" for each in order))
        done = await import_file(store, shop.domain, file, now=START)
        assert done.rejected == 0
        found = await customers_of(store)
        assert [found[token] for token in "abc"] == [501] * 3
        assert found["d"] not in (None, 501), "the platform's customer has no phone number"
        assert found["e"] not in (None, 501, found["d"]) and found["f"] is None
    assert done.changes == {"unchanged": 6}, "importing the file again changes nothing"


async def test_numbers_that_a_source_uses_are_skipped(store: Database, shop: Shop, sender: Sender) -> None:
    await sender.send("customers/create", customer(id=FIRST, email="grace@example.com"))
    await sender.send("checkouts/create", guest("t1", "ada@example.com"))
    assert set(await rows_of(store)) == {FIRST, FIRST + 1}


ROUNDS = 12


async def test_any_order_results_in_the_same_customers(store: Database, shop: Shop) -> None:
    """In any order and with simultaneous reports, there is one customer for each e-mail address."""
    chance = random.Random(0)

    async def take(report: dict[str, Any]) -> None:
        async with store.begin() as connection:
            await take_checkout(connection, shop, checkout_from_rest(report, zone="UTC"), START)

    for place in range(ROUNDS):
        ada, grace, phone = f"ada{place}@example.com", f"grace{place}@example.com", f"+1613612{place:04}"
        emails = [None, ada, ada.upper(), grace, f" {grace.title()}"]
        phones = [None, None, phone, f"+1 (613) 612-{place:04}", f"+813123456{place:02}"]
        contacts = [(chance.choice(emails), chance.choice(phones)) for _ in range(chance.randint(2, 9))]
        contacts = [each for each in contacts if any(each)]
        batches = [guest(f"{place}-{number}", *contact) for number, contact in enumerate(contacts)]
        chance.shuffle(batches)
        while batches:
            size = chance.randint(1, 3)
            await asyncio.gather(*map(take, batches[:size]))
            batches = batches[size:]
        await abandon_due(store, START + 11 * MINUTE)
        found, rows = await customers_of(store), await rows_of(store)
        of_email, of_customer = defaultdict(set), defaultdict(set)
        for number, (email, phone_sent) in enumerate(contacts):
            customer_id = found[f"{place}-{number}"]
            assert customer_id is not None
            if email is not None:
                of_email[email.strip().lower()].add(customer_id)
                of_customer[customer_id].add(email.strip().lower())
            elif phone_sent is not None:
                assert rows[customer_id]["phone_key"] == "+" + "".join(filter(str.isdigit, phone_sent))
        assert all(len(numbers) == 1 for numbers in of_email.values()), contacts
        assert all(len(addresses) == 1 for addresses in of_customer.values()), contacts


async def test_an_import_merges_a_phone_number_with_its_address(store: Database, shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "people.jsonl"
    people = [
        guest("a", None, "+16136120707", id=1),
        guest("b", "ada@example.com", id=2),
        guest("c", "ada@example.com", "+16136120707", id=3),
    ]
    file.write_bytes(b"".join(orjson.dumps(each) + b"\n" for each in people))
    await import_file(store, shop.domain, file, now=START)
    found = await customers_of(store)
    assert len(set(found.values())) == 1 and list(await rows_of(store)) == list(set(found.values()))
