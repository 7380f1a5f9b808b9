"""The page of webhooks: added with a secret that is shown once, listed, and deleted."""

import re

from abandoned_checkouts.store.outbox.subscriptions import subscriptions_of
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.shops import register_app
from tests.control.conftest import Desk
from tests.merchant.test_users import as_owner

PATH = "/merchant/settings/webhooks"
ADDRESS = "https://hooks.example/abandoned"


async def test_a_webhook_is_added_listed_and_deleted(desk: Desk) -> None:
    secret = await as_owner(desk)
    form = {"form_key": secret, "topic": "abandoned_checkouts/recovered", "address": ADDRESS}
    added = await desk.client.post(PATH, data=form)
    async with desk.store.read() as connection:
        (made,) = await subscriptions_of(connection, desk.shop.id)
    assert re.search(r'id="new-secret"[^>]*>([^<]*)<', added.text)[1] == made.secret  # type: ignore[index]
    page = await desk.client.get(PATH)
    assert ADDRESS in page.text and "Recovered" in page.text and made.secret not in page.text
    again = await desk.client.post(PATH, data=form)
    assert again.status_code == 422 and "is already subscribed" in again.text and f'value="{ADDRESS}"' in again.text
    done = await desk.client.post(f"{PATH}/{made.id}", data={"form_key": secret})
    assert done.headers["location"] == f"{PATH}?done=webhook_deleted"
    async with desk.store.read() as connection:
        assert await subscriptions_of(connection, desk.shop.id) == []


async def test_an_app_sees_and_deletes_only_its_own_webhooks(desk: Desk) -> None:
    secret = await as_owner(desk)
    form = {"topic": "abandoned_checkouts/closed", "address": ADDRESS}
    await desk.client.post(PATH, data={**form, "form_key": secret})
    async with desk.store.begin() as connection:
        (made,) = await subscriptions_of(connection, desk.shop.id)
        app = '{"kind": "custom", "protected_customer_data": ["customer_data", "name", "email", "phone", "address"]}'
        app_id = await register_app(connection, desk.shop, now=1, title="App", settings=app)
        token = await issue_token(connection, desk.shop, ["write_orders"], now=1, app_id=app_id)
    headers = {"X-Shopify-Access-Token": token}
    assert ADDRESS not in (await desk.client.get(PATH, headers=headers)).text
    assert (await desk.client.post(f"{PATH}/{made.id}", headers=headers)).status_code == 404
