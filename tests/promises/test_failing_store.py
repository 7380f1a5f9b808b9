"""A store that fails while the server runs: each dialect answers in its form, and one line is logged."""

import logging
import sqlite3

import httpx
import pytest

from abandoned_checkouts.config import Settings
from abandoned_checkouts.server import create_app


async def test_every_dialect_answers_in_its_form_and_logs_one_line(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(Settings(database_url=sqlite_url, work=False))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as http,
    ):
        other = sqlite3.connect(sqlite_url.partition("///")[2])
        other.execute("DROP TABLE tokens")
        other.commit()
        other.close()
        caplog.set_level(logging.INFO)
        headers = {"X-Shopify-Access-Token": "shpat_any", "Authorization": "any"}
        graphql = await http.post("/admin/api/2026-10/graphql.json", json={"query": "{ shop { id } }"}, headers=headers)
        rest = await http.get("/admin/api/2026-10/checkouts.json", headers=headers)
        wix = await http.post("/ecom/v1/abandoned-checkout/query", json={"query": {}}, headers=headers)
    error = graphql.json()["errors"][0]
    assert (graphql.status_code, error["extensions"]["code"]) == (200, "INTERNAL_SERVER_ERROR"), graphql.text
    assert (rest.status_code, rest.json()) == (500, {"errors": "An unexpected error occurred"}), rest.text
    assert wix.status_code == 500, wix.text
    assert not any("tokens" in answer.text for answer in (graphql, rest, wix))
    told = [record for record in caplog.records if "cannot be used" in record.getMessage()]
    assert len(told) == 3 and not any(record.exc_info for record in told), caplog.text
