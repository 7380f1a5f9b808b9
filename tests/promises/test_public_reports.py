"""Public reports about other plug-ins, replayed by webhooks: what a buyer received there, and must not receive here.

Sources: TycheSoftwares/woocommerce-abandoned-cart 163, 181 (bought elsewhere), 455 (two carts), pull request 213 (empty
cart), and answers of Wix's staff about refusals.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from abandoned_checkouts.checkouts.moment import format_utc, parse_moment
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.flows.flows import save_flow, set_flow_active
from abandoned_checkouts.store.tables import flow_mails
from abandoned_checkouts.store.tenants.change_settings import change_settings
from abandoned_checkouts.work.mail_server import MailServer
from abandoned_checkouts.work.workers import Workers
from tests.intake.messages import Clock, Sender, checkout, customer
from tests.work.mail_server import MailBox, mail_server

pytestmark = pytest.mark.anyio

FLOW = {"name": "Reminder", "steps": [{"wait": "1 hour"}, {"send_email": {}}]}
GUEST = {"customer": None}
ADA, LOUD = "ada@example.com", "ADA@Example.COM"


class Story:
    """A shop with one flow that is on. `received` are the buyers' addresses and the moments of their mails."""

    def __init__(self, store: Database, shop: Shop, clock: Clock, sender: Sender, box: MailBox) -> None:
        self.store, self.shop, self.clock, self.sender, self.box = store, shop, clock, sender, box
        self.workers = Workers(store, clock, address="https://server.example", mail_server=MailServer.from_url(box.url))

    async def report(self, topic: str, body: Any) -> None:
        assert await self.sender.send(topic, body) not in ("rejected", "unknown topic")
        await self.workers.settle()

    async def after(self, minutes: float) -> None:
        self.clock.pass_minutes(minutes)
        await self.workers.settle()

    async def received(self) -> list[tuple[str, str]]:
        async with self.store.read() as connection:
            rows = await connection.execute(select(flow_mails.c.recipient, flow_mails.c.sent_at))
            found = [(str(row.recipient).lower(), format_utc(row.sent_at)) for row in rows]
        assert len(found) == len(self.box.mails)
        return found


@pytest.fixture
async def story(store: Database, shop: Shop, clock: Clock, sender: Sender) -> AsyncIterator[Story]:
    async with store.begin() as connection:
        row = await save_flow(connection, shop, FLOW, now=clock())
        await set_flow_active(connection, shop, row["id"], True, clock())
    async with mail_server() as box:
        story = Story(store, shop, clock, sender, box)
        yield story
        await story.workers.stop()


def order(clock: Clock, **changes: Any) -> dict[str, Any]:
    times = dict.fromkeys(("created_at", "updated_at", "processed_at"), format_utc(clock()))
    source = {
        "id": 900,
        "name": "#900",
        "order_number": 900,
        "currency": "USD",
        "total_price": "10.00",
        "line_items": [],
    }
    return {**source, **times, **changes}


async def test_a_reminder_arrives_without_any_of_these_reasons(story: Story) -> None:
    await story.report("checkouts/create", checkout())
    await story.after(10)
    await story.after(60)
    assert [address for address, _ in await story.received()] == [ADA]


@pytest.mark.parametrize("names", [{"customer": {"id": 501}}, {"email": LOUD}, {"email": ADA, "source_name": "pos"}])
async def test_bought_elsewhere(story: Story, names: dict[str, Any]) -> None:
    await story.report("checkouts/create", checkout())
    await story.after(10)
    await story.report("orders/create", order(story.clock, **names))
    await story.after(60 * 24)
    assert await story.received() == []


async def test_two_carts_of_one_person(story: Story) -> None:
    """In other letters, by a guest and a customer, within a minute: one reminder, about the later cart."""
    await story.report("checkouts/create", checkout("t1"))
    story.clock.pass_minutes(1)
    await story.report("checkouts/create", checkout("t2", at=story.clock(), email=LOUD, **GUEST))
    await story.after(11)
    await story.after(60 * 24)
    [(address, _)] = await story.received()
    assert address == ADA and "cart-t2" in str(story.box.mails[0].get_body(("plain",)))


async def test_an_empty_cart(story: Story) -> None:
    await story.report("checkouts/create", checkout(line_items=[], total_price="0.00", subtotal_price="0.00"))
    await story.after(10)
    await story.after(60)
    assert await story.received() == []


@pytest.mark.parametrize(
    ("country", "due"),
    [("JP", "2026-09-21T23:00:00Z"), ("DE", "2026-09-21T15:23:20Z"), ("IN", "2026-09-21T15:23:20Z")],
)
async def test_time_zones(story: Story, country: str, due: str) -> None:
    """The reminder is due at 00:23 in Tokyo, 17:23 in Berlin and 20:53 in Kolkata; quiet hours begin at 22:00."""
    async with story.store.begin() as connection:
        await change_settings(connection, story.shop, {"quiet_hours": "22:00-08:00"}, story.clock())
    lives = {"country_code": country, "city": "Town", "address1": "Lane 7"}
    await story.report("checkouts/create", checkout(shipping_address=lives, **GUEST))
    for _ in range(12 * 60 // 10):
        await story.after(10)
    [(_, sent_at)] = await story.received()
    assert 0 <= parse_moment(sent_at) - parse_moment(due) < 10 * 60 * 1_000_000


@pytest.mark.parametrize("buyer", [GUEST, {"email": LOUD, **GUEST}], ids=["guest", "in capitals"])
async def test_refused_consent_of_another_customer_number(story: Story, buyer: dict[str, Any]) -> None:
    refused = {"state": "unsubscribed", "opt_in_level": "single_opt_in", "consent_updated_at": "2026-09-20T10:00:00Z"}
    await story.report("customers/create", customer(id=777, email_marketing_consent=refused))
    await story.report("checkouts/create", checkout(**buyer))
    await story.after(10)
    await story.after(60 * 24)
    assert await story.received() == []


async def test_a_deleted_customer(story: Story) -> None:
    """The platform asks for the erasure while the reminder waits."""
    await story.report("checkouts/create", checkout())
    await story.after(10)
    person = {"id": 501, "email": ADA, "phone": None}
    await story.report(
        "customers/redact", {"shop_domain": story.shop.domain, "customer": person, "orders_to_redact": []}
    )
    await story.after(60 * 24)
    assert await story.received() == []
