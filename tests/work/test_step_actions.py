"""Discounts in a flow: codes of a list, codes that the shop's webhook must accept, and their expiry."""

from typing import Any

import orjson
import pytest
from sqlalchemy import select

from abandoned_checkouts.automations.discount_codes import end_of_code
from abandoned_checkouts.checkouts.moment import format_utc
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.formats.webhooks.signature import signature
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.flows.discount_codes import add_codes
from abandoned_checkouts.store.tables import flow_steps, issued_codes, recovery_discounts
from abandoned_checkouts.work.flow_notification import notification_secret
from abandoned_checkouts.work.workers import Workers
from tests.intake.messages import Clock
from tests.work.mail_server import MailBox, part
from tests.work.receiver import Receiver
from tests.work.test_flow_runner import Begin
from tests.work.test_flow_runner import begin as begin
from tests.work.test_flow_runner import box as box
from tests.work.test_flow_runner import workers as workers

MAIL: dict[str, Any] = {"send_email": {"message": "Use {{ code }}"}}
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])


async def results(store: Database) -> list[tuple[str, str, str | None]]:
    async with store.read() as connection:
        rows = await connection.execute(select(flow_steps).order_by(flow_steps.c.id))
        return [(row.action, row.state, row.reason) for row in rows]


async def test_a_code_of_a_list(
    begin: Begin, store: Database, shop: Shop, clock: Clock, box: MailBox, workers: Workers, report_checkout: Any
) -> None:
    async with store.begin() as connection:
        await add_codes(connection, shop, "spring", [("S1", None), ("S2", None)], clock())
    steps = [{"apply_discount": {"list": "spring"}}, {"wait": "1 hour"}, MAIL]
    await begin({"name": "Gift", "steps": steps})
    clock.pass_minutes(60)
    await workers.settle()
    assert "Use S1" in part(box.mails[0], "plain")
    # The same person, later: no second code, and no mail that needs one.
    await report_checkout("t2", created_at=format_utc(clock()))
    for minutes in (11, 61):
        clock.pass_minutes(minutes)
        await workers.settle()
    assert len(box.mails) == 1
    assert (await results(store))[2:] == [
        ("apply_discount", "skipped", "the buyer received a discount code less than 30 days ago"),
        ("send_email", "skipped", "the mail has a discount code, and there is none for this checkout"),
    ]


@on_sqlite
async def test_without_codes_the_step_is_skipped(
    begin: Begin, store: Database, clock: Clock, box: MailBox, workers: Workers
) -> None:
    plain = {"send_email": {"message": "Come back{% if code %} with {{ code }}{% endif %}."}}
    await begin({"name": "Gift", "steps": [{"apply_discount": {"list": "spring"}}, MAIL, plain]})
    await workers.settle()
    assert await results(store) == [
        ("apply_discount", "skipped", "no discount codes are left in the list 'spring'"),
        ("send_email", "skipped", "the mail has a discount code, and there is none for this checkout"),
        ("send_email", "done", None),
    ]
    assert "Come back." in part(box.mails[0], "plain")


async def test_a_mail_waits_until_the_webhook_accepts_the_code(
    begin: Begin, store: Database, shop: Shop, clock: Clock, box: MailBox, workers: Workers
) -> None:
    statuses = iter((500, 404, 201))
    async with Receiver(lambda *_: next(statuses)) as receiver:
        discount = {"webhook": receiver.url("/codes"), "prefix": "BACK-", "valid_days": 7}
        await begin({"name": "Gift", "steps": [{"apply_discount": discount}, MAIL]})
        due = clock()
        await workers.settle()
        assert (box.mails, [each[1] for each in await results(store)]) == ([], ["waiting"])
        for minutes in (1, 1, 2):
            clock.pass_minutes(minutes)
            await workers.settle()
        asked = receiver.received
    bodies = [orjson.loads(each.body) for each in asked]
    assert len(bodies) == 3 and bodies[0] == bodies[1] == bodies[2], "each attempt is about the same code"
    code = bodies[0]["code"]
    assert (bodies[0]["topic"], code[:5]) == ("abandoned_checkouts/discount_code", "BACK-")
    assert bodies[0]["expires_at"] == format_utc(end_of_code(due, 7, shop.timezone)) == "2026-09-29T04:00:00Z"
    assert "ada@example.com" not in asked[0].body.decode()
    header = asked[0].headers["x-abandoned-checkouts-hmac-sha256"]
    assert header == signature(asked[0].body, notification_secret(shop))
    assert [f"Use {code}" in part(mail, "plain") for mail in box.mails] == [True]
    async with store.read() as connection:
        issued = (await connection.execute(select(issued_codes.c.code))).scalars().all()
    assert issued == [code]


@on_sqlite
async def test_a_code_that_is_never_accepted(
    begin: Begin, store: Database, clock: Clock, box: MailBox, workers: Workers
) -> None:
    async with Receiver(lambda *_: 500) as receiver:
        await begin({"name": "Gift", "steps": [{"apply_discount": {"webhook": receiver.url("/codes")}}, MAIL]})
        for minutes in (5, 60, 48 * 60):
            clock.pass_minutes(minutes)
            await workers.settle()
    [(_, state, reason), mail] = await results(store)
    assert state == "failed" and "the shop's webhook did not accept the discount code: " in (reason or "")
    assert mail == ("send_email", "skipped", "the mail has a discount code, and there is none for this checkout")
    async with store.read() as connection:
        assert (await connection.execute(select(recovery_discounts.c.code))).first() is None


@on_sqlite
async def test_an_expired_code_is_not_mailed(
    begin: Begin, store: Database, shop: Shop, clock: Clock, box: MailBox, workers: Workers
) -> None:
    async with store.begin() as connection:
        await add_codes(connection, shop, "spring", [("S1", clock() + 2 * 24 * 60 * 60_000_000)], clock())
    await begin({"name": "Gift", "steps": [{"apply_discount": {"list": "spring"}}, {"wait": "3 days"}, MAIL]})
    clock.pass_minutes(3 * 24 * 60)
    await workers.settle()
    assert (box.mails, (await results(store))[-1][1]) == ([], "skipped")
