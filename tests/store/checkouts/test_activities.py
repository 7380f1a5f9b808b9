"""Activities are logged in one transaction with the e-mail state and the event."""

from typing import Any

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.activities import append_activities
from abandoned_checkouts.store.checkouts.delete_checkouts import delete_checkouts
from abandoned_checkouts.store.engine.database import Database
from tests.store.checkouts.filled import fill, row_of
from tests.stored_events import events_of
from tests.wix.site import NOW


async def test_an_activity_changes_the_state_and_writes_an_event(store: Database, shop: Shop) -> None:
    await fill(store, shop)
    before = await row_of(store, shop, 5000)
    async with store.begin() as connection:
        steps: Any = [
            {"activity_type": "SCHEDULED", "created_at": NOW},
            {"activity_type": "EMAIL_SENT", "created_at": NOW + 1},
        ]
        await append_activities(connection, shop, 5000, steps, now=NOW)
        kinds = [event["kind"] for event in await events_of(connection, shop, 5000)]
    after = await row_of(store, shop, 5000)
    assert (after["email_state"], after["email_sent_at"]) == ("sent", NOW + 1)
    assert after["updated_at"] == NOW and after["version"] == before["version"] + 1
    assert kinds[-1] == "checkout_activity"


async def test_a_reported_state_is_valid_until_the_next_activity(store: Database, shop: Shop) -> None:
    """Shopify can report NOT_SENT after a mail was sent, which does not follow from the log. The later write wins."""
    await fill(store, shop)
    sent: Any = {"activity_type": "EMAIL_SENT", "created_at": NOW}
    async with store.begin() as connection:
        await append_activities(connection, shop, 5000, [sent], now=NOW)
        await append_activities(connection, shop, 5000, [], now=NOW, reported=("not_sent", None))
    row = await row_of(store, shop, 5000)
    assert (row["email_state"], row["email_sent_at"]) == ("not_sent", None)
    async with store.begin() as connection:
        await append_activities(connection, shop, 5000, [sent], now=NOW)
    assert (await row_of(store, shop, 5000))["email_state"] == "sent"


async def test_an_unknown_checkout_has_no_log(store: Database, shop: Shop) -> None:
    async with store.begin() as connection:
        assert await append_activities(connection, shop, 1, [], now=NOW) is None
        assert await delete_checkouts(connection, shop, [1], now=NOW) == []
