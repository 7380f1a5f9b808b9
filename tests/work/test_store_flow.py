"""A flow that is edited while it runs: each buyer keeps their place in it."""

from typing import Any

import pytest
from sqlalchemy import select

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.flows.flows import find_flow, set_flow_active
from abandoned_checkouts.store.tables import flow_steps, merchant_tasks
from abandoned_checkouts.work.store_flow import store_flow
from abandoned_checkouts.work.workers import Workers
from tests.intake.messages import Clock
from tests.work.conftest import ReportCheckout

Steps = list[Any]
HOUR = {"wait": "1 hour"}


def task(title: str) -> dict[str, str]:
    return {"create_task": title}


async def put(store: Database, shop: Shop, clock: Clock, steps: Steps) -> None:
    async with store.begin() as connection:
        row = await store_flow(connection, shop, {"name": "Tasks", "steps": steps}, now=clock())
        await set_flow_active(connection, shop, row["id"], True, clock())


@pytest.mark.parametrize(
    ("edited", "tasks", "skipped"),
    [
        # As it was.
        ([task("one"), HOUR, task("two"), HOUR, task("three")], ["one", "two", "three"], []),
        # The buyer waits for "two": what is added before it is not done, what is added after it is.
        ([task("new"), task("one"), HOUR, task("two"), HOUR, task("three")], ["one", "two", "three"], []),
        ([task("one"), HOUR, task("two"), task("new"), HOUR, task("three")], ["one", "two", "new", "three"], []),
        # The title of the waiting step is changed.
        ([task("one"), HOUR, task("two!"), HOUR, task("three")], ["one", "two!", "three"], []),
        # The waiting step is removed: the next one follows. The last one is removed: the flow ends.
        ([task("one"), HOUR, task("three")], ["one", "three"], ["the step was removed from the flow"]),
        ([task("one")], ["one"], ["the step was removed from the flow"]),
        # It is put into a branch, and the flow goes on after the branch.
        (
            [task("one"), {"if": {"query": "kettle"}, "then": [task("no"), HOUR, task("two")]}, HOUR, task("three")],
            ["one", "two", "three"],
            [],
        ),
    ],
)
async def test_a_running_flow_is_edited(
    store: Database,
    shop: Shop,
    clock: Clock,
    workers: Workers,
    report_checkout: ReportCheckout,
    edited: Steps,
    tasks: list[str],
    skipped: list[str],
) -> None:
    await put(store, shop, clock, [task("one"), HOUR, task("two"), HOUR, task("three")])
    await report_checkout()
    clock.pass_minutes(10)
    await workers.settle()
    await put(store, shop, clock, edited)
    for _ in range(3):
        clock.pass_minutes(60)
        await workers.settle()
    async with store.read() as connection:
        done = (await connection.execute(select(merchant_tasks.c.title).order_by(merchant_tasks.c.id))).scalars().all()
        table = flow_steps
        reasons = select(table.c.reason).where(table.c.state == "skipped").order_by(table.c.id)
        found = (await connection.execute(reasons)).scalars().all()
        waiting = (await connection.execute(select(table.c.id).where(table.c.state == "waiting"))).all()
    assert (done, found, waiting) == (tasks, skipped, [])


async def test_numbers_are_stored_with_the_flow(store: Database, shop: Shop, clock: Clock) -> None:
    for steps in ([task("one"), task("two")], [task("new"), task("two")], [task("new"), task("three of them")]):
        await put(store, shop, clock, steps)
    async with store.read() as connection:
        row = await find_flow(connection, shop, "Tasks")
    assert row is not None
    assert row["step_numbers"] == {"numbers": [0, 1], "following": 2, "removed": []}
    await put(store, shop, clock, [{"send_email": {}}, task("new")])
    async with store.read() as connection:
        row = await find_flow(connection, shop, "Tasks")
    assert row is not None
    assert row["step_numbers"] == {"numbers": [2, 0], "following": 3, "removed": [[1, None]]}
