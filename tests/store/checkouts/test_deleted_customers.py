"""Late reports do not restore customers that a platform deleted, merged or had erased."""

from typing import Any

import pytest
from sqlalchemy import select

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.open_checkouts import find_abandoned_checkout, find_open_checkout
from abandoned_checkouts.store.checkouts.take_customers import find_customer
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tables import abandoned_checkouts, customers, erasure_requests, events
from abandoned_checkouts.work.abandon_due import abandon_due
from abandoned_checkouts.work.erase_due import erase_due
from tests.intake.messages import Clock, Sender, checkout, customer

pytestmark = pytest.mark.anyio


async def known(store: Database) -> list[int]:
    async with store.read() as connection:
        return list((await connection.execute(select(customers.c.id).order_by(customers.c.id))).scalars())


async def left_of(store: Database, *texts: str) -> list[str]:
    """The tables that still contain one of the texts."""
    found = []
    async with store.read() as connection:
        for table in customers.metadata.sorted_tables:
            rows = (await connection.execute(select(table))).all()
            found += [table.name for row in rows if any(text in repr(tuple(row)).lower() for text in texts)]
    return found


@pytest.mark.parametrize("moment", ["open", "abandoned", "never reported"])
async def test_a_deleted_customer_is_not_restored(
    store: Database, shop: Shop, sender: Sender, clock: Clock, moment: str
) -> None:
    if moment != "never reported":
        await sender.send("checkouts/create", checkout())
    if moment == "abandoned":
        clock.pass_minutes(11)
        await abandon_due(store, clock())
    assert await sender.send("customers/delete", {"id": 501}) == ("deleted" if moment == "abandoned" else "unknown")
    if moment == "open":
        # A repeated report changes nothing, although it and the stored checkout name the customer.
        assert await sender.send("checkouts/update", checkout()) == "unchanged"
    assert await sender.send("checkouts/update", checkout(updated=2, note="late")) in ("updated", "created")
    clock.pass_minutes(20)
    await abandon_due(store, clock())
    assert await sender.send("checkouts/update", checkout(updated=25, note="later")) == "updated"
    assert await sender.send("customers/update", customer(30)) == "deleted"
    done = checkout(updated=40, completed_at=checkout(updated=40)["updated_at"])
    assert await sender.send("checkouts/update", done) == "recovered"
    async with store.read() as connection:
        found = await find_abandoned_checkout(connection, shop, token="t1")
    assert found is not None and found[0].customer is None and found[0].customer_id is None
    assert found[0].email == "ada@example.com", "what the buyer left in the checkout itself stays"
    assert await known(store) == []


async def test_an_open_checkout_of_a_deleted_customer_is_abandoned_without_the_customer(
    store: Database, shop: Shop, sender: Sender, clock: Clock
) -> None:
    """There are no further reports of the checkout; only the scheduler changes it."""
    await sender.send("customers/create", customer())
    await sender.send("checkouts/create", checkout())
    assert await sender.send("customers/delete", {"id": 501}) == "deleted"
    clock.pass_minutes(11)
    assert await abandon_due(store, clock()) == 1
    assert await known(store) == []
    async with store.read() as connection:
        documents = (
            await connection.execute(select(events.c.document).where(events.c.kind == "checkout_abandoned"))
        ).all()
    assert '"customer":{' not in documents[0][0]


async def test_merged_customers_stay_merged(store: Database, shop: Shop, sender: Sender, clock: Clock) -> None:
    await sender.send("checkouts/create", checkout())
    for number in (502, 503):
        await sender.send("customers/create", customer(id=number, first_name=f"Number {number}"))
    for gone, kept in ((501, 502), (502, 503)):
        body = {
            f"admin_graphql_api_customer_{name}_id": f"gid://shopify/Customer/{number}"
            for name, number in (("kept", kept), ("deleted", gone))
        }
        assert await sender.send("customers/merge", body) in ("deleted", "unknown")
    clock.pass_minutes(11)
    await abandon_due(store, clock())
    assert await sender.send("checkouts/update", checkout(updated=20, note="late")) == "updated"
    assert await known(store) == [503]
    async with store.read() as connection:
        found = await find_abandoned_checkout(connection, shop, token="t1")
        kept_as = await find_customer(connection, shop, 503)
    assert found is not None and found[0].customer_id == 503
    assert kept_as is not None and kept_as.first_name == "Number 503"


@pytest.mark.parametrize(
    "named", [{"id": 501}, {"email": "ADA@example.com"}, {"id": 501, "email": "ada@example.com", "phone": None}]
)
@pytest.mark.parametrize("moment", ["open", "abandoned"])
async def test_redaction_is_carried_out(
    store: Database, shop: Shop, sender: Sender, clock: Clock, named: dict[str, Any], moment: str
) -> None:
    await sender.send("checkouts/create", checkout())
    await sender.send("checkouts/create", checkout("t2", email="grace@example.com", customer={"id": 77}))
    if moment == "abandoned":
        clock.pass_minutes(11)
        await abandon_due(store, clock())
    body = {"shop_id": 1, "shop_domain": shop.domain, "customer": named, "orders_to_redact": []}
    assert await sender.send("customers/redact", body) == "noted"
    assert await erase_due(store, clock(), 10**12) == 1, (
        "a platform's request does not wait for the time in which customers can cancel"
    )
    assert await erase_due(store, clock(), 0) == 0
    assert await left_of(store, "ada@example.com", "lovelace") == []
    assert await left_of(store, "grace@example.com"), "of nobody else"
    clock.pass_minutes(30)
    await abandon_due(store, clock())
    # Sent before the redaction and received after it.
    assert await sender.send("checkouts/update", checkout(updated=5)) in ("deleted", "older")
    assert await left_of(store, "ada@example.com", "lovelace") == []


async def test_shop_redact_erases_all_persons(store: Database, shop: Shop, sender: Sender, clock: Clock) -> None:
    await sender.send("checkouts/create", checkout())
    await sender.send("checkouts/create", checkout("t2", email="grace@example.com", customer=None))
    await sender.send("checkouts/create", checkout("t3", email=None, phone="+15550142424", customer=None))
    clock.pass_minutes(11)
    await abandon_due(store, clock())
    await sender.send("checkouts/create", checkout("t4", email="late@example.com", customer=None))
    await sender.send("customers/create", customer(id=900, email="alone@example.com"))
    await sender.send(
        "carts/create", {"id": "c1", "token": "c1", "note": "for joan", "updated_at": "2026-09-21T14:00:00Z"}
    )
    assert (await sender.post("checkouts/update", {"email": "torn@example.com"})).json()["outcome"] == "rejected"
    assert await sender.send("shop/redact", {"shop_id": 1, "shop_domain": shop.domain}) == "noted"
    done = 0
    while part := await erase_due(store, clock(), 0):
        done += part
    assert done == 6, "two customers, three made of contacts, one checkout that was still open"
    people = ("@example.com", "lovelace", "+15550142424", "joan")
    assert await left_of(store, *people) == [], "sums and goods stay without them"
    async with store.read() as connection:
        sums = (await connection.execute(select(abandoned_checkouts.c.total_price))).scalars().all()
        assert sums == [390_000] * 3
        assert (await connection.execute(select(erasure_requests))).all() == []
        entry = await find_open_checkout(connection, shop, token="t4")
    assert entry is not None and entry.state == "deleted"


async def test_a_redaction_without_a_person_is_rejected(sender: Sender) -> None:
    response = await sender.post("customers/redact", {"customer": {}})
    assert response.json() == {"outcome": "rejected", "problem": "customer has neither id nor email"}
