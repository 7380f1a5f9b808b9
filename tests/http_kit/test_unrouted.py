"""Requests that no route accepts."""

import httpx
import pytest

from abandoned_checkouts.config import Settings
from abandoned_checkouts.server import create_app

pytestmark = pytest.mark.anyio


async def test_the_own_apis_respond_in_their_form_of_errors(sqlite_url: str) -> None:
    app = create_app(Settings(database_url=sqlite_url, work=False))
    transport = httpx.ASGITransport(app=app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://s") as client:
        for method, path, status, message in (
            ("GET", "/control/nope", 404, "There is no endpoint GET /control/nope. They are listed at /docs/control."),
            ("POST", "/intake/nope", 404, "There is no endpoint POST /intake/nope. They are listed at /docs/events."),
            ("GET", "/control", 404, "There is no endpoint GET /control. They are listed at /docs/control."),
            ("GET", "/intake/checkouts", 405, "/intake/checkouts does not accept GET. Use POST."),
        ):
            response = await client.request(method, path)
            assert (response.status_code, response.json()) == (status, {"errors": message})
        assert (await client.get("/intake/checkouts")).headers["allow"] == "POST"
        other = await client.get("/nope")
        assert (other.status_code, other.text) == (404, "Not Found. The documentation of this server is at /docs.")
        other = await client.post("/docs")
        assert (other.status_code, other.text) == (405, "Method Not Allowed. Use GET.")
        assert set(other.headers["allow"].split(", ")) == {"GET", "HEAD"}
