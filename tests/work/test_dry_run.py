"""What a flow would have done: the same decisions as when it runs, at their moments, and nothing is written."""

from typing import Any

import pytest
from sqlalchemy import func, select

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import format_utc
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.flows.flows import save_flow
from abandoned_checkouts.store.tables import activities, flow_steps, issued_codes
from abandoned_checkouts.work.dry_run import dry_run, dry_run_text
from abandoned_checkouts.work.workers import Workers
from tests.intake.messages import Clock
from tests.work.conftest import ReportCheckout

HOUR, MAIL, TEN = {"wait": "1 hour"}, {"send_email": {}}, {"apply_discount": "TEN"}


async def run(store: Database, shop: Shop, clock: Clock, flow: dict[str, Any], days: int = 30) -> UntypedJson:
    async with store.begin() as connection:
        row = await save_flow(connection, shop, {"name": "Try", **flow}, now=clock())
    async with store.read() as connection:
        return await dry_run(connection, shop, row, days, clock())


def summary(found: UntypedJson) -> list[tuple[int, int, list[str]]]:
    """By step: its place, how often it would have run, and why not."""
    steps = found["steps"]
    return [(each["step"], len(each["would_run"]), [no["reason"] for no in each["would_not"]]) for each in steps]


@pytest.fixture
async def past(store: Database, shop: Shop, clock: Clock, workers: Workers, report_checkout: ReportCheckout) -> Clock:
    """Ada abandoned, and bought five hours later. Grace abandoned without a purchase. Five hours have passed since."""
    await report_checkout("ada")
    await report_checkout("grace", email="grace@example.com", customer=None, phone=None)
    clock.pass_minutes(10)
    await workers.settle()
    clock.pass_minutes(300)
    await report_checkout("ada", completed_at=format_utc(clock()))
    await workers.settle()
    clock.pass_minutes(300)
    return clock


@pytest.mark.parametrize(
    ("flow", "steps", "not_due"),
    [
        # The first mail before the purchase of Ada, the second one after it.
        (
            {"steps": [HOUR, MAIL, {"wait": "6 hours"}, MAIL]},
            [(1, 2, []), (2, 1, ["the checkout was recovered"])],
            0,
        ),
        ({"steps": [HOUR, MAIL, {"wait": "2 days"}, MAIL]}, [(1, 2, [])], 2),
        ({"only_if": {"exclude": ["ada@*"]}, "steps": [MAIL]}, [(1, 1, ["the address is excluded"])], 0),
        (
            {"only_if": {"consent": "subscribed"}, "steps": [MAIL]},
            [(1, 0, ["the buyer has not consented to marketing"] * 2)],
            0,
        ),
        # Four mails in an hour: the limit counts the mails of the dry run.
        (
            {"steps": [MAIL, MAIL, MAIL, MAIL]},
            [
                *((1, 2, []), (2, 2, []), (3, 2, [])),
                (4, 0, ["the buyer received 3 mails in seven days; the limit is 3"] * 2),
            ],
            0,
        ),
        (
            {"steps": [{"if": {"query": "email:ada@example.com"}, "then": [MAIL], "else": [{"create_task": "Call"}]}]},
            [(2, 1, []), (3, 1, [])],
            0,
        ),
        (
            {"steps": [TEN, {"send_email": {"message": "{{ code }}"}}, TEN]},
            [(1, 2, []), (2, 2, []), (3, 0, ["the buyer received a discount code less than 30 days ago"] * 2)],
            0,
        ),
    ],
)
async def test_what_a_flow_would_have_done(
    store: Database,
    shop: Shop,
    past: Clock,
    flow: dict[str, Any],
    steps: list[tuple[int, int, list[str]]],
    not_due: int,
) -> None:
    found = await run(store, shop, past, flow)
    assert (found["checkouts"], summary(found), found["not_due"]) == (2, steps, not_due)
    async with store.read() as connection:
        for table in (flow_steps, activities, issued_codes):
            assert (await connection.execute(select(func.count()).select_from(table))).scalar() == 0


async def test_only_the_last_days_count_and_the_text_lists_everybody(store: Database, shop: Shop, past: Clock) -> None:
    past.pass_minutes(2 * 24 * 60)
    assert (await run(store, shop, past, {"steps": [MAIL]}, days=1))["checkouts"] == 0
    text = dry_run_text(await run(store, shop, past, {"only_if": {"exclude": ["ada@*"]}, "steps": [MAIL]}))
    first, step, ran, not_run = text.splitlines()
    assert (first, step) == (
        "Try: 2 checkouts abandoned in the last 30 days",
        "step 1, send_email: would run for 1, not for 1",
    )
    assert ran.endswith(" grace@example.com") and not_run.endswith(" ada@example.com: not: the address is excluded")
