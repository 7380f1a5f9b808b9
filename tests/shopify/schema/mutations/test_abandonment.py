"""Mutations that set the states of mails and deliveries: stored values, responses, and refusals that change nothing."""

from typing import Any

import pytest

from abandoned_checkouts.demo.fill import fill
from abandoned_checkouts.store.engine.database import open_database
from tests.shopify.asker import NOW, Asker

ABANDONMENT = "abandonment { id emailState emailSentAt } userErrors { code field message }"
EMAIL = (
    "mutation($id: ID!, $state: AbandonmentEmailState!, $at: DateTime) "
    "{ answer: abandonmentEmailStateUpdate(id: $id, emailState: $state, emailSentAt: $at) { FIELDS } }"
).replace("FIELDS", ABANDONMENT)
DELIVERY = (
    "mutation($id: ID!, $status: AbandonmentDeliveryState!, $activity: ID!, $at: DateTime) "
    "{ answer: abandonmentUpdateActivitiesDeliveryStatuses(abandonmentId: $id, deliveryStatus: $status, "
    'marketingActivityId: $activity, deliveredAt: $at, deliveryStatusChangeReason: "because") { FIELDS } }'
).replace("FIELDS", ABANDONMENT)
ACTIVITY = "gid://shopify/MarketingActivity/5"


async def unmailed(ask: Asker) -> int:
    """An abandonment for which no mail was sent yet."""
    number = await ask.one(
        "SELECT max(a.id) FROM abandonments a JOIN abandoned_checkouts c ON c.id = a.checkout_id "
        "WHERE c.email_state = 'not_sent'"
    )
    return int(number)


async def test_the_state_of_a_mail_is_kept_on_the_checkout_and_found_by_search(ask: Asker) -> None:
    number = await unmailed(ask)
    gid = f"gid://shopify/Abandonment/{number}"
    sent = await ask(EMAIL, id=gid, state="SENT", at="2026-11-20T10:00:00Z")
    assert sent["answer"] == {
        "abandonment": {"id": gid, "emailState": "SENT", "emailSentAt": "2026-11-20T10:00:00Z"},
        "userErrors": [],
    }
    found = await ask(f'{{ abandonedCheckouts(first: 5, query: "email_state:sent id:{number}") {{ nodes {{ id }} }} }}')
    assert found["abandonedCheckouts"]["nodes"] == [{"id": f"gid://shopify/AbandonedCheckout/{number}"}]
    assert await ask.one(f"SELECT activity_type FROM activities WHERE abandonment_id = {number}") == "EMAIL_SENT"
    days = await ask(f'{{ abandonment(id: "{gid}") {{ daysSinceLastAbandonmentEmail }} }}')
    assert days == {"abandonment": {"daysSinceLastAbandonmentEmail": 1}}
    back = await ask(EMAIL, id=gid, state="NOT_SENT")
    assert back["answer"]["abandonment"] == {"id": gid, "emailState": "NOT_SENT", "emailSentAt": None}


async def test_an_unknown_abandonment_has_the_recorded_message(ask: Asker) -> None:
    gid = "gid://shopify/Abandonment/1"
    answer = await ask(DELIVERY, id=gid, status="SENT", activity=ACTIVITY)
    wrong = {"code": "ABANDONMENT_NOT_FOUND", "field": ["abandonmentId"], "message": "abandonment_not_found"}
    assert answer["answer"] == {"abandonment": None, "userErrors": [wrong]}
    answer = await ask(EMAIL, id=gid, state="SENT")
    assert answer["answer"] == {"abandonment": None, "userErrors": [{**wrong, "field": ["id"]}]}


async def test_deliveries_go_to_the_log_with_their_marketing_activity(ask: Asker) -> None:
    number = await unmailed(ask)
    gid = f"gid://shopify/Abandonment/{number}"
    early = await ask(DELIVERY, id=gid, status="NOT_SENT", activity=ACTIVITY)
    assert [each["code"] for each in early["answer"]["userErrors"]] == ["DELIVERY_STATUS_INFO_NOT_FOUND"]
    await ask(DELIVERY, id=gid, status="SCHEDULED", activity=ACTIVITY)
    answer = await ask(DELIVERY, id=gid, status="SENT", activity=ACTIVITY, at="2026-11-21T11:00:00Z")
    assert answer["answer"]["abandonment"]["emailSentAt"] == "2026-11-21T11:00:00Z"
    log = "SELECT count(*) FROM activities WHERE marketing_activity_id = 5 AND reason = 'because' AND abandonment_id"
    assert await ask.one(f"{log} = {number}") == 2


async def test_a_visit_without_a_checkout_keeps_its_own_state(ask: Asker) -> None:
    shop, customer = await ask.one("SELECT shop_id FROM customers"), await ask.one("SELECT min(id) FROM customers")
    await ask.write(
        "INSERT INTO abandonments (shop_id, id, customer_id, abandonment_type, created_at) "
        "VALUES (:shop, 77, :customer, 'CART', :now)",
        shop=shop,
        customer=customer,
        now=NOW,
    )
    await ask(EMAIL, id="gid://shopify/Abandonment/77", state="SCHEDULED")
    answer = await ask('{ abandonment(id: "gid://shopify/Abandonment/77") { emailState abandonmentType } }')
    assert answer["abandonment"] == {"emailState": "SCHEDULED", "abandonmentType": "CART"}


async def test_a_store_in_memory_takes_changes_too() -> None:
    """There all reads and writes share one connection."""
    database = await open_database("sqlite+aiosqlite://")
    await fill(database, checkouts=5, seed=1, now=NOW)
    ask = Asker(database)
    gid = f"gid://shopify/Abandonment/{await ask.one('SELECT min(id) FROM abandonments')}"
    sent = await ask(EMAIL, id=gid, state="SENT", at="2026-11-20T10:00:00Z")
    assert sent["answer"]["abandonment"]["emailSentAt"] == "2026-11-20T10:00:00Z"
    again = await ask(f'{{ abandonment(id: "{gid}") {{ emailState }} }}')
    assert again["abandonment"] == {"emailState": "SENT"}
    await database.close()


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_a_change_that_fails_half_way_is_undone(ask: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log, the state and the event of one step are written together or not at all."""

    async def fail(*_: Any) -> None:
        raise RuntimeError("the outbox is full")

    monkeypatch.setattr("abandoned_checkouts.store.checkouts.activities.write_events", fail)
    number = await unmailed(ask)
    result = await ask.run(EMAIL, id=f"gid://shopify/Abandonment/{number}", state="SENT")
    assert [str(error.original_error) for error in result.errors or ()] == ["the outbox is full"]
    assert await ask.one(f"SELECT count(*) FROM activities WHERE abandonment_id = {number}") == 0
    assert await ask.one(f"SELECT email_state FROM abandoned_checkouts WHERE id = {number}") == "not_sent"
