"""The rate limit: requests per minute and app."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from starlette.applications import Starlette

from abandoned_checkouts.shopify.http.throttling import Throttle
from abandoned_checkouts.shopify.permissions.rate_limits import PLANS
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.shops import create_shop
from abandoned_checkouts.store.tenants.throttle_buckets import FileBuckets, MemoryBuckets
from abandoned_checkouts.wix.rate_limit import RequestLimit
from abandoned_checkouts.wix.routes import wix_routes
from tests.wix.site import NOW, Site


async def test_requests_over_the_limit_are_rejected(site: Site) -> None:
    async with served(site, RequestLimit(2, MemoryBuckets())) as client:
        assert [await status(client) for _ in range(4)] == [200, 200, 429, 429]
        answer = await client.post("/v1/abandoned-checkout/query", json={})
        assert answer.json()["details"]["applicationError"]["code"] == "RESOURCE_EXHAUSTED"
        async with site.database.begin() as connection:
            other = await create_shop(connection, "other.example.com", now=NOW)
            client.headers["authorization"] = await issue_token(connection, other, ["read_orders"], now=NOW)
        assert await status(client) == 200, "one app's requests are not another's"


async def test_all_processes_share_the_count(site: Site, tmp_path: Path) -> None:
    """Shopify's rate limit for the same shop and app is in the same file and is not affected."""
    file = str(tmp_path / "store-throttle")
    points = Throttle(FileBuckets(file))
    full = await points.refund(site.shop.id, site.app_id, PLANS["standard"], 0, NOW)
    one, two = (served(site, RequestLimit(3, FileBuckets(file))) for _ in range(2))
    async with one as first, two as second:
        assert [await status(client) for client in (first, second, first, second, first)] == [200] * 3 + [429] * 2
    assert await points.refund(site.shop.id, site.app_id, PLANS["standard"], 0, NOW) == full


async def test_the_count_restarts_each_minute(site: Site) -> None:
    limit, minute = RequestLimit(1, MemoryBuckets()), 60_000_000
    allowed = [await limit.take(1, 1, moment) for moment in (0, minute - 1, minute, minute + 1, 2 * minute)]
    assert allowed == [True, False, True, False, True]


@asynccontextmanager
async def served(site: Site, limit: RequestLimit) -> AsyncIterator[httpx.AsyncClient]:
    """A client of another server process on the same database."""
    app = Starlette(routes=wix_routes(site.database, lambda: NOW, limit=limit))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://s", headers=site.client.headers
    ) as client:
        yield client


async def status(client: httpx.AsyncClient) -> int:
    return (await client.post("/v1/abandoned-checkout/query", json={})).status_code
