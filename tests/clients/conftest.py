"""A server on a real port with a small shop, for clients that use real sockets."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from starlette.responses import Response

from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.config import Settings
from abandoned_checkouts.demo.demo_token import DOMAIN, TOKEN
from abandoned_checkouts.demo.fill import fill as fill_demo
from abandoned_checkouts.server import create_app
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tenants.access_tokens import find_access, issue_token
from abandoned_checkouts.store.tenants.shops import register_app as install_app
from abandoned_checkouts.store.tenants.throttle_buckets import FileBuckets
from tests.clients.bulk_documents import BULK_QUERY, PAGES
from tests.databases import Databases
from tests.shopify.caller import ALL_SCOPES, NOW, fill
from tests.work.conftest import app_id, clock, receiver, report_checkout, subscribe, workers

__all__ = ["app_id", "clock", "receiver", "report_checkout", "served", "subscribe", "workers"]

CHECKOUTS = 12
# The demo's checkouts have discounts on their lines, for bulk operations.
DEMO_CHECKOUTS = 40
SHOP = "acme.myshopify.com"
CLIENT = {"client_id": "client", "client_secret": "shpss_0123456789abcdef0123456789abcdef"}


class Served(threading.Thread):
    """`given` has the values that clients need. The clock starts at a fixed moment and runs at normal speed."""

    def __init__(self, store_url: str) -> None:
        super().__init__(daemon=True)
        self._url = store_url
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.given: dict[str, Any] = {
            "base": f"http://127.0.0.1:{self.port}",
            "port": self.port,
            "shop": SHOP,
            "version": "2026-10",
            "checkouts": CHECKOUTS,
            "closed": CHECKOUTS // 4,
            "wrongToken": "shpat_wrong",
            "demoShop": DOMAIN,
            "demoToken": TOKEN,
            "demoCheckouts": DEMO_CHECKOUTS,
            "bulkQuery": BULK_QUERY,
            "bulkPages": PAGES,
            **CLIENT,
        }
        self.server: uvicorn.Server | None = None

    def run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        database = await open_database(self._url)
        shop = await fill(SHOP, database, range(1, CHECKOUTS + 1))
        await fill_demo(database, checkouts=DEMO_CHECKOUTS, seed=1, now=NOW)
        async with database.begin() as connection:
            app_id = await install_app(
                connection,
                shop,
                now=NOW,
                title="Tap",
                scopes='["read_orders","read_customers","read_products"]',
                settings='{"redirect_urls": ["https://app.example/auth/callback"]}',
                **CLIENT,
            )
            self.given["token"] = await issue_token(connection, shop, ALL_SCOPES, now=NOW)
            self.given["poorToken"] = await issue_token(connection, shop, ["read_products"], now=NOW)
            self.given["appToken"] = await issue_token(connection, shop, ALL_SCOPES, now=NOW, app_id=app_id)
            # A separate app, so that a test can empty its bucket without affecting others.
            self.given["eagerToken"] = await issue_token(connection, shop, ALL_SCOPES, now=NOW)
            own = await find_access(connection, self.given["eagerToken"], NOW, Endpoint.GRAPHQL)
        assert own is not None
        await database.close()
        started = time.monotonic_ns()

        def clock() -> int:
            return NOW + (time.monotonic_ns() - started) // 1000

        # As one of several workers, so that the buckets are in a file that the test can change.
        settings = Settings(database_url=self._url, workers=2)
        application = create_app(settings, clock=clock)
        buckets = FileBuckets(f"{self._url.partition(':///')[2]}-throttle")

        async def drainable(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http" and scope["path"] == "/drain":
                await buckets.change(own.shop.id, own.app_id, lambda _: ((0, clock()), None))
                await Response("drained")(scope, receive, send)
            else:
                await application(scope, receive, send)

        self.server = uvicorn.Server(uvicorn.Config(drainable, log_level="warning"))
        await self.server.serve([self._socket])

    def wait(self) -> None:
        until = time.monotonic() + 60
        while self.server is None or not self.server.started:
            assert self.is_alive() and time.monotonic() < until, "the server did not start"
            time.sleep(0.02)

    def stop(self) -> None:
        if self.server is not None:
            self.server.should_exit = True
        self.join(15)


@pytest.fixture(scope="session")
def served(databases: Databases) -> Iterator[Served]:
    server = Served(databases.new("sqlite"))
    server.start()
    server.wait()
    yield server
    server.stop()
