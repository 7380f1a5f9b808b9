"""Subscribing to the webhooks of a source, and which shop their signature leads to."""

import base64
import hashlib
import hmac

import httpx
import orjson

from abandoned_checkouts.config import Settings
from abandoned_checkouts.server import create_app
from abandoned_checkouts.store.checkouts.known_records import find_known
from abandoned_checkouts.store.sync.syncs import save_credentials
from abandoned_checkouts.store.tables import syncs
from abandoned_checkouts.sync.run_sync import run_sync, sync_and_shop
from tests.sync.conftest import Copy, SourceShop

HOOKS = "https://copy.example/intake/shopify"
SUBSCRIPTIONS = "{ webhookSubscriptions(first: 10) { nodes { topic uri } } }"
MESSAGE = {
    "token": "by-webhook",
    "created_at": "2026-06-01T07:00:00Z",
    "updated_at": "2026-06-01T07:00:00Z",
    "email": "ada@example.com",
    "currency": "USD",
    "line_items": [],
}


async def run(copy: Copy) -> None:
    await run_sync(
        copy.database, "main", copy.now, new_client=copy.client, sleep=copy.sleep, sizes=copy.sizes, webhook_url=HOOKS
    )


async def test_a_sync_with_a_client_secret_subscribes_once(copy: Copy, source: SourceShop) -> None:
    await run(copy)
    assert source.graphql(SUBSCRIPTIONS)["data"]["webhookSubscriptions"]["nodes"] == []
    credentials = {**(await copy.sync()).credentials, "client_secret": "shpss_copy"}
    async with copy.database.begin() as connection:
        await save_credentials(connection, await copy.sync(), credentials)
    for _ in range(2):
        copy.clock += 24 * 3600 * 1_000_000
        await run(copy)
    found = source.graphql(SUBSCRIPTIONS)["data"]["webhookSubscriptions"]["nodes"]
    assert sorted(each["topic"] for each in found) == ["CHECKOUTS_CREATE", "CHECKOUTS_UPDATE"]
    assert {each["uri"] for each in found} == {HOOKS}


async def test_the_signature_decides_about_a_message(copy: Copy) -> None:
    sync, shop = await sync_and_shop(copy.database, "main")
    async with copy.database.begin() as connection:
        await save_credentials(connection, sync, {**sync.credentials, "client_secret": "shpss_copy"})
        await connection.execute(syncs.update().values(source_id="my-shop.myshopify.com"))
    url, body = copy.database.url.render_as_string(hide_password=False), orjson.dumps(MESSAGE)
    app = create_app(Settings(database_url=url, work=False), clock=copy.now)
    statuses = []
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            for domain, secret in (
                ("my-shop.myshopify.com", "shpss_other"),
                ("other.myshopify.com", "shpss_copy"),
                ("my-shop.myshopify.com", "shpss_copy"),
            ):
                signature = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
                headers = {
                    "X-Shopify-Shop-Domain": domain,
                    "X-Shopify-Topic": "checkouts/create",
                    "X-Shopify-Hmac-Sha256": signature,
                }
                statuses.append((await client.post("/intake/shopify", content=body, headers=headers)).status_code)
    assert statuses == [401, 401, 200]
    async with copy.database.read() as connection:
        known = await find_known(connection, shop, token="by-webhook")
    assert known is not None and known.state == "open"
