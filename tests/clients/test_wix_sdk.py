"""Wix's own SDK, the newest and an older one, against this server: every check of sdk/checks.mjs is a test here."""

import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette

from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tenants.installations import Installation, installation_of
from abandoned_checkouts.store.tenants.shops import create_shop
from abandoned_checkouts.wix.event_tokens import SLUGS, event_token, new_private_key, public_key
from abandoned_checkouts.wix.oauth import refresh_token
from abandoned_checkouts.wix.routes import wix_routes
from abandoned_checkouts.wix.to_wix.checkout import Site as WixSite
from abandoned_checkouts.wix.to_wix.checkout import checkout_to_wix
from tests.databases import Databases
from tests.node_packages import node_with
from tests.places import ROOT
from tests.wix.site import NOW, open_site

HERE = Path(__file__).with_name("wix_sdk")
_SLUG_CHECKS = [f"webhooks.process takes {slug}" for slug in ("created", "updated", "deleted", "recovered")]
VELO = "a Velo program"
SHIM = ROOT / "docs" / "velo" / "wix-ecom-backend"
CHECKS = [VELO, *re.findall(r"^check\('(.+?)'", (HERE / "checks.mjs").read_text(), re.MULTILINE), *_SLUG_CHECKS]


class Server(threading.Thread):
    """The server on a free port, with its own event loop and a store that is filled when it starts."""

    def __init__(self, store_url: str) -> None:
        super().__init__(daemon=True)
        self._store_url = store_url
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.given: dict[str, Any] = {}
        self.problem: BaseException | None = None
        self._server: uvicorn.Server | None = None

    def run(self) -> None:
        import asyncio

        try:
            asyncio.run(self._serve())
        except BaseException as problem:
            self.problem = problem

    async def _serve(self) -> None:
        database = await open_database(self._store_url)
        async with database.begin() as connection:
            shop = await create_shop(connection, "acme.myshopify.com", now=NOW, timezone="America/New_York")
        async with open_site(database, shop) as site:
            async with database.read() as connection:
                app = await installation_of(connection, shop.id, site.app_id)
            assert app is not None
            self.given = {
                "base": self.base,
                "token": site.token,
                "siteId": shop.uuid,
                "uuids": site.uuids,
                "sample": site.uuids[-1],
                "abandoned": sum(item.recovered_at is None for item in site.checkouts),
                "appId": app.client_id,
                "appSecret": app.client_secret,
                "instanceId": app.instance_id,
                "refreshToken": refresh_token(app),
                **await _events(site, app, self.base),
            }
            routes = wix_routes(database, lambda: NOW)
            self._server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), log_level="warning"))
            await self._server.serve([self._socket])
        await database.close()

    def wait(self) -> None:
        until = time.monotonic() + 30
        while self._server is None or not self._server.started:
            assert self.problem is None, self.problem
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.02)

    def stop(self) -> None:
        if self._server is not None:
            self._server.should_exit = True
        self.join(10)


async def _events(site: Any, app: Installation, base: str) -> dict[str, Any]:
    """One event of each kind about the last checkout, and the key to verify them."""
    from abandoned_checkouts.store.checkouts.stored_rows import stored_rows

    key = new_private_key()
    checkout = site.checkouts[-1]
    row, lines, customer = stored_rows(site.shop, checkout)
    entity = checkout_to_wix(
        row, WixSite(site.shop, base), lines=lines, activities=checkout.activities, customer=customer
    )
    tokens = {
        slug: event_token(
            slug,
            entity,
            private_key=key,
            event_id="5f0e2b1c-7a63-4e4d-9a4e-000000000001",
            occurred_at=NOW,
            sequence=7,
            app_id=app.client_id,
            instance_id=app.instance_id,
            site_id=site.shop.uuid,
            issued_at=NOW,
        )
        for slug in SLUGS
    }
    return {"publicKey": public_key(key), "events": tokens}


def _run_velo(command: Path, file: Path, given: dict[str, Any]) -> "subprocess.CompletedProcess[str]":
    """The program of velo.mjs, which imports the shim that docs/velo has, installed as a package."""
    place = HERE / "node_modules" / SHIM.name
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(SHIM, place)
    environment = {
        **os.environ,
        "ABANDONED_CHECKOUTS_URL": given["base"],
        "WIX_API_KEY": given["token"],
        "WIX_SITE_ID": given["siteId"],
        "WIX_APP_ID": given["appId"],
        "WIX_PUBLIC_KEY": given["publicKey"],
    }
    return subprocess.run(
        [str(command), "velo.mjs", str(file)],
        cwd=HERE,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def answers(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The result of each check, by name. All checks run in one Node process, in their order."""
    command = node_with(HERE)
    server = Server(databases.new("sqlite"))
    server.start()
    try:
        server.wait()
        given = tmp_path_factory.mktemp("sdk") / "given.json"
        given.write_text(json.dumps(server.given))
        done = subprocess.run(
            [str(command), "checks.mjs", str(given)], cwd=HERE, capture_output=True, text=True, timeout=120, check=False
        )
        found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        velo = _run_velo(command, given, server.given)
        yield {
            **{answer["name"]: answer for answer in found},
            VELO: {"ok": velo.returncode == 0, "problem": velo.stderr},
        }
    finally:
        server.stop()


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.timeout(300)
def test_wix_sdk(answers: dict[str, Any], name: str) -> None:
    answer = answers[name]
    assert answer["ok"], f"{answer.get('problem')}\n{json.dumps(answer.get('details'), indent=1)}"


def test_every_check_ran(answers: dict[str, Any]) -> None:
    assert sorted(answers) == sorted(CHECKS)
