"""Flows from start to end, with a store, a mail server, and a clock that the test moves."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import orjson
import pytest
from sqlalchemy import select, update

from abandoned_checkouts.automations.flow import DEFAULT
from abandoned_checkouts.automations.parse_flows import parse_flow
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.mail_report import MailReport
from abandoned_checkouts.checkouts.moment import HOUR, MINUTE, format_utc
from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.formats.webhooks.signature import signature
from abandoned_checkouts.store.checkouts.activities import append_activities
from abandoned_checkouts.store.checkouts.save_customers import save_customers
from abandoned_checkouts.store.checkouts.timeline import timeline_of
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.failures import StoreError
from abandoned_checkouts.store.flows.flow_facts import current_checkout
from abandoned_checkouts.store.flows.flows import save_flow, set_flow_active
from abandoned_checkouts.store.privacy.mail_bounces import take_report
from abandoned_checkouts.store.privacy.unsubscribed import recipient_key, unsubscribe
from abandoned_checkouts.store.tables import (
    abandoned_checkouts,
    activities,
    customers,
    flow_mails,
    flows,
    merchant_tasks,
    shops,
)
from abandoned_checkouts.store.tenants.change_settings import change_settings
from abandoned_checkouts.store.tenants.saved_searches import CHECKOUT_SEARCHES, add_saved_search
from abandoned_checkouts.store.tenants.shops import register_app
from abandoned_checkouts.work import flow_runner
from abandoned_checkouts.work.flow_notification import notification_secret
from abandoned_checkouts.work.mail_server import MailServer
from abandoned_checkouts.work.schedule_steps import schedule
from abandoned_checkouts.work.workers import Workers
from tests.intake.messages import START, Clock
from tests.work.mail_server import MailBox, mail_server, part
from tests.work.receiver import Receiver

Begin = Callable[..., Awaitable[int]]
Json = dict[str, Any]
# The rules do not depend on the database, so one database is enough.
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])
MAIL: Json = {"name": "Mail", "trigger": "abandoned", "steps": [{"wait": "1 hour"}, {"send_email": {}}]}


@pytest.fixture
async def box() -> AsyncIterator[MailBox]:
    async with mail_server() as box:
        yield box


@pytest.fixture
async def workers(store: Database, clock: Clock, box: MailBox) -> AsyncIterator[Workers]:
    server = MailServer.from_url(box.url, "Acme <hello@acme.example>")
    workers = Workers(store, clock, address="https://server.example", reach=Reach.PRIVATE, mail_server=server)
    yield workers
    await workers.stop()


@pytest.fixture
def begin(store: Database, shop: Shop, clock: Clock, report_checkout: Any, workers: Workers) -> Begin:
    """Turns a flow on and abandons a checkout ten minutes after its start. Returns the checkout's id."""

    async def begin(flow: Json = MAIL, minutes: int = 10, **changes: Any) -> int:
        async with store.begin() as connection:
            row = await save_flow(connection, shop, flow, now=clock())
            await set_flow_active(connection, shop, row["id"], True, clock())
        await report_checkout(**changes)
        clock.pass_minutes(minutes)
        await workers.settle()
        async with store.read() as connection:
            return int((await connection.execute(select(abandoned_checkouts.c.id))).scalar_one())

    return begin


async def log_of(store: Database) -> list[tuple[str, str | None]]:
    async with store.read() as connection:
        rows = await connection.execute(select(activities).order_by(activities.c.sequence))
        return [(row.activity_type, row.reason) for row in rows]


async def state_of(store: Database) -> tuple[str, int | None]:
    async with store.read() as connection:
        table = abandoned_checkouts
        row = (await connection.execute(select(table.c.email_state, table.c.email_sent_at))).one()
        return row.email_state, row.email_sent_at


async def test_a_mail_is_scheduled_and_sent(
    begin: Begin, store: Database, clock: Clock, box: MailBox, workers: Workers
) -> None:
    await begin()
    assert await state_of(store) == ("scheduled", None)
    clock.pass_minutes(59.9)
    await workers.settle()
    assert not box.mails
    clock.pass_minutes(0.1)
    await workers.settle()
    [mail] = box.mails
    assert await state_of(store) == ("sent", clock())
    assert [kind for kind, _ in await log_of(store)] == ["SCHEDULED", "EMAIL_SENT"]
    assert mail["From"] == "Acme <hello@acme.example>" and mail["To"] == "ada@example.com"
    assert mail["Subject"] == "Your cart at Acme is waiting"
    assert mail["List-Unsubscribe"].startswith("<https://server.example/") and "=?" not in mail["List-Unsubscribe"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for kind in ("plain", "html"):
        text = part(mail, kind)
        assert "Hello Ada," in text and "Teapot" in text and "$39.00" in text
        assert "/checkouts/ac/cart-t1/recover?key=" in text and "/unsubscribe?key=" in text
    async with store.read() as connection:
        kept = (await connection.execute(select(flow_mails))).mappings().one()
    assert kept["html"].split() == part(mail, "html").split() and kept["id"] in mail["Message-ID"]
    await workers.settle()
    assert len(box.mails) == 1


@on_sqlite
async def test_a_mail_of_the_demo_shop_is_only_shown_in_the_outbox(
    begin: Begin, store: Database, clock: Clock, box: MailBox, workers: Workers
) -> None:
    async with store.begin() as connection:
        await connection.execute(update(shops).values(is_demo=True))
    await begin()
    clock.pass_minutes(60)
    await workers.settle()
    async with store.read() as connection:
        kept = (await connection.execute(select(flow_mails))).mappings().one()
    assert (box.mails, kept["recipient"], (await state_of(store))[0]) == ([], "ada@example.com", "sent")


@on_sqlite
async def test_a_notification_has_the_data_that_the_app_is_approved_for(
    store: Database, shop: Shop, clock: Clock, begin: Begin, workers: Workers
) -> None:
    async with Receiver() as receiver:
        flow: Json = {"name": "Note", "steps": [{"send_notification": {"address": receiver.url()}}]}
        settings = '{"kind": "public", "protected_customer_data": []}'
        async with store.begin() as connection:
            app = await register_app(connection, shop, now=clock(), title="App", settings=settings)
            await save_flow(connection, shop, flow, now=clock(), owner_id=app)
            await connection.execute(update(flows).values(is_active=True, owner_id=app))
        await begin(MAIL)
        await workers.settle()
        text = receiver.received[0].body.decode()
    assert "ada@example.com" not in text and "Lovelace" not in text and '"line_items"' in text


@on_sqlite
async def test_the_default_flow_sends_two_mails_a_day_apart(
    begin: Begin, clock: Clock, box: MailBox, workers: Workers
) -> None:
    await begin(DEFAULT)
    for minutes, count in ((60, 1), (24 * 60 - 1, 1), (1, 2), (10_000, 2)):
        clock.pass_minutes(minutes)
        await workers.settle()
        assert len(box.mails) == count, minutes
    assert len({mail["Message-ID"] for mail in box.mails}) == 2


@on_sqlite
@pytest.mark.parametrize(
    ("locale", "direction", "words"),
    [("de-DE", "ltr", "Zurück zum Warenkorb"), ("he", "rtl", "חזרה לעגלה"), ("sv", "ltr", "Return to your cart")],
)
async def test_mails_are_in_the_language_of_the_buyer(
    begin: Begin, clock: Clock, box: MailBox, workers: Workers, locale: str, direction: str, words: str
) -> None:
    await begin(customer_locale=locale)
    clock.pass_minutes(60)
    await workers.settle()
    html = part(box.mails[0], "html")
    assert f'dir="{direction}"' in html and words in html


async def refuse_in_store(store: Database, state: str) -> None:
    async with store.begin() as connection:
        await connection.execute(update(customers).values(email_marketing_state=state))


async def test_consent_withdrawn_between_scheduling_and_sending(
    begin: Begin, store: Database, clock: Clock, box: MailBox, workers: Workers
) -> None:
    await begin()
    await refuse_in_store(store, "UNSUBSCRIBED")
    clock.pass_minutes(60)
    await workers.settle()
    assert not box.mails
    due = format_utc(START + 70 * MINUTE)
    scheduled, refused = await log_of(store)
    assert scheduled == ("SCHEDULED", f"Mail: due {due}")
    assert refused == ("EMAIL_NOT_SENT", "Mail: the buyer unsubscribed")
    assert await state_of(store) == ("suppressed", None)


async def test_an_unsubscription_stops_mails(
    begin: Begin, store: Database, shop: Shop, clock: Clock, box: MailBox, workers: Workers
) -> None:
    await begin()
    async with store.begin() as connection:
        assert await unsubscribe(connection, shop, recipient_key(shop, "ADA@example.com "), clock())
    clock.pass_minutes(60)
    await workers.settle()
    assert not box.mails and (await log_of(store))[-1] == ("EMAIL_NOT_SENT", "Mail: the buyer unsubscribed")


@pytest.mark.parametrize("contact", [{"email": "ADA@example.com"}, {"email": "x@example.com", "phone": "+16136120707"}])
async def test_a_refusal_holds_for_the_person(
    begin: Begin, store: Database, shop: Shop, clock: Clock, box: MailBox, workers: Workers, contact: dict[str, str]
) -> None:
    """Another customer with the buyer's address or number refused: the number of the customer does not matter."""
    refused = Customer(id=401, created_at=1, updated_at=1, email_marketing_state="UNSUBSCRIBED", **contact)
    async with store.begin() as connection:
        await save_customers(connection, shop, [refused])
    await begin(phone="+1 613 612 0707", customer=None)
    clock.pass_minutes(60)
    await workers.settle()
    assert not box.mails


@on_sqlite
@pytest.mark.parametrize(("minutes", "logged"), [(5, ["SCHEDULED", "EMAIL_NOT_SENT"]), (0, ["AUTOMATION_SKIPPED"])])
async def test_no_mail_is_scheduled_for_an_unsubscribed_buyer(
    begin: Begin, store: Database, shop: Shop, clock: Clock, workers: Workers, minutes: int, logged: list[str]
) -> None:
    """The buyer unsubscribes before the flow starts or before its first mail. The other steps keep their times."""
    if minutes:
        await begin(DEFAULT)
        clock.pass_minutes(minutes)
    async with store.begin() as connection:
        await unsubscribe(connection, shop, recipient_key(shop, "ada@example.com"), clock())
    if not minutes:
        await begin(DEFAULT)
    clock.pass_minutes(60)
    await workers.settle()
    assert [kind for kind, _ in await log_of(store)] == logged and await state_of(store) == ("suppressed", None)
    steps = [{"send_email": {}}, {"wait": "1 hour"}, {"send_email": {}}, {"wait": "1 hour"}, {"create_task": "Call"}]
    async with store.begin() as connection:
        number = (await connection.execute(select(abandoned_checkouts.c.id))).scalar_one()
        flow = parse_flow({"name": "More", "steps": steps})
        await schedule(connection, shop, 1, flow, number, flow.steps[0], clock(), clock(), mails=False)
    assert (await log_of(store))[-1] == ("SCHEDULED", f"More: due {format_utc(clock() + 2 * HOUR)}")


async def test_a_purchase_cancels_the_flow_at_once(
    begin: Begin, store: Database, clock: Clock, box: MailBox, workers: Workers, report_checkout: Any
) -> None:
    await begin(DEFAULT)
    clock.pass_minutes(60)
    await workers.settle()
    clock.pass_minutes(5)
    await report_checkout(completed_at=format_utc(clock()))
    await workers.settle()
    assert (await log_of(store))[-1] == ("AUTOMATION_SKIPPED", "Two reminders: the checkout was recovered")
    clock.pass_minutes(3 * 24 * 60)
    await workers.settle()
    assert len(box.mails) == 1 and (await state_of(store))[0] == "sent"


@on_sqlite
@pytest.mark.parametrize(
    ("only_if", "skipped"),
    [
        ({"query": "product_title:teapot total_price:>=39"}, None),
        ({"query": "email_state:not_sent"}, None),
        ({"query": "product_title:kettle"}, "the search does not match the checkout"),
        ({"saved_search": "Big"}, "the search does not match the checkout"),
        ({"saved_search": "Gone"}, "the saved search 'Gone' does not exist"),
        ({"minimum_value": "39.00"}, None),
        ({"minimum_value": "39.01"}, "the total is below 39.01 USD"),
        ({"exclude": ["*@example.com"]}, "the address is excluded"),
        ({"exclude": ["bob@example.com"]}, None),
    ],
)
async def test_conditions_are_checked_at_the_start(
    begin: Begin, store: Database, shop: Shop, clock: Clock, workers: Workers, only_if: Json, skipped: str | None
) -> None:
    async with store.begin() as connection:
        await add_saved_search(connection, shop, CHECKOUT_SEARCHES, "Big", "total_price:>100", now=clock())
    await begin({**MAIL, "only_if": only_if})
    [(kind, reason)] = await log_of(store)
    if skipped is None:
        assert kind == "SCHEDULED", reason
        clock.pass_minutes(60)
        await workers.settle()
        assert (await log_of(store))[1:] == [("EMAIL_SENT", "Mail")], "what held at the beginning still holds"
    else:
        assert (kind, reason) == ("AUTOMATION_SKIPPED", f"Mail: {skipped}")


@on_sqlite
@pytest.mark.parametrize(("consents", "count"), [(True, 1), (False, 0)])
async def test_consent_can_be_required(
    begin: Begin, clock: Clock, box: MailBox, workers: Workers, consents: bool, count: int
) -> None:
    await begin({**MAIL, "only_if": {"consent": "subscribed"}}, buyer_accepts_marketing=consents)
    clock.pass_minutes(60)
    await workers.settle()
    assert len(box.mails) == count


async def test_all_actions_run_in_order(
    begin: Begin,
    store: Database,
    shop: Shop,
    clock: Clock,
    box: MailBox,
    workers: Workers,
    receiver: Receiver,
) -> None:
    steps = [
        {"send_notification": receiver.url("/hook")},
        {"create_task": "Call {{ first_name }}"},
        {"apply_discount": "COMEBACK10"},
        {"wait": "1 hour"},
        {"send_email": {"subject": {"en": "A gift, {{ first_name }}"}, "message": "Use <b>it</b>"}},
    ]
    await begin({**MAIL, "steps": steps})
    clock.pass_minutes(60)
    await workers.settle()
    kinds = [kind for kind, _ in await log_of(store)]
    assert kinds == ["SCHEDULED", "NOTIFICATION_SENT", "SCHEDULED", "TASK_CREATED", "SCHEDULED", "EMAIL_SENT"]
    [received] = [each for each in receiver.received if each.path == "/hook"]
    assert received.headers["x-abandoned-checkouts-hmac-sha256"] == signature(received.body, notification_secret(shop))
    assert orjson.loads(received.body)["checkout"]["email"] == "ada@example.com"
    async with store.read() as connection:
        assert (await connection.execute(select(merchant_tasks.c.title))).scalar_one() == "Call Ada"
    [mail] = box.mails
    assert mail["Subject"] == "A gift, Ada"
    assert "COMEBACK10" in part(mail, "html") and "Use &lt;b&gt;it&lt;/b&gt;" in part(mail, "html")


@on_sqlite
async def test_a_notification_that_a_crash_repeats_has_the_same_key(
    begin: Begin, clock: Clock, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(*_: object, **__: object) -> None:
        raise StoreError("the process ended before the commit")

    async with Receiver() as receiver:
        with monkeypatch.context() as patched:
            patched.setattr(flow_runner, "finish_step", lost)
            with pytest.raises(StoreError):
                await begin({**MAIL, "steps": [{"send_notification": receiver.url()}]})
        clock.pass_minutes(6)
        await workers.settle()
        clock.pass_minutes(60)
        await workers.settle()
    first, again = (each.headers for each in receiver.received)
    assert first["idempotency-key"] == again["idempotency-key"] == again["x-abandoned-checkouts-webhook-id"]


async def test_a_mail_is_retried_when_the_server_is_busy(
    begin: Begin, store: Database, clock: Clock, box: MailBox, workers: Workers
) -> None:
    await begin()
    box.answers += ["451 later", "421 later"]
    clock.pass_minutes(60)
    await workers.settle()
    clock.pass_minutes(1)
    await workers.settle()
    assert not box.mails and (await state_of(store))[0] == "scheduled"
    clock.pass_minutes(5)
    await workers.settle()
    assert len(box.mails) == 1 and (await state_of(store))[0] == "sent"


@on_sqlite
@pytest.mark.parametrize(
    ("answers", "reason"),
    [(["550 nobody here"], "the mail server rejected the mail: 550 nobody here"), (["451 later"] * 5, "451 later")],
)
async def test_a_mail_that_cannot_be_sent_is_logged(
    begin: Begin, store: Database, clock: Clock, box: MailBox, workers: Workers, answers: list[str], reason: str
) -> None:
    await begin()
    box.answers += answers
    for minutes in (60, 1, 5, 25, 60, 600):
        clock.pass_minutes(minutes)
        await workers.settle()
    assert not box.mails and not box.answers
    kind, logged = (await log_of(store))[-1]
    assert kind == "EMAIL_NOT_SENT" and reason in str(logged)
    assert (await state_of(store))[0] == "suppressed"


@on_sqlite
@pytest.mark.parametrize(("hours", "is_sent"), [(30, True), (60, False)])
async def test_a_mail_waits_while_the_mail_server_is_away(
    begin: Begin, store: Database, clock: Clock, box: MailBox, workers: Workers, hours: int, is_sent: bool
) -> None:
    """A server that does not answer gets more attempts than one that refuses a mail: those of newer_than_days."""
    await begin()
    box.answers += ["421 closing"] * 200
    clock.pass_minutes(60)
    for _ in range(hours):
        await workers.settle()
        clock.pass_minutes(60)
    box.answers.clear()
    await workers.settle()
    assert len(box.mails) == is_sent and (await state_of(store))[0] == ("sent" if is_sent else "suppressed")
    assert (await log_of(store))[-1][0] == ("EMAIL_SENT" if is_sent else "EMAIL_NOT_SENT")


@on_sqlite
@pytest.mark.parametrize("setting", [None, "off", "on"])
async def test_a_mail_has_an_image_only_if_the_shop_turned_it_on(
    begin: Begin, store: Database, shop: Shop, clock: Clock, box: MailBox, workers: Workers, setting: str | None
) -> None:
    async with store.begin() as connection:
        await change_settings(connection, shop, {"open_tracking": setting}, clock())
    await begin()
    clock.pass_minutes(60)
    await workers.settle()
    [mail] = box.mails
    has_image = "/opened?key=" in part(mail, "html")
    assert has_image == (setting == "on")
    # The merchant's own look at the mail is not an opened mail.
    async with store.read() as connection:
        stored = (await connection.execute(select(flow_mails.c.html))).scalar_one()
    assert "/opened?key=" not in stored


@on_sqlite
async def test_a_bounced_address_gets_no_second_mail(
    begin: Begin, store: Database, shop: Shop, clock: Clock, box: MailBox, workers: Workers
) -> None:
    two = [{"wait": "1 hour"}, {"send_email": {}}, {"wait": "1 day"}, {"send_email": {}}]
    number = await begin({"name": "Two", "steps": two})
    clock.pass_minutes(60)
    await workers.settle()
    report = MailReport("e1", "hard_bounce", "Ada@example.com", "550 unknown", clock(), None)
    async with store.begin() as connection:
        assert await take_report(connection, shop, "postmark", report, clock()) == "blocked"
    await workers.settle()
    reason = "the address does not exist or refuses mails (hard bounce): 550 unknown"
    assert len(box.mails) == 1 and (await log_of(store))[-1] == ("EMAIL_NOT_SENT", f"Two: {reason}")
    async with store.read() as connection:
        checkout = await current_checkout(connection, shop, number)
        assert checkout is not None
        entries = await timeline_of(connection, shop, checkout)
    assert [(each.name, each.note) for each in entries if each.kind == "bounce"] == [
        ("hard_bounce", "postmark: 550 unknown")
    ]


@on_sqlite
async def test_a_flow_that_is_turned_off_stops(
    begin: Begin, store: Database, shop: Shop, clock: Clock, box: MailBox, workers: Workers
) -> None:
    await begin()
    async with store.begin() as connection:
        row = await save_flow(connection, shop, MAIL, now=clock())
        await set_flow_active(connection, shop, row["id"], False, clock())
    await workers.settle()
    assert (await log_of(store))[-1] == ("AUTOMATION_SKIPPED", "Mail: the flow was turned off")
    clock.pass_minutes(600)
    await workers.settle()
    assert not box.mails


@on_sqlite
async def test_an_old_checkout_starts_no_flow(begin: Begin, store: Database, clock: Clock, box: MailBox) -> None:
    """The server was down for three days."""
    await begin(minutes=3 * 24 * 60)
    assert await log_of(store) == []


async def test_a_flow_for_new_checkouts_is_logged_when_it_is_abandoned(
    begin: Begin, store: Database, clock: Clock, workers: Workers
) -> None:
    number = await begin({**MAIL, "trigger": "created", "steps": [{"create_task": "Look"}]})
    assert [kind for kind, _ in await log_of(store)] == ["SCHEDULED", "TASK_CREATED"]
    async with store.read() as connection:
        tasks = (await connection.execute(select(merchant_tasks))).mappings().all()
    assert [(task["checkout_id"], task["title"]) for task in tasks] == [(number, "Look")]


async def test_an_update_restarts_the_flow(
    begin: Begin, store: Database, clock: Clock, box: MailBox, workers: Workers, report_checkout: Any
) -> None:
    await begin({**MAIL, "trigger": "updated"})
    for note in ("a", "b"):
        clock.pass_minutes(30)
        await report_checkout(note=note)
        await workers.settle()
    clock.pass_minutes(59)
    await workers.settle()
    assert not box.mails
    clock.pass_minutes(1)
    await workers.settle()
    assert len(box.mails) == 1


async def test_the_email_state_and_the_log_agree(begin: Begin, store: Database, shop: Shop, clock: Clock) -> None:
    number = await begin()
    async with store.begin() as connection:
        steps: list[Any] = [{"activity_type": "EMAIL_SENT", "created_at": clock() + HOUR}]
        await append_activities(connection, shop, number, steps, now=clock() + HOUR)
    async with store.read() as connection:
        checkout = await current_checkout(connection, shop, number)
    assert checkout is not None and (checkout.email_state, checkout.email_sent_at) == ("sent", clock() + HOUR)
