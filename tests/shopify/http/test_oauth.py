"""Which apps are authenticated and authorized, and in which form failures are reported."""

import hashlib
import hmac
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson
import pytest

from abandoned_checkouts.shopify.http import oauth
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tables import shops
from tests.shopify.caller import Caller
from tests.shopify.http.oauth_app import CREDENTIALS, SECRET, URL, can_read
from tests.shopify.http.oauth_app import installed as installed  # The fixture.


@pytest.mark.parametrize("wrong", [{"client_secret": "x"}, {"client_id": "x"}, {"client_secret": ""}])
async def test_wrong_credentials_are_refused(sqlite_caller: Caller, wrong: dict[str, str]) -> None:
    body = {**CREDENTIALS, "grant_type": "client_credentials", **wrong}
    response = await sqlite_caller.http.post(URL, json=body)
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")
    assert response.json()["error_description"]


async def test_an_authorization_code_can_be_redeemed_once(sqlite_caller: Caller) -> None:
    asked = {"client_id": "app1", "redirect_uri": "https://app.example/done", "state": "s t", "scope": "read_orders"}
    redirect = await sqlite_caller.http.get("/admin/oauth/authorize", params=asked)
    assert redirect.status_code == 302
    query = dict(parse_qsl(urlsplit(redirect.headers["location"]).query))
    signature = query.pop("hmac")
    signed = "&".join(f"{name}={value}" for name, value in sorted(query.items()))
    assert hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).hexdigest() == signature
    assert (query["shop"], query["state"]) == ("acme.myshopify.com", "s t")
    assert not await can_read(sqlite_caller, query["code"])
    first = await sqlite_caller.http.post(URL, json={**CREDENTIALS, "code": query["code"]})
    assert await can_read(sqlite_caller, first.json()["access_token"])
    again = await sqlite_caller.http.post(URL, json={**CREDENTIALS, "code": query["code"]})
    assert (again.status_code, again.json()["error"]) == (400, "invalid_request")


async def test_a_code_for_a_user_is_redeemed_for_an_online_token(sqlite_caller: Caller) -> None:
    asked = {"client_id": "app1", "redirect_uri": "https://app.example/done", "grant_options[]": "per-user"}
    redirect = await sqlite_caller.http.get("/admin/oauth/authorize", params=asked)
    code = dict(parse_qsl(urlsplit(redirect.headers["location"]).query))["code"]
    answer = (await sqlite_caller.http.post(URL, json={**CREDENTIALS, "code": code, "expiring": "1"})).json()
    assert (answer["expires_in"], answer["associated_user"]["account_owner"]) == (86399, True)
    assert await can_read(sqlite_caller, answer["access_token"])
    assert "refresh_token" not in answer


async def test_codes_are_sent_to_registered_redirect_urls_only(sqlite_caller: Caller) -> None:
    asked = {"client_id": "app1", "redirect_uri": "https://evil.example/"}
    assert (await sqlite_caller.http.get("/admin/oauth/authorize", params=asked)).status_code == 400


@pytest.mark.parametrize(
    "asked", [{"client_id": "\0"}, {"client_id": "a" * 10_000}, {"code": "\0"}, {"client_id": "é"}]
)
async def test_unusual_characters_are_refused_on_both_databases(caller: Caller, asked: dict[str, str]) -> None:
    for body in ({"json": {**CREDENTIALS, **asked}}, {"data": {**CREDENTIALS, **asked}}):
        response = await caller.http.post(URL, **body)  # type: ignore[arg-type]
        assert (response.status_code, response.json()["error"]) == (401, "invalid_client")
    response = await caller.http.get("/admin/oauth/authorize", params=asked)
    assert (response.status_code, response.json()) == (404, {"errors": "Not Found"})


async def test_a_failing_store_is_reported_in_the_form_of_the_endpoint(
    sqlite_caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: Any, **__: Any) -> None:
        raise RuntimeError("SELECT secrets")

    monkeypatch.setattr(oauth, "find_installations", fails)
    for response in (
        await sqlite_caller.http.post(URL, json=CREDENTIALS),
        await sqlite_caller.http.get("/admin/oauth/authorize", params={"client_id": "app1"}),
    ):
        assert (response.status_code, response.json()) == (500, {"errors": "An unexpected error occurred"})
        assert response.headers["x-request-id"]


@pytest.mark.parametrize(
    ("status", "code"), [("active", 200), ("frozen", 402), ("forbidden", 403), ("locked", 423), ("closed", 404)]
)
async def test_the_status_of_a_shop_can_close_oauth(sqlite_caller: Caller, status: str, code: int) -> None:
    database = await open_database(sqlite_caller.settings.database_url)
    async with database.begin() as connection:
        values = {"settings": orjson.dumps({"status": status}).decode()}
        await connection.execute(shops.update().where(shops.c.domain == "acme.myshopify.com").values(values))
    await database.close()
    for grant in ("client_credentials", "refresh_token"):
        response = await sqlite_caller.http.post(URL, json={**CREDENTIALS, "grant_type": grant})
        assert response.status_code == (code if code != 200 or grant == "client_credentials" else 401)
        if code != 200:
            assert list(response.json()) == ["errors"]
    asked = {"client_id": "app1", "redirect_uri": "https://app.example/done"}
    response = await sqlite_caller.http.get("/admin/oauth/authorize", params=asked)
    assert response.status_code == (302 if code == 200 else code)


async def test_the_host_of_an_unknown_shop_is_not_found(sqlite_caller: Caller) -> None:
    headers = {"Host": "nowhere.myshopify.com"}
    asked = {**CREDENTIALS, "grant_type": "client_credentials"}
    response = await sqlite_caller.http.post(URL, json=asked, headers=headers)
    assert (response.status_code, response.json()) == (404, {"errors": "Not Found"})
    asked = {"client_id": "app1", "redirect_uri": "https://app.example/done"}
    assert (await sqlite_caller.http.get("/admin/oauth/authorize", params=asked, headers=headers)).status_code == 404


async def test_an_unknown_scope_is_refused_with_the_nearest_one(sqlite_caller: Caller) -> None:
    asked = {"client_id": "app1", "redirect_uri": "https://app.example/done", "scope": "read_orders,read_product"}
    response = await sqlite_caller.http.get("/admin/oauth/authorize", params=asked)
    assert (response.status_code, response.json()) == (
        400,
        {
            "error": "invalid_scope",
            "error_description": "'read_product' is not a scope. Did you mean 'read_products'?",
        },
    )
