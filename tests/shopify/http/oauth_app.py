"""An app that is installed in the shop of the tests, for tests of OAuth."""

import orjson
import pytest

from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tenants.shops import find_shop, register_app
from tests.shopify.caller import NOW, Caller

URL = "/admin/oauth/access_token"
SECRET = "shpss_" + "0123456789abcdef" * 2
CREDENTIALS = {"client_id": "app1", "client_secret": SECRET}


@pytest.fixture(autouse=True)
async def installed(sqlite_caller: Caller) -> None:
    database = await open_database(sqlite_caller.settings.database_url)
    async with database.begin() as connection:
        shop = await find_shop(connection, "acme.myshopify.com")
        assert shop is not None
        await register_app(
            connection,
            shop,
            now=NOW,
            title="App",
            client_id="app1",
            client_secret=SECRET,
            scopes='["read_orders","read_products"]',
            settings=orjson.dumps({"redirect_urls": ["https://app.example/done"]}).decode(),
        )
    await database.close()


async def can_read(caller: Caller, token: str) -> bool:
    response = await caller.post("{ abandonedCheckoutsCount { count } }", token=token)
    return response.status_code == 200 and response.json()["data"]["abandonedCheckoutsCount"]["count"] == 12
