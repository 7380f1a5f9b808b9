"""The demo token is refused at network addresses, unless --expose-demo is set."""

from base64 import b64encode
from contextlib import AsyncExitStack

import httpx
import pytest

from abandoned_checkouts.config import Settings
from abandoned_checkouts.demo.demo_token import TOKEN
from abandoned_checkouts.demo.fill import fill
from abandoned_checkouts.server import create_app
from abandoned_checkouts.store.engine.database import open_database
from tests.shopify.caller import NOW


@pytest.mark.parametrize(
    ("host", "exposed", "accepted"),
    [("127.0.0.1", False, True), ("::1", False, True), ("0.0.0.0", False, False), ("0.0.0.0", True, True)],
)
async def test_the_demo_token(sqlite_url: str, host: str, exposed: bool, accepted: bool) -> None:
    database = await open_database(sqlite_url)
    await fill(database, checkouts=1, seed=1, now=NOW)
    await database.close()
    settings = Settings(database_url=sqlite_url, host=host, expose_demo=exposed, work=False)
    app = create_app(settings, clock=lambda: NOW)
    async with AsyncExitStack() as opened:
        await opened.enter_async_context(app.router.lifespan_context(app))
        http = await opened.enter_async_context(
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000")
        )
        requests = [
            ("/admin/api/2026-10/shop.json", {"X-Shopify-Access-Token": TOKEN}),
            ("/control/settings", {"Authorization": f"Bearer {TOKEN}"}),
            ("/admin/api/2026-10/shop.json", {"Authorization": f"Basic {b64encode(f'key:{TOKEN}'.encode()).decode()}"}),
            ("/", {"Cookie": f"merchant_session={TOKEN}"}),
            # As Python reads cookies: an octal number for the first letter.
            ("/", {"Cookie": 'merchant_session="\\163hpat_demo"'}),
        ]
        for path, headers in requests:
            assert (await http.get(path, headers=headers)).status_code == (200 if accepted else 401), path
        listed = await http.post("/ecom/v1/abandoned-checkout/query", json={}, headers={"Authorization": TOKEN})
        assert listed.status_code == (200 if accepted else 401)
        session = (await http.get("/explorer/session.json")).json()
        assert [shop["token"] for shop in session["demoShops"]] == ([TOKEN] if accepted else [])
