"""A store that fails while the server runs: each dialect answers in its form, and one line is logged."""

import logging
import os
import shutil
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from abandoned_checkouts.config import Settings
from abandoned_checkouts.http_kit import health
from abandoned_checkouts.server import create_app
from abandoned_checkouts.store.engine import sqlite_connections
from tests.databases import Databases
from tests.shopify.caller import Caller, caller_for

SHOPIFY_TOKEN = "X-Shopify-Access-Token"


@dataclass(frozen=True)
class Sent:
    """A request, and the status and form of its response when the store fails."""

    method: str
    path: str
    status: int
    form: str
    body: Any = None


MUTATION = (
    'mutation { savedSearchCreate(input: {name: "n", query: "id:1", resourceType: PRODUCT}) '
    "{ userErrors { message } } }"
)
# Requests that read the store.
READS = {
    "graphql": Sent("POST", "/admin/api/2026-10/graphql.json", 200, "graphql", {"query": "{ shop { id } }"}),
    "rest": Sent("GET", "/admin/api/2026-10/checkouts.json", 500, "shopify"),
    "oauth": Sent("POST", "/admin/oauth/access_token", 500, "shopify", {"client_id": "a", "client_secret": "b"}),
    "wix": Sent("POST", "/ecom/v1/abandoned-checkout/query", 500, "wix", {"query": {}}),
    "wix oauth": Sent("POST", "/oauth2/token", 500, "wix", {"grantType": "anonymous", "clientId": "a"}),
    "intake": Sent("POST", "/intake/checkouts", 503, "own", {"token": "t"}),
    "intake of Shopify's webhooks": Sent("POST", "/intake/shopify", 503, "own", {"token": "t"}),
    "control": Sent("GET", "/control/flows", 503, "own"),
    "merchant": Sent("GET", "/", 503, "page"),
    "recovery": Sent("GET", "/1/checkouts/ac/cart/recover?key=k", 503, "page"),
    "unsubscribe": Sent("GET", "/1/reminders/someone/unsubscribe?key=k", 503, "page"),
    "download": Sent("GET", "/bulk-operations/1/1-0123456789abcdef.jsonl?Signature=x&Expires=9999999999", 503, "own"),
    "explorer": Sent("GET", "/explorer/session.json", 503, "own"),
}
# Requests that write to the store.
WRITES = {
    "graphql": Sent("POST", "/admin/api/2026-10/graphql.json", 200, "graphql", {"query": MUTATION}),
    "intake": Sent("POST", "/intake/checkouts", 503, "own", {"token": "t", "note": "x" * 3_000}),
    "control": Sent("PATCH", "/control/settings", 503, "own", {"abandoned_after_minutes": 7}),
}
# With the id of a checkout.
WIX_DELETE = "/ecom/v1/abandoned-checkout/"


def has_form(response: httpx.Response, form: str) -> bool:
    if form == "page":
        return "not available at the moment" in response.text and "<h1>" in response.text
    body = response.json()
    if form == "graphql":
        return bool(body["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR")
    if form == "shopify":
        return bool(body == {"errors": "An unexpected error occurred"})
    if form == "wix":
        return bool(body == {"message": "internal error", "details": {}})
    return bool(list(body) == ["errors"] and "store" in body["errors"])


async def ask(http: httpx.AsyncClient, sent: Sent, token: str) -> httpx.Response:
    headers = {SHOPIFY_TOKEN: token, "Authorization": token, "Host": "127.0.0.1"}
    headers |= {"X-Shopify-Shop-Domain": "acme.myshopify.com", "X-Shopify-Hmac-Sha256": "x"}
    return await http.request(sent.method, sent.path, json=sent.body, headers=headers)


async def check_failures(
    http: httpx.AsyncClient, requests: dict[str, Sent], token: str, caplog: pytest.LogCaptureFixture
) -> None:
    for name, each in requests.items():
        caplog.clear()
        response = await ask(http, each, token)
        assert (response.status_code, has_form(response, each.form)) == (each.status, True), (name, response.text)
        lines = [record for record in caplog.records if record.levelno >= logging.ERROR]
        assert len(lines) == 1 and not lines[0].exc_info, (name, caplog.text)
        request_id = response.headers.get("x-request-id") or response.headers["x-wix-request-id"]
        assert request_id in lines[0].getMessage(), (name, caplog.text)
        assert "Traceback" not in response.text and "sqlite" not in response.text.lower(), response.text


@asynccontextmanager
async def served(url: str, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(Settings(database_url=url, work=False, **settings))
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http,
    ):
        yield http


@pytest.fixture(autouse=True)
def _log_and_check_each_time(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(health, "KEPT_FOR", 0.0)


@pytest.mark.parametrize("workers", [1, 2])
async def test_a_damaged_store_is_reported_in_every_form(
    sqlite_url: str, caplog: pytest.LogCaptureFixture, workers: int
) -> None:
    async with served(sqlite_url, workers=workers) as http:
        assert (await http.get("/readyz")).json() == {"status": "ok"}
        with sqlite3.connect(sqlite_url.partition("///")[2]) as other:
            for table in ("tokens", "shops", "apps", "alembic_version"):
                other.execute(f"DROP TABLE {table}")
        other.close()
        await check_failures(http, READS, "shpat_any", caplog)
        ready = await http.get("/readyz")
        assert (ready.status_code, ready.json()["problems"]) == (503, {"store": "cannot be read"})
        assert (await http.get("/healthz")).status_code == 200


@pytest.mark.parametrize("kept", [0, 8_192, 100_000])
async def test_a_file_that_is_truncated_while_the_server_runs_is_reported_in_every_form(
    sqlite_url: str, caplog: pytest.LogCaptureFixture, kept: int
) -> None:
    """With a file mapped into memory, the first read after that would kill the process (SIGBUS)."""
    async for caller in caller_for(sqlite_url, Settings(database_url=sqlite_url, work=False)):
        assert (await ask(caller.http, READS["graphql"], caller.tokens["all"])).status_code == 200
        failed = 0
        os.truncate(sqlite_url.partition("///")[2], kept)
        for name, each in {**READS, **WRITES}.items():
            caplog.clear()
            response = await ask(caller.http, each, caller.tokens["all"])
            lines = [record for record in caplog.records if record.levelno >= logging.ERROR]
            # A connection may still have the pages that a request needs.
            if lines:
                failed += 1
                assert (response.status_code, has_form(response, each.form)) == (each.status, True), name
                assert len(lines) == 1 and not lines[0].exc_info, (name, caplog.text)
        assert failed > 0
        ready = await caller.http.get("/readyz")
        assert ready.status_code == 503 and set(ready.json()["problems"]) == {"store"}
        assert (await caller.http.get("/healthz")).status_code == 200


async def test_a_lost_postgresql_is_reported_in_every_form(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    databases = Databases(tmp_path)
    try:
        async with served(databases.new("postgresql")) as http:
            for each in READS.values():
                assert (await ask(http, each, "shpat_any")).status_code < 500
            assert (await http.get("/readyz")).status_code == 200
            databases.stop_postgresql()
            await check_failures(http, READS, "shpat_any", caplog)
            ready = await http.get("/readyz")
            assert (ready.status_code, ready.json()["problems"]) == (503, {"store": "cannot be read"})
            assert (await http.get("/healthz")).status_code == 200
    finally:
        databases.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 6 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    done = mount and subprocess.run([mount, "-t", "tmpfs", "-o", "size=6m", "tmpfs", folder], capture_output=True)
    if not done or done.returncode:
        pytest.skip("this user may not mount a disk")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


async def test_a_full_disk_is_reported_in_every_form_until_there_is_room(
    small_disk: Path, sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    file, filler = small_disk / "store.sqlite3", small_disk / "filler"
    shutil.copyfile(sqlite_url.partition("///")[2], file)
    url = f"sqlite+aiosqlite:///{file}"
    async for caller in caller_for(url, Settings(database_url=url, work=False)):
        listed = await ask(caller.http, READS["wix"], caller.tokens["all"])
        gone = Sent("DELETE", WIX_DELETE + listed.json()["abandonedCheckouts"][0]["id"], 500, "wix")
        filler.write_bytes(b"x" * shutil.disk_usage(small_disk).free)
        await use_up_the_log(caller)
        await check_failures(caller.http, {**WRITES, "wix": gone}, caller.tokens["all"], caplog)
        ready = await caller.http.get("/readyz")
        assert (ready.status_code, ready.json()["problems"]) == (503, {"store": "cannot be written"})
        # Reads still work.
        assert "errors" not in await caller.answer("{ abandonedCheckoutsCount { count } }")
        filler.unlink()
        assert (await caller.http.get("/readyz")).status_code == 200
        written = await ask(caller.http, WRITES["intake"], caller.tokens["all"])
        assert written.status_code == 200, written.text


async def use_up_the_log(caller: Caller) -> None:
    """The log beside the store has room left from earlier writes."""
    for number in range(2_000):
        each = Sent("POST", "/intake/checkouts", 200, "own", {"token": f"filler{number}", "note": "x" * 3_000})
        if (await ask(caller.http, each, caller.tokens["all"])).status_code != 200:
            return
    raise AssertionError("the disk is not full")


async def test_a_store_that_may_not_grow_is_reported_in_every_form(
    sqlite_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    pragmas = (*sqlite_connections._PRAGMAS, "PRAGMA max_page_count = 1")
    async for caller in caller_for(sqlite_url, Settings(database_url=sqlite_url, work=False)):
        # The next connections cannot add a page: the writer that the server opened first is closed here.
        monkeypatch.setattr(sqlite_connections, "_PRAGMAS", pragmas)
        async with served(sqlite_url) as http:
            requests = {"intake": Sent("POST", "/intake/checkouts", 503, "own", {"token": "t", "note": "x" * 30_000})}
            await check_failures(http, requests, caller.tokens["all"], caplog)


async def test_an_unexpected_error_is_logged_with_its_traceback_and_not_shown(
    sqlite_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served(sqlite_url) as http:

        def broken(*_: object, **__: object) -> None:
            raise ZeroDivisionError("a secret detail")

        for module in ("control.endpoint", "recovery.visit", "shopify.http.bulk_download", "merchant.explorer_shops"):
            for name in ("find_access", "find_shop", "all_shops"):
                monkeypatch.setattr(f"abandoned_checkouts.{module}.{name}", broken, raising=False)
        for name in ("control", "merchant", "recovery", "download", "explorer"):
            caplog.clear()
            response = await ask(http, READS[name], "shpat_any")
            assert response.status_code == 500, (name, response.text)
            assert "a secret detail" not in response.text and "Traceback" not in response.text
            [line] = [record for record in caplog.records if record.levelno >= logging.ERROR]
            assert line.exc_info and response.headers["x-request-id"] in line.getMessage()
