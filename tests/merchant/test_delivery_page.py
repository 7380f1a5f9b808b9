"""The log of deliveries: filters, pages, one delivery with its attempts, and sending it again."""

import pytest
from sqlalchemy import update

from abandoned_checkouts.merchant import delivery_page
from abandoned_checkouts.store.outbox.delivery_log import list_deliveries
from abandoned_checkouts.store.tables import deliveries
from abandoned_checkouts.work.dispatch import Dispatcher, consumers
from tests.control.conftest import Desk
from tests.intake.messages import START
from tests.merchant.test_users import as_owner

PATH = "/merchant/settings/deliveries"
TOPICS = ("abandoned", "closed", "recovered")


async def with_deliveries(desk: Desk) -> tuple[str, list[int]]:
    """Two deliveries of the abandonment of the checkout, the first one failed. Returns the secret of forms."""
    secret = await as_owner(desk)
    for place in range(2):
        form = {"topic": "abandoned_checkouts/abandoned", "address": f"https://hooks{place}.example/"}
        await desk.client.post("/merchant/settings/webhooks", data={**form, "form_key": secret})
    while await Dispatcher(desk.store, lambda: START, consumers("https://server.example")).turn():
        pass
    async with desk.store.begin() as connection:
        rows = await list_deliveries(connection, desk.shop)
        numbers = [row["id"] for row in rows]
        failed = {"state": "failed", "attempts": 3, "status": 500, "problem": "the receiver answered 500"}
        await connection.execute(update(deliveries).where(deliveries.c.id == numbers[0]).values(failed))
    return secret, numbers


async def test_filters_and_pages(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _secret, numbers = await with_deliveries(desk)
    assert len(numbers) == 2
    everything = (await desk.client.get(PATH)).text
    assert all(f'href="{PATH}/{number}"' in everything for number in numbers)
    failed = (await desk.client.get(f"{PATH}?state=failed&topic=abandoned_checkouts/abandoned")).text
    assert f"{PATH}/{numbers[0]}" in failed and f"{PATH}/{numbers[1]}" not in failed
    assert "No deliveries." in (await desk.client.get(f"{PATH}?from=2100-01-01")).text
    wrong = await desk.client.get(f"{PATH}?from=soon")
    assert wrong.status_code == 422 and "soon is not a day" in wrong.text
    monkeypatch.setattr(delivery_page, "PAGE_SIZE", 1)
    first = (await desk.client.get(PATH)).text
    following = f"{PATH}?before={numbers[0]}"
    assert f'href="{following}"' in first and f"{PATH}/{numbers[1]}" in (await desk.client.get(following)).text


async def test_a_delivery_is_sent_again_once(desk: Desk) -> None:
    secret, numbers = await with_deliveries(desk)
    page = (await desk.client.get(f"{PATH}/{numbers[0]}")).text
    assert "the receiver answered 500" in page and "hooks" in page and "abandoned_checkouts/abandoned" in page
    done = await desk.client.post(f"{PATH}/{numbers[0]}", data={"form_key": secret})
    assert done.headers["location"] == f"{PATH}/{numbers[0]}?done=replayed"
    again = await desk.client.post(f"{PATH}/{numbers[0]}", data={"form_key": secret})
    assert again.status_code == 409 and "is queued already" in again.text
    assert (await desk.client.get(f"{PATH}/77")).status_code == 404
