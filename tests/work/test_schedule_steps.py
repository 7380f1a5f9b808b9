"""Steps are scheduled one after the other, through branches, and by the clock of the shop or of the buyer."""

from typing import Any

import pytest
from sqlalchemy import select

from abandoned_checkouts.checkouts.moment import format_utc
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tables import flow_steps, merchant_tasks
from abandoned_checkouts.work.workers import Workers
from tests.intake.messages import Clock
from tests.work.mail_server import MailBox
from tests.work.test_flow_runner import Begin
from tests.work.test_flow_runner import begin as begin
from tests.work.test_flow_runner import box as box
from tests.work.test_flow_runner import workers as workers

TEAPOT: dict[str, Any] = {"if": {"cart": {"products": {"title": "teapot"}}}}
KETTLE: dict[str, Any] = {"if": {"cart": {"products": {"title": "kettle"}}}}
ONE, TWO, LAST = ({"create_task": title} for title in ("one", "two", "last"))
MET, NOT_MET = "then", "else: no product in the cart has title kettle"
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.mark.parametrize(
    ("steps", "tasks", "decisions"),
    [
        ([{**TEAPOT, "then": [ONE], "else": [TWO]}, LAST], ["one", "last"], [MET]),
        ([{**KETTLE, "then": [ONE], "else": [TWO]}, LAST], ["two", "last"], [NOT_MET]),
        ([{**KETTLE, "then": [ONE]}, LAST], ["last"], [NOT_MET]),
        ([{**TEAPOT, "else": [ONE]}, LAST], ["last"], [MET]),
        ([{**TEAPOT, "then": [{**KETTLE, "else": [ONE, TWO]}]}], ["one", "two"], [MET, NOT_MET]),
        # A branch that ends with a wait.
        ([{**TEAPOT, "then": [{"wait": "30 minutes"}], "else": [ONE]}, LAST], ["last"], [MET]),
    ],
)
async def test_branches(
    begin: Begin,
    store: Database,
    clock: Clock,
    workers: Workers,
    steps: list[Any],
    tasks: list[str],
    decisions: list[str],
) -> None:
    await begin({"name": "Branches", "steps": steps})
    clock.pass_minutes(30)
    await workers.settle()
    async with store.read() as connection:
        done = (await connection.execute(select(merchant_tasks.c.title).order_by(merchant_tasks.c.id))).scalars().all()
        table = flow_steps
        of_branches = select(table.c.reason).where(table.c.action == "if", table.c.state == "done").order_by(table.c.id)
        reasons = (await connection.execute(of_branches)).scalars().all()
    assert (done, reasons) == (tasks, decisions)


@on_sqlite
async def test_a_branch_is_decided_when_it_is_reached(
    begin: Begin, store: Database, clock: Clock, box: MailBox, workers: Workers, report_checkout: Any
) -> None:
    """The cart changes while the flow waits; afterwards it does not matter any more."""
    mails = {name: [{"wait": "1 hour"}, {"send_email": {"subject": name}}] for name in ("then", "else")}
    value = {"if": {"cart": {"value": "<30"}}}
    await begin({"name": "Later", "steps": [{"wait": "1 hour"}, {**value, **mails}]})
    await report_checkout(total_price="20.00", subtotal_price="20.00")
    clock.pass_minutes(60)
    await workers.settle()
    await report_checkout(total_price="50.00", subtotal_price="50.00")
    clock.pass_minutes(60)
    await workers.settle()
    assert [mail["Subject"] for mail in box.mails] == ["then"]


@on_sqlite
@pytest.mark.parametrize(
    ("zone", "country", "due"),
    [
        # The shop is in New York, where it is 10:23.
        ("shop", "JP", "2026-09-22T13:00:00Z"),
        ("buyer", "JP", "2026-09-22T00:00:00Z"),
        ("buyer", "FR", "2026-09-22T07:00:00Z"),
        # A country with several time zones.
        ("buyer", "US", "2026-09-22T13:00:00Z"),
    ],
)
async def test_a_wait_until_a_time_of_day(
    begin: Begin, store: Database, workers: Workers, zone: str, country: str, due: str
) -> None:
    steps = [{"wait_until": {"at": "09:00", "zone": zone}}, {"send_email": {}}]
    address = {"country_code": country, "city": "X"}
    await begin({"name": "Morning", "steps": steps}, shipping_address=address, billing_address=None)
    async with store.read() as connection:
        found = (await connection.execute(select(flow_steps.c.due_at))).scalar_one()
    assert format_utc(found) == due
