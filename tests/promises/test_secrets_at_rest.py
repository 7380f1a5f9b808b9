"""The files of a store have no secret in clear text, and only their owner can read them.

A server is set up as users do it, by commands and requests. Then the bytes of all its files are searched, while the
server runs: the log beside the store has everything that was written.
"""

import asyncio
import stat
from pathlib import Path
from typing import Any

import httpx
import pytest

from abandoned_checkouts.config import Settings
from abandoned_checkouts.server import create_app
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.engine.secret_key import VARIABLE, key_file
from abandoned_checkouts.store.tenants.access_tokens import token_hash
from abandoned_checkouts.store.tenants.change_settings import change_settings
from abandoned_checkouts.store.tenants.shops import all_shops
from tests.cli import conftest
from tests.cli.conftest import SHOP, Run

run = conftest.run
ADMIN = f"https://{SHOP}"
WEBHOOK_SECRET = "whsec_given_by_the_platform"
REDIRECT = "https://app.example/auth"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(VARIABLE)
    return tmp_path / "data" / "store.sqlite3"


@pytest.fixture
def created(run: Run, file: Path) -> dict[str, str]:
    """Secrets that commands print, by name."""
    store = ("--shop", SHOP, "--database", f"sqlite+aiosqlite:///{file}")
    token = run("token", "create", "--scopes", "write_orders,read_customers", *store).stdout.strip()
    app = dict(
        line.split("\t") for line in run("app", "create", "--redirect-url", REDIRECT, *store).stdout.splitlines()
    )
    own = run("event", "subscribe", "abandoned", "https://a.example", *store).stdout.splitlines()[1]
    for_wix = ("created", "https://a.example", "--dialect", "wix", "--app", app["client_id"])
    wix = run("event", "subscribe", *for_wix, *store).stdout
    flow = run("flow", "secret", *store).stdout.strip()
    assert "PUBLIC KEY" in wix
    return {"token": token, "client_id": app["client_id"], "app": app["client_secret"], "own": own, "flow": flow}


async def granted(client: httpx.AsyncClient, created: dict[str, str]) -> dict[str, str]:
    """Secrets that the server hands out: tokens, refresh tokens, codes."""
    app = {"client_id": created["client_id"], "client_secret": created["app"]}
    place = await client.get(
        f"{ADMIN}/admin/oauth/authorize", params={"client_id": app["client_id"], "redirect_uri": REDIRECT}
    )
    code = httpx.URL(place.headers["location"]).params["code"]
    answer: dict[str, Any] = (
        await client.post(f"{ADMIN}/admin/oauth/access_token", json={**app, "code": code, "expiring": "1"})
    ).json()
    anonymous = {"grant_type": "anonymous", "clientId": app["client_id"]}
    visitor = (await client.post("https://wix.example/oauth2/token", json=anonymous)).json()
    sign_in = await client.post(
        "http://localhost/merchant/sign-in", data={"token": created["token"], "next": "/merchant"}
    )
    assert sign_in.status_code == 303
    return {
        "code": code,
        "access token": answer["access_token"],
        "refresh token": answer["refresh_token"],
        "visitor": visitor["access_token"],
        "visitor refresh": visitor["refresh_token"],
    }


async def secrets_of_rows(url: str) -> dict[str, str]:
    """Secrets that no command prints, and one that the shop has from a platform."""
    database = await open_database(url)
    async with database.begin() as connection:
        [shop] = await all_shops(connection)
        await change_settings(connection, shop, {"webhook_secrets": [WEBHOOK_SECRET]}, now=1)
    await database.close()
    return {"shop": shop.secret, "webhook": WEBHOOK_SECRET, "private key": "PRIVATE KEY"}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def modes(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}


async def bulk_file(client: httpx.AsyncClient, token: str) -> None:
    headers = {"X-Shopify-Access-Token": token}
    query = "{ abandonedCheckouts { edges { node { id } } } }"
    document = f'mutation {{ bulkOperationRunQuery(query: "{query}") {{ userErrors {{ message }} }} }}'
    url = f"{ADMIN}/admin/api/2026-10/graphql.json"
    assert "errors" not in (await client.post(url, json={"query": document}, headers=headers)).json()
    for _ in range(100):
        answer = (await client.post(url, json={"query": "{ currentBulkOperation { status } }"}, headers=headers)).json()
        if answer["data"]["currentBulkOperation"]["status"] == "COMPLETED":
            return
        await asyncio.sleep(0.1)
    raise AssertionError(answer)


async def test_no_file_has_a_secret_and_only_its_owner_reads_it(file: Path, created: dict[str, str]) -> None:
    url, folder = f"sqlite+aiosqlite:///{file}", file.parent
    app = create_app(Settings(database_url=url, workers=2, throttle=True))
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        secrets = created | await granted(client, created) | await secrets_of_rows(url)
        del secrets["client_id"]
        await bulk_file(client, created["token"])
        found = contents(folder)
        rights = modes(folder)
    key = found.pop(key_file(file).name)
    assert set(found) >= {"store.sqlite3", "store.sqlite3-wal"}
    everything = b"".join(found.values())
    for name, secret in (secrets | {"key": key.decode().strip()}).items():
        assert len(secret) > 10
        assert secret.encode() not in everything, name
    # The search finds what is there.
    assert token_hash(created["token"]).encode() in everything
    assert SHOP.encode() in everything
    # A file that SQLite shares between processes has no data; it gets the rights of the store, too.
    folders = {name for name in rights if (folder / name).is_dir()}
    assert {rights[name] for name in folders} == {0o700}
    assert {mode for name, mode in rights.items() if name not in folders} == {0o600}
