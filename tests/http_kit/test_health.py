"""/healthz and /readyz."""

import httpx
import pytest
from starlette.applications import Starlette

from abandoned_checkouts.http_kit.health import KEPT_FOR, Readiness, health_routes

pytestmark = pytest.mark.anyio


async def test_problems_are_named_and_checked_once_a_second() -> None:
    now, problems, calls = [0.0], {"store": "cannot be written"}, []

    async def store() -> str | None:
        calls.append(now[0])
        return problems.get("store")

    async def workers() -> str | None:
        return None

    app = Starlette(routes=health_routes(Readiness({"store": store, "workers": workers}, lambda: now[0])))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://server") as http:
        for _ in range(3):
            response = await http.get("/readyz")
            assert (response.status_code, response.headers["retry-after"]) == (503, "5")
            assert response.json() == {"status": "unavailable", "problems": {"store": "cannot be written"}}
        assert (await http.get("/healthz")).json() == {"status": "ok"}
        problems.clear()
        now[0] = KEPT_FOR
        response = await http.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert calls == [0.0, KEPT_FOR]
