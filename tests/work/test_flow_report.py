"""Hold-outs from the flow to its report: who is left alone, what they bought, and what the report says."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import insert, select

from abandoned_checkouts.automations.holdout import is_held_out, person_key
from abandoned_checkouts.checkouts.contact import ContactKeys
from abandoned_checkouts.checkouts.moment import DAY
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.take_orders import take_order
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.flows import find_flow, save_flow, set_flow_active
from abandoned_checkouts.store.privacy.erase_person import erase_person
from abandoned_checkouts.store.privacy.find_person import find_person
from abandoned_checkouts.store.tables import activities, flow_people, purchases
from abandoned_checkouts.work.flow_report import flow_report, report_text
from abandoned_checkouts.work.mail_server import MailServer
from abandoned_checkouts.work.retention import forget_settled_work
from abandoned_checkouts.work.workers import Workers
from tests.intake.messages import START, Clock
from tests.work.conftest import ReportCheckout
from tests.work.mail_server import MailBox, mail_server
from tests.work.test_load_flow import order

FLOW: dict[str, Any] = {
    "name": "Half",
    "holdout": "50%",
    "steps": [{"create_task": "Call"}, {"wait": "1 hour"}, {"send_email": {}}],
}
# The number that the first flow has at the time of the test.
FLOW_ID = START // 1000
Begin = Callable[[], Awaitable[None]]


@pytest.fixture
async def box() -> AsyncIterator[MailBox]:
    async with mail_server() as box:
        yield box


@pytest.fixture
async def workers(store: Database, clock: Clock, box: MailBox) -> AsyncIterator[Workers]:
    server = MailServer.from_url(box.url, "Acme <hello@acme.example>")
    workers = Workers(store, clock, address="https://server.example", mail_server=server)
    yield workers
    await workers.stop()


def buyers(shop: Shop) -> tuple[str, str]:
    """An address to which the flow writes, and one that it holds out."""
    found: dict[bool, str] = {}
    for number in range(64):
        address = f"buyer{number}@example.com"
        key = person_key(shop, ContactKeys(address, None), None)
        found.setdefault(is_held_out(shop, FLOW_ID, key, 500), address)
    return found[False], found[True]


@pytest.fixture
def begin(store: Database, shop: Shop, clock: Clock, workers: Workers, report_checkout: ReportCheckout) -> Begin:
    """Two buyers abandon a checkout; the flow writes to one and holds the other out."""

    async def begin() -> None:
        async with store.begin() as connection:
            row = await save_flow(connection, shop, FLOW, now=clock())
            assert row["id"] == FLOW_ID
            await set_flow_active(connection, shop, row["id"], True, clock())
        for token, email in zip("ab", buyers(shop), strict=True):
            await report_checkout(token, email=email, customer=None, phone=None)
        for minutes in (10, 61):
            clock.pass_minutes(minutes)
            await workers.settle()

    return begin


async def people(store: Database) -> list[Row]:
    async with store.read() as connection:
        statement = select(flow_people).order_by(flow_people.c.is_held_out)
        return [dict(row) for row in (await connection.execute(statement)).mappings()]


async def report_of(store: Database, shop: Shop, now: int) -> dict[str, Any]:
    async with store.read() as connection:
        row = await find_flow(connection, shop, FLOW_ID)
        assert row is not None
        return await flow_report(connection, shop, row, now)


async def test_a_held_out_buyer_receives_nothing(
    store: Database, shop: Shop, clock: Clock, box: MailBox, begin: Begin
) -> None:
    await begin()
    mailed, held_out = buyers(shop)
    assert [mail["To"] for mail in box.mails] == [mailed]
    async with store.read() as connection:
        logged = (await connection.execute(select(activities.c.activity_type, activities.c.reason))).all()
    assert [row.reason for row in logged if row.activity_type == "AUTOMATION_SKIPPED"] == ["Half: held out"]
    assert sum(row.activity_type == "TASK_CREATED" for row in logged) == 1
    rows = await people(store)
    assert [(row["is_held_out"], row["share"]) for row in rows] == [(False, 500), (True, 500)]
    assert held_out not in str(rows)


async def test_purchases_of_both_are_counted(
    store: Database, shop: Shop, clock: Clock, workers: Workers, begin: Begin, report_checkout: ReportCheckout
) -> None:
    """The mailed buyer buys their checkout, the other one elsewhere, twice, and once more when the window is over."""
    await begin()
    mailed, held_out = buyers(shop)
    clock.pass_minutes(1)
    await report_checkout("a", email=mailed, customer=None, phone=None, completed_at="2026-09-21T12:00:00-04:00")
    async with store.begin() as connection:
        for number in (901, 902):
            await take_order(connection, shop, order(clock, id=number, email=held_out.upper()), clock())
    await workers.settle()
    found = await report_of(store, shop, clock())
    assert found["mailed"] == {
        "people": 1, "bought": 1, "bought_rate": 1.0, "spent": "39.00", "per_person": "39.00"
    }  # fmt: skip
    assert found["held_out"] == {
        "people": 1, "bought": 1, "bought_rate": 1.0, "spent": "20.00", "per_person": "20.00"
    }  # fmt: skip
    assert found["recovered_after_mail"] == {"checkouts": 1, "total": "39.00"}
    assert (found["lift"], found["more_people_needed"], found["people_within_days"]) == (None, 198, 2)
    clock.pass_minutes(31 * 24 * 60)
    async with store.begin() as connection:
        await take_order(connection, shop, order(clock, id=903, email=held_out), clock())
    await workers.settle()
    later = await report_of(store, shop, clock())
    assert (later["held_out"], later["people_within_days"]) == (found["held_out"], 0)


@pytest.mark.parametrize("comes_later", [True, False], ids=["unknown checkout", "known by its cart"])
async def test_an_order_and_its_checkout_are_one_purchase(
    store: Database,
    shop: Shop,
    clock: Clock,
    workers: Workers,
    begin: Begin,
    report_checkout: ReportCheckout,
    comes_later: bool,
) -> None:
    """An order can arrive before the checkout that it names, or name only the cart."""
    await begin()
    mailed, _ = buyers(shop)
    clock.pass_minutes(1)
    names = {"checkout_token": "late"} if comes_later else {"cart_token": "cart-a"}
    async with store.begin() as connection:
        await take_order(connection, shop, order(clock, id=901, email=mailed, **names), clock())
    await workers.settle()
    if comes_later:
        bought = "2026-09-21T12:00:00-04:00"
        await report_checkout("late", email=mailed, customer=None, phone=None, completed_at=bought)
        await workers.settle()
    found = (await report_of(store, shop, clock()))["mailed"]
    async with store.read() as connection:
        sources = (await connection.execute(select(purchases.c.source))).scalars().all()
        row = (await connection.execute(select(flow_people.c.purchases).where(~flow_people.c.is_held_out))).scalar_one()
    assert (found["people"], found["bought"], row, len(sources)) == (1, 1, 1, 1)
    assert str(sources[0]).startswith("checkout/")


async def test_a_person_keeps_their_group_and_their_records_end(
    store: Database, shop: Shop, clock: Clock, box: MailBox, workers: Workers, begin: Begin,
    report_checkout: ReportCheckout,
) -> None:  # fmt: skip
    await begin()
    mailed, held_out = buyers(shop)
    async with store.begin() as connection:
        await save_flow(connection, shop, {**FLOW, "holdout": "1%"}, now=clock())
    await report_checkout("c", email=held_out, customer=None, phone=None)
    for minutes in (10, 61):
        clock.pass_minutes(minutes)
        await workers.settle()
    assert [mail["To"] for mail in box.mails] == [mailed]
    before = await people(store)
    async with store.begin() as connection:
        await erase_person(connection, shop, await find_person(connection, shop, email=held_out), clock())
    kept, erased = await people(store)
    assert kept == before[0] and erased["customer_id"] is None
    assert erased["person_key"] not in (before[1]["person_key"], "") and erased["is_held_out"]
    await forget_settled_work(store, clock() + 399 * DAY)
    assert len(await people(store)) == 2
    await forget_settled_work(store, clock() + 401 * DAY)
    assert await people(store) == []


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_a_report_with_enough_people(store: Database, shop: Shop, clock: Clock) -> None:
    def row(number: int, is_held_out: bool, spent: int) -> Row:
        return {
            "shop_id": shop.id, "flow_id": FLOW_ID, "person_key": str(number), "is_held_out": is_held_out,
            "share": 500, "entered_at": clock() - 40 * DAY, "purchases": int(spent > 0), "spent": spent,
        }  # fmt: skip

    rows = [row(n, False, 500_000 if n % 5 == 0 else 0) for n in range(200)]
    rows += [row(n, True, 500_000 if n % 10 == 0 else 0) for n in range(200, 400)]
    async with store.begin() as connection:
        await save_flow(connection, shop, FLOW, now=clock())
        await connection.execute(insert(flow_people), rows)
        # Another share, at another time: not comparable.
        await connection.execute(
            insert(flow_people), [{**row(n, True, 990_000), "share": 100} for n in range(400, 500)]
        )
    assert report_text(await report_of(store, shop, clock())).splitlines() == [
        "Half: people mailed, and what they bought within 30 days",
        "mailed: 200 people, 40 bought (20.0%), 10.00 USD per person",
        "held out: 200 people, 20 bought (10.0%), 5.00 USD per person",
        "recovered after a mail: 0 checkouts, 0.00 USD",
        "lift: +10.0 percentage points (95 % interval +3.0 to +17.0)",
        "money per person: 5.00 USD (95 % interval 1.52 to 8.48)",
    ]
