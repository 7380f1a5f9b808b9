"""The lifecycle of a checkout as events of Wix."""

import jwt
import orjson
import pytest

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.activities import append_activities
from abandoned_checkouts.store.checkouts.delete_checkouts import delete_checkouts
from abandoned_checkouts.store.checkouts.open_checkouts import find_abandoned_checkout
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.outbox.delivery_log import list_deliveries
from abandoned_checkouts.store.outbox.subscriptions import add_subscription
from abandoned_checkouts.store.privacy.erase_person import erase_person
from abandoned_checkouts.store.privacy.find_person import find_person
from abandoned_checkouts.wix.event_tokens import EVENT_TYPES, SLUGS, new_private_key, public_key
from abandoned_checkouts.work.workers import Workers
from tests.intake.messages import START, Clock
from tests.work.conftest import ReportCheckout
from tests.work.receiver import Receiver

pytestmark = pytest.mark.anyio

APP, INSTANCE = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


async def test_wix_receives_events_of_abandoned_checkouts(
    store: Database, shop: Shop, report_checkout: ReportCheckout, workers: Workers, receiver: Receiver, clock: Clock
) -> None:
    key = new_private_key()
    async with store.begin() as connection:
        for slug in SLUGS:
            names = {"secret": key, "app_id": APP, "instance_id": INSTANCE}
            await add_subscription(connection, shop, "wix", EVENT_TYPES[slug], receiver.url(), now=START, **names)
    await report_checkout()
    clock.pass_minutes(1)
    await report_checkout(note="still open")
    await workers.settle()
    assert not receiver.received, "Wix knows of a checkout once it is abandoned"
    clock.pass_minutes(11)
    await workers.settle()
    async with store.begin() as connection:
        found = await find_abandoned_checkout(connection, shop, token="t1")
        assert found is not None
        step = {"activity_type": "EMAIL_SENT", "created_at": clock()}
        await append_activities(connection, shop, found[0].id or 0, [step], now=clock())  # type: ignore[list-item]
    clock.pass_minutes(1)
    await report_checkout(note="sent without its activities")
    clock.pass_minutes(1)
    await report_checkout(completed_at="2026-09-21T10:26:20-04:00")
    async with store.begin() as connection:
        await delete_checkouts(connection, shop, [found[0].id or 0], now=clock())
    await workers.settle()

    sent = []
    for each in receiver.received:
        assert each.headers["content-type"] == "text/plain"
        claims = jwt.decode(each.body, public_key(key), algorithms=["RS256"], audience=APP)
        envelope = orjson.loads(claims["data"])
        assert envelope["instanceId"] == INSTANCE and envelope["accountInfo"]["siteId"] == shop.uuid
        sent.append((envelope["eventType"], orjson.loads(envelope["data"])))
    assert [kind.rpartition("_")[2] for kind, _ in sent] == [
        "created",
        "updated",
        "updated",
        "recovered",
        "deleted",
    ]
    created, updated, later, recovered, deleted = (event for _, event in sent)
    entity = created["createdEvent"]["entity"]
    assert entity["status"] == "ABANDONED" and entity["lineItems"][0]["productName"]["original"] == "Teapot"
    assert entity["contactDetails"]["firstName"] == "Ada"
    returned = recovered["actionEvent"]["body"]["abandonedCheckout"]
    for known in (updated["updatedEvent"]["currentEntity"], later["updatedEvent"]["currentEntity"], returned):
        assert [step["type"] for step in known["activities"]] == ["EMAIL_SENT"]
    assert returned["status"] == "RECOVERED"
    assert deleted["deletedEvent"]["deletedEntity"]["id"] == entity["id"] == created["entityId"]
    sequences = [int(event["entityEventSequence"]) for _, event in sent]
    assert sequences == sorted(set(sequences)) and len({event["id"] for _, event in sent}) == 5


async def test_only_status_200_is_a_success_for_wix(
    store: Database, shop: Shop, report_checkout: ReportCheckout, workers: Workers, receiver: Receiver, clock: Clock
) -> None:
    receiver.behave = lambda *_: 204
    async with store.begin() as connection:
        await add_subscription(
            connection, shop, "wix", EVENT_TYPES["created"], receiver.url(), secret=new_private_key(), now=START
        )
    await report_checkout()
    clock.pass_minutes(11)
    await workers.settle()
    async with store.read() as connection:
        (row,) = await list_deliveries(connection, shop)
    assert (row["state"], row["status"], row["attempts"]) == ("waiting", 204, 1)


async def test_an_erasure_here_is_an_anonymise_request_there(
    store: Database, shop: Shop, report_checkout: ReportCheckout, workers: Workers, receiver: Receiver, clock: Clock
) -> None:
    key = new_private_key()
    async with store.begin() as connection:
        names = {"secret": key, "app_id": APP, "instance_id": INSTANCE}
        await add_subscription(connection, shop, "wix", EVENT_TYPES["updated"], receiver.url(), now=START, **names)
    await report_checkout()
    clock.pass_minutes(11)
    await workers.settle()
    async with store.begin() as connection:
        person = await find_person(connection, shop, email="ADA@example.com")
        await erase_person(connection, shop, person, clock())
    await workers.settle()
    [sent] = receiver.received
    claims = jwt.decode(sent.body, public_key(key), algorithms=["RS256"], audience=APP)
    event = orjson.loads(orjson.loads(claims["data"])["data"])
    assert event["triggeredByAnonymizeRequest"] is True and event["slug"] == "updated"
    text = orjson.dumps(event).lower()
    # Not only the letters, which a random id can contain.
    repeated = [word for word in (b'"ada"', b"ada@", b"lovelace") if word in text]
    assert repeated == [], "the event does not repeat the person"
