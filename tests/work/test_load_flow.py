"""Flows know the person behind a checkout: what else they bought, their other carts, and the mails they received."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import select

from abandoned_checkouts.checkouts.moment import format_utc, parse_moment
from abandoned_checkouts.checkouts.order import Order
from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.formats.from_rest.order import order_from_rest
from abandoned_checkouts.store.checkouts.take_orders import take_order
from abandoned_checkouts.store.checkouts.timeline import timeline_of
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.flows.flow_facts import current_checkout
from abandoned_checkouts.store.flows.flows import save_flow, set_flow_active
from abandoned_checkouts.store.tables import abandoned_checkouts, activities, flow_steps
from abandoned_checkouts.store.tenants.change_settings import change_settings
from abandoned_checkouts.work.mail_server import MailServer
from abandoned_checkouts.work.workers import Workers
from tests.intake.messages import Clock
from tests.work.conftest import ReportCheckout
from tests.work.mail_server import MailBox, mail_server

TurnOn = Callable[..., Awaitable[None]]
MAIL: dict[str, Any] = {"name": "Reminder", "steps": [{"wait": "1 hour"}, {"send_email": {}}]}
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])


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


@pytest.fixture
def turn_on(store: Database, shop: Shop, clock: Clock) -> TurnOn:
    async def turn_on(**changes: Any) -> None:
        async with store.begin() as connection:
            row = await save_flow(connection, shop, {**MAIL, **changes}, now=clock())
            await set_flow_active(connection, shop, row["id"], True, clock())

    return turn_on


def order(clock: Clock, **changes: Any) -> Order:
    source = {
        "id": 900,
        "name": "#900",
        "order_number": 900,
        "created_at": format_utc(clock()),
        "updated_at": format_utc(clock()),
        "processed_at": format_utc(clock()),
        "currency": "USD",
        "total_price": "10.00",
        "email": None,
        **changes,
    }
    return order_from_rest(source, zone="UTC")


async def reasons(store: Database) -> list[str]:
    """Why steps were skipped or flows stopped, without the name of the flow."""
    async with store.read() as connection:
        kinds = ("EMAIL_NOT_SENT", "AUTOMATION_SKIPPED")
        statement = select(activities.c.reason).where(activities.c.activity_type.in_(kinds))
        found = (await connection.execute(statement.order_by(activities.c.created_at))).scalars()
        return [(reason or "").partition(": ")[2] for reason in found]


@pytest.mark.parametrize("buyer", [{"customer": {"id": 501}}, {"email": "ADA@example.com"}], ids=["customer", "e-mail"])
async def test_a_purchase_elsewhere_ends_the_reminders(
    store: Database,
    shop: Shop,
    clock: Clock,
    box: MailBox,
    workers: Workers,
    report_checkout: ReportCheckout,
    turn_on: TurnOn,
    buyer: dict[str, Any],
) -> None:
    await turn_on()
    await report_checkout()
    clock.pass_minutes(10)
    await workers.settle()
    async with store.begin() as connection:
        await take_order(connection, shop, order(clock, **buyer), clock())
    await workers.settle()
    assert await reasons(store) == ["the buyer bought elsewhere"]
    clock.pass_minutes(120)
    await workers.settle()
    assert box.mails == []
    async with store.read() as connection:
        number = (await connection.execute(select(abandoned_checkouts.c.id))).scalar_one()
        checkout = await current_checkout(connection, shop, number)
        assert checkout is not None and checkout.completed_at is None and checkout.recovered_at is None
        entries = await timeline_of(connection, shop, checkout)
    assert [entry.name for entry in entries].count("bought_elsewhere") == 1


@on_sqlite
async def test_another_checkout_that_was_bought_in_time_counts_as_well(
    store: Database, clock: Clock, box: MailBox, workers: Workers, report_checkout: ReportCheckout, turn_on: TurnOn
) -> None:
    await turn_on()
    await report_checkout("left")
    clock.pass_minutes(10)
    await report_checkout("bought")
    clock.pass_minutes(1)
    await report_checkout("bought", completed_at="2026-09-21T10:24:00-04:00")
    await workers.settle()
    clock.pass_minutes(120)
    await workers.settle()
    assert (box.mails, await reasons(store)) == ([], ["the buyer bought elsewhere"])


@on_sqlite
async def test_purchases_of_others_and_earlier_ones_do_not_count(
    store: Database,
    shop: Shop,
    clock: Clock,
    box: MailBox,
    workers: Workers,
    report_checkout: ReportCheckout,
    turn_on: TurnOn,
) -> None:
    await turn_on()
    clock.pass_minutes(-60)
    async with store.begin() as connection:
        await take_order(connection, shop, order(clock, id=1, email="ada@example.com"), clock())
    clock.pass_minutes(60)
    await report_checkout()
    async with store.begin() as connection:
        await take_order(connection, shop, order(clock, id=2, email="grace@example.com"), clock())
        await take_order(connection, shop, order(clock, id=3, email="ada@example.com", test=True), clock())
    clock.pass_minutes(71)
    await workers.settle()
    clock.pass_minutes(61)
    await workers.settle()
    assert len(box.mails) == 1


async def test_of_two_carts_of_one_person_the_latest_is_written_about(
    store: Database, clock: Clock, box: MailBox, workers: Workers, report_checkout: ReportCheckout, turn_on: TurnOn
) -> None:
    await turn_on()
    await report_checkout("first")
    clock.pass_minutes(1)
    await report_checkout("second", email="ADA@Example.com", customer=None, created_at="2026-09-21T10:14:10-04:00")
    clock.pass_minutes(10)
    await workers.settle()
    clock.pass_minutes(61)
    await workers.settle()
    assert [mail["To"] for mail in box.mails] == ["ADA@Example.com"]
    assert await reasons(store) == ["another abandoned checkout of the buyer is more significant"]


@on_sqlite
async def test_an_empty_cart_is_not_mailed(
    store: Database, clock: Clock, box: MailBox, workers: Workers, report_checkout: ReportCheckout, turn_on: TurnOn
) -> None:
    await turn_on()
    await report_checkout(line_items=[], total_price="0.00", subtotal_price="0.00")
    clock.pass_minutes(10)
    await workers.settle()
    clock.pass_minutes(61)
    await workers.settle()
    assert (box.mails, await reasons(store)) == ([], ["the cart is empty"])


@on_sqlite
async def test_one_flow_at_a_time_writes_to_a_person(
    store: Database, clock: Clock, box: MailBox, workers: Workers, report_checkout: ReportCheckout, turn_on: TurnOn
) -> None:
    await turn_on(name="Slow", steps=[{"wait": "2 hours"}, {"send_email": {"subject": "slow"}}])
    await turn_on(name="Quick", steps=[{"wait": "1 hour"}, {"send_email": {"subject": "quick"}}])
    await report_checkout()
    for minutes in (10, 61, 61):
        clock.pass_minutes(minutes)
        await workers.settle()
    assert [mail["Subject"] for mail in box.mails] == ["slow"]
    assert await reasons(store) == ["the flow 'Slow' already writes to the buyer"]


@on_sqlite
@pytest.mark.parametrize(("setting", "expected"), [(None, 3), (1, 1), (0, 0)])
async def test_the_limit_of_mails_in_a_week(
    store: Database,
    shop: Shop,
    clock: Clock,
    box: MailBox,
    workers: Workers,
    report_checkout: ReportCheckout,
    turn_on: TurnOn,
    setting: int | None,
    expected: int,
) -> None:
    if setting is not None:
        async with store.begin() as connection:
            await change_settings(connection, shop, {"mails_per_week": setting}, clock())
    await turn_on(steps=[step for _ in range(5) for step in ({"wait": "1 hour"}, {"send_email": {}})])
    await report_checkout()
    for minutes in (10, *[61] * 5):
        clock.pass_minutes(minutes)
        await workers.settle()
    assert len(box.mails) == expected
    assert await reasons(store) == [f"the buyer received {expected} mails in seven days; the limit is {expected}"] * (
        5 - expected
    )


async def test_a_mail_waits_until_quiet_hours_end(
    store: Database,
    shop: Shop,
    clock: Clock,
    box: MailBox,
    workers: Workers,
    report_checkout: ReportCheckout,
    turn_on: TurnOn,
) -> None:
    """The test begins at 10:13 of the shop: the mail falls due at 11:23 and waits until 12:00, however often it is
    asked."""
    async with store.begin() as connection:
        await change_settings(connection, shop, {"quiet_hours": "11:00-12:00"}, clock())
    await turn_on()
    await report_checkout(shipping_address=None, billing_address=None)
    for minutes in (10, 61, 5, 5):
        clock.pass_minutes(minutes)
        await workers.settle()
    assert box.mails == []
    async with store.read() as connection:
        step = (await connection.execute(select(flow_steps))).mappings().one()
        logged = (await connection.execute(select(activities.c.reason).order_by(activities.c.sequence))).scalars().all()
    assert (step["state"], step["attempts"], step["due_at"]) == ("waiting", 0, parse_moment("2026-09-21T16:00:00Z"))
    assert logged[1:] == ["Reminder: waits until 2026-09-21T16:00:00Z: quiet hours 11:00-12:00 (America/New_York)"]
    clock.pass_minutes(40)
    await workers.settle()
    assert len(box.mails) == 1


@pytest.mark.parametrize(("hours", "expected"), [(1, 1), (47, 1), (49, 0)])
async def test_a_mail_waits_for_a_mail_server(
    store: Database,
    clock: Clock,
    box: MailBox,
    workers: Workers,
    report_checkout: ReportCheckout,
    turn_on: TurnOn,
    hours: int,
    expected: int,
) -> None:
    await turn_on()
    await report_checkout()
    without = Workers(store, clock, address="https://server.example", reach=Reach.PRIVATE)
    for minutes in (10, 61, 11, 60 * hours):
        clock.pass_minutes(minutes)
        await without.settle()
    await without.stop()
    clock.pass_minutes(10)
    await workers.settle()
    assert len(box.mails) == expected
    found = await reasons(store)
    assert len(found) == 1 - expected and all(
        "no mail server; set ABANDONED_CHECKOUTS_SMTP_URL" in each for each in found
    )
    async with store.read() as connection:
        logged = (await connection.execute(select(activities.c.reason).order_by(activities.c.sequence))).scalars().all()
    assert sum("waits until" in (each or "") for each in logged) == 1


@pytest.mark.parametrize(
    ("person", "skipped"),
    [
        ({"orders": 1, "days_since_order": "<1", "abandonments": 2, "abandoned_value": ">=78"}, []),
        ({"first_abandonment": False, "subscriber": ["subscribed", "not_subscribed"]}, []),
        ({"orders": 0}, ["the number of earlier orders is not = 0"]),
        ({"first_abandonment": True}, ["this is not the buyer's first abandoned checkout"]),
        ({"abandoned_value": ">78"}, ["the value of abandoned checkouts is not > 78.00"]),
    ],
)
async def test_conditions_on_the_person(
    store: Database,
    shop: Shop,
    clock: Clock,
    workers: Workers,
    report_checkout: ReportCheckout,
    turn_on: TurnOn,
    person: dict[str, Any],
    skipped: list[str],
) -> None:
    """A guest bought and abandoned before; their second checkout has an address in other letters."""
    await report_checkout("first", customer=None, phone=None)
    clock.pass_minutes(-60)
    async with store.begin() as connection:
        await take_order(connection, shop, order(clock, email="ADA@example.com"), clock())
    clock.pass_minutes(71)
    await workers.settle()
    await turn_on(only_if={"person": person})
    later = format_utc(clock())
    await report_checkout("second", customer=None, phone=None, email="Ada@Example.com", created_at=later)
    clock.pass_minutes(11)
    await workers.settle()
    assert await reasons(store) == skipped
