"""Tokens that expire: issued for a client id and secret, refreshed in time, and stored encrypted."""

from typing import Any

import pytest
from sqlalchemy import text

from abandoned_checkouts.checkouts.moment import HOUR, SECOND
from abandoned_checkouts.store.sync.syncs import save_credentials
from abandoned_checkouts.sync.source import SourceError
from tests.sync.conftest import NOW, Copy, SourceShop

OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"


async def use(copy: Copy, credentials: dict[str, Any]) -> None:
    async with copy.database.begin() as connection:
        await save_credentials(connection, await copy.sync(), credentials)


async def stored(copy: Copy) -> str:
    async with copy.database.read() as connection:
        return str((await connection.execute(text("SELECT credentials FROM syncs"))).scalar_one())


def app_of(source: SourceShop, kind: str) -> dict[str, str]:
    made = source.ask(
        "POST",
        "/apps",
        {"title": "Copy", "kind": kind, "approve": ["customer_data", "name", "email", "phone", "address"]},
    )
    return {"client_id": made["app"]["clientId"], "client_secret": made["app"]["clientSecret"]}


async def test_client_credentials_are_exchanged_and_renewed(copy: Copy, source: SourceShop) -> None:
    app = app_of(source, "custom")
    await use(copy, app)
    await copy.run()
    first = (await copy.sync()).credentials
    assert first["access_token"] and first["expires_at"] == NOW + 24 * HOUR - SECOND
    await copy.run()
    assert (await copy.sync()).credentials == first
    copy.clock += 25 * HOUR
    source.advance(25 * 3600)
    await copy.run()
    assert (await copy.sync()).credentials["access_token"] != first["access_token"]
    assert app["client_secret"] not in await stored(copy)


async def test_a_refresh_whose_response_is_lost_is_repeated(copy: Copy, source: SourceShop) -> None:
    app = app_of(source, "public")
    token = source.ask("POST", "/tokens", {"app": app["client_id"]})["token"]
    asked = {
        **app,
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": token,
        "subject_token_type": OFFLINE,
        "requested_token_type": OFFLINE,
        "expiring": "1",
    }
    pair = source.post("/admin/oauth/access_token", asked)
    names = ("access_token", "refresh_token")
    await use(copy, {**app, **{name: pair[name] for name in names}, "expires_at": 0})
    lost = {"path": "/admin/oauth/access_token", "nth": 1, "connection": "lost-answer"}
    source.ask("POST", "/faults", [lost])
    await copy.run()
    renewed = (await copy.sync()).credentials
    assert renewed["refresh_token"] != pair["refresh_token"] and renewed["access_token"] != pair["access_token"]
    assert (await copy.verify()).is_same


async def test_a_refused_secret(copy: Copy, source: SourceShop) -> None:
    await use(copy, {**app_of(source, "custom"), "client_secret": "wrong"})
    with pytest.raises(SourceError, match=r"refuses the client id and secret .*authorize the app again"):
        await copy.run()
