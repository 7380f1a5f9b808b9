"""Tokens by OAuth, as the SDKs and connectors ask for them."""

import hashlib
import hmac
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
import orjson
import pytest

from abandoned_checkouts.shopify.http import oauth
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tables import shops
from abandoned_checkouts.store.tenants.shops import find_shop, register_app
from tests.shopify.caller import NOW, Caller

URL = "/admin/oauth/access_token"
SECRET = "shpss_" + "0123456789abcdef" * 2
CREDENTIALS = {"client_id": "app1", "client_secret": SECRET}
EXCHANGE = {
    **CREDENTIALS,
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
}
OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"
ONLINE = "urn:shopify:params:oauth:token-type:online-access-token"


@pytest.fixture(autouse=True)
async def installed(sqlite_caller: Caller) -> None:
    database = await open_database(sqlite_caller.settings.database_url)
    async with database.begin() as connection:
        shop = await find_shop(connection, "acme.myshopify.com")
        assert shop is not None
        await register_app(
            connection,
            shop,
            now=NOW,
            title="App",
            client_id="app1",
            client_secret=SECRET,
            scopes='["read_orders","read_products"]',
            settings=orjson.dumps({"redirect_urls": ["https://app.example/done"]}).decode(),
        )
    await database.close()


def session_token(**claims: Any) -> str:
    now = NOW // 1_000_000
    said = {"aud": "app1", "dest": "https://acme.myshopify.com", "exp": now + 60, "sub": "42", **claims}
    return jwt.encode(said, SECRET[::-1] if claims.get("forged") else SECRET, "HS256")


async def opens(caller: Caller, token: str) -> bool:
    response = await caller.post("{ abandonedCheckoutsCount { count } }", token=token)
    return response.status_code == 200 and response.json()["data"]["abandonedCheckoutsCount"]["count"] == 12


async def test_client_credentials(sqlite_caller: Caller) -> None:
    response = await sqlite_caller.http.post(URL, json={**CREDENTIALS, "grant_type": "client_credentials"})
    answer = response.json()
    assert (answer["scope"], answer["expires_in"]) == ("read_orders,read_products", 86399)
    assert await opens(sqlite_caller, answer["access_token"])
    sqlite_caller.clock.now += 86_400 * 1_000_000
    assert not await opens(sqlite_caller, answer["access_token"])


@pytest.mark.parametrize("wrong", [{"client_secret": "x"}, {"client_id": "x"}, {"client_secret": ""}])
async def test_wrong_credentials(sqlite_caller: Caller, wrong: dict[str, str]) -> None:
    body = {**CREDENTIALS, "grant_type": "client_credentials", **wrong}
    response = await sqlite_caller.http.post(URL, json=body)
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")
    assert response.json()["error_description"]


@pytest.mark.parametrize("kind", ["", "password"])
async def test_unknown_grant(sqlite_caller: Caller, kind: str) -> None:
    response = await sqlite_caller.http.post(URL, data={**CREDENTIALS, "grant_type": kind})
    assert (response.status_code, response.json()["error"]) == (400, "unsupported_grant_type")


async def test_authorization_code_works_once(sqlite_caller: Caller) -> None:
    asked = {"client_id": "app1", "redirect_uri": "https://app.example/done", "state": "s t", "scope": "read_orders"}
    redirect = await sqlite_caller.http.get("/admin/oauth/authorize", params=asked)
    assert redirect.status_code == 302
    said = dict(parse_qsl(urlsplit(redirect.headers["location"]).query))
    signature = said.pop("hmac")
    signed = "&".join(f"{name}={value}" for name, value in sorted(said.items()))
    assert hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).hexdigest() == signature
    assert (said["shop"], said["state"]) == ("acme.myshopify.com", "s t")
    assert not await opens(sqlite_caller, said["code"])
    first = await sqlite_caller.http.post(URL, json={**CREDENTIALS, "code": said["code"]})
    assert await opens(sqlite_caller, first.json()["access_token"])
    again = await sqlite_caller.http.post(URL, json={**CREDENTIALS, "code": said["code"]})
    assert (again.status_code, again.json()["error"]) == (400, "invalid_request")


async def test_a_code_of_a_person_gives_an_online_token(sqlite_caller: Caller) -> None:
    asked = {"client_id": "app1", "redirect_uri": "https://app.example/done", "grant_options[]": "per-user"}
    redirect = await sqlite_caller.http.get("/admin/oauth/authorize", params=asked)
    code = dict(parse_qsl(urlsplit(redirect.headers["location"]).query))["code"]
    answer = (await sqlite_caller.http.post(URL, json={**CREDENTIALS, "code": code, "expiring": "1"})).json()
    assert (answer["expires_in"], answer["associated_user"]["account_owner"]) == (86399, True)
    assert await opens(sqlite_caller, answer["access_token"])
    assert "refresh_token" not in answer


async def test_codes_go_to_listed_addresses_only(sqlite_caller: Caller) -> None:
    asked = {"client_id": "app1", "redirect_uri": "https://evil.example/"}
    assert (await sqlite_caller.http.get("/admin/oauth/authorize", params=asked)).status_code == 400


async def test_token_exchange_and_refresh(sqlite_caller: Caller) -> None:
    asked = {**EXCHANGE, "subject_token": session_token(), "requested_token_type": OFFLINE, "expiring": "1"}
    answer = (await sqlite_caller.http.post(URL, json=asked)).json()
    assert (answer["expires_in"], answer["refresh_token_expires_in"]) == (3600, 90 * 86400)
    assert await opens(sqlite_caller, answer["access_token"])
    refresh = {**CREDENTIALS, "grant_type": "refresh_token", "refresh_token": answer["refresh_token"]}
    renewed = (await sqlite_caller.http.post(URL, json=refresh)).json()
    assert await opens(sqlite_caller, renewed["access_token"])
    # The response may have been lost; tests/promises/test_token_calendar.py says for how long it is repeated.
    assert (await sqlite_caller.http.post(URL, json=refresh)).json() == renewed


@pytest.mark.parametrize("expiring", ["1", "true", 1, True])
async def test_a_token_that_lasts_is_exchanged_for_one_that_expires(sqlite_caller: Caller, expiring: Any) -> None:
    """As the library's migrateToExpiringToken asks; the old token opens nothing any more."""
    asked = {**EXCHANGE, "subject_token": session_token(), "requested_token_type": OFFLINE}
    lasting = (await sqlite_caller.http.post(URL, json=asked)).json()
    assert "expires_in" not in lasting
    subject = {"subject_token": lasting["access_token"], "subject_token_type": OFFLINE}
    migrating = {**EXCHANGE, **subject, "requested_token_type": OFFLINE}
    refused = await sqlite_caller.http.post(URL, json=migrating)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_request")
    answer = (await sqlite_caller.http.post(URL, json={**migrating, "expiring": expiring})).json()
    assert (answer["expires_in"], answer["scope"]) == (3600, "read_orders,read_products") and answer["refresh_token"]
    assert await opens(sqlite_caller, answer["access_token"])
    assert not await opens(sqlite_caller, lasting["access_token"])
    assert (await sqlite_caller.http.post(URL, json={**migrating, "expiring": expiring})).json() == answer
    for token in (answer["access_token"], sqlite_caller.tokens["all"], "nothing"):
        again = {**migrating, "subject_token": token, "expiring": expiring}
        response = await sqlite_caller.http.post(URL, json=again)
        assert (response.status_code, response.json()["error"]) == (400, "invalid_subject_token"), token
    assert await opens(sqlite_caller, sqlite_caller.tokens["all"])


async def test_online_token_names_its_user(sqlite_caller: Caller) -> None:
    asked = {**EXCHANGE, "subject_token": session_token(), "requested_token_type": ONLINE}
    answer = (await sqlite_caller.http.post(URL, json=asked)).json()
    assert answer["associated_user"]["id"] == 42
    assert answer["associated_user_scope"] == "read_orders,read_products"


@pytest.mark.parametrize(
    "claims",
    [{"exp": 1}, {"aud": "app2"}, {"dest": "https://other.myshopify.com"}, {"forged": True}],
)
async def test_session_token_that_is_not_ours(sqlite_caller: Caller, claims: dict[str, Any]) -> None:
    asked = {**EXCHANGE, "subject_token": session_token(**claims), "requested_token_type": OFFLINE}
    response = await sqlite_caller.http.post(URL, json=asked)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_subject_token")


@pytest.mark.parametrize(
    "asked", [{"client_id": "\0"}, {"client_id": "a" * 10_000}, {"code": "\0"}, {"client_id": "é"}]
)
async def test_odd_texts_are_refused_on_both_databases(caller: Caller, asked: dict[str, str]) -> None:
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
async def test_oauth_knows_the_status_of_a_shop(sqlite_caller: Caller, status: str, code: int) -> None:
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
