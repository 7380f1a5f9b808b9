"""The rate limits of a twin whose clock stands still: a client that waits, as it would at Shopify or Wix, goes on."""

from collections.abc import Awaitable, Callable

import httpx

from abandoned_checkouts.config import Settings
from abandoned_checkouts.server import create_app
from tests.intake.messages import Clock
from tests.twin.conftest import BASE, TOKEN, TwinUser

DEAR = "{ " + " ".join(f"c{number}: abandonedCheckoutsCount {{ count }}" for number in range(90)) + " }"
HEADERS = {"X-Shopify-Access-Token": TOKEN}


async def _refused(call: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    """The first response that refuses a call because of a rate limit."""
    for _ in range(60):
        response = await call()
        if response.status_code == 429 or "THROTTLED" in response.text:
            return response
    raise AssertionError("no call was refused")


async def test_points_are_restored_for_a_client_that_waits_after_a_jump(twin: TwinUser) -> None:
    async def call() -> httpx.Response:
        return await twin.client.post("/admin/api/2026-10/graphql.json", json={"query": DEAR}, headers=HEADERS)

    await twin.advance("1 hour")
    cost = (await _refused(call)).json()["extensions"]["cost"]
    missing = cost["requestedQueryCost"] - cost["throttleStatus"]["currentlyAvailable"]
    assert "THROTTLED" in (await call()).text, "a client that does not wait stays refused"
    seconds = missing / cost["throttleStatus"]["restoreRate"]
    twin.real.pass_minutes((seconds + 0.01) / 60)
    assert "data" in (await call()).json()


async def test_calls_of_rest_are_restored_for_a_client_that_waits(twin: TwinUser) -> None:
    async def call() -> httpx.Response:
        return await twin.client.get("/admin/api/2026-10/checkouts/count.json", headers=HEADERS)

    await twin.freeze()
    wait = float((await _refused(call)).headers["retry-after"])
    twin.real.pass_minutes(wait / 60)
    assert (await call()).status_code == 200


async def test_a_client_of_wix_continues_in_the_next_minute(twin_url: str) -> None:
    real = Clock()
    app = create_app(Settings(database_url=twin_url, twin=True, wix_requests_per_minute=2), clock=real)
    transport = httpx.ASGITransport(app=app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=BASE) as client:

        async def call() -> httpx.Response:
            headers = {"Authorization": TOKEN}
            return await client.post("/ecom/v1/abandoned-checkout/query", json={}, headers=headers)

        await TwinUser(client, real).freeze()
        assert [(await call()).status_code for _ in range(3)] == [200, 200, 429]
        real.pass_minutes(1)
        assert (await call()).status_code == 200


async def test_a_restored_snapshot_has_the_points_that_it_had(twin: TwinUser) -> None:
    async def call() -> httpx.Response:
        return await twin.client.post("/admin/api/2026-10/graphql.json", json={"query": DEAR}, headers=HEADERS)

    await twin.freeze()
    await twin.ask("PUT", "/snapshots/full")
    first = (await call()).content
    await _refused(call)
    twin.real.pass_minutes(1)
    assert "data" in (await call()).json()
    await twin.ask("POST", "/snapshots/full/restore")
    assert (await call()).content == first
