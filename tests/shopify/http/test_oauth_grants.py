"""The tokens that apps get by the four grants, as the SDKs and connectors request them."""

from typing import Any

import jwt
import pytest

from tests.shopify.caller import NOW, Caller
from tests.shopify.http.oauth_app import CREDENTIALS, SECRET, URL, can_read
from tests.shopify.http.oauth_app import installed as installed  # The fixture.

EXCHANGE = {
    **CREDENTIALS,
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
}
OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"
ONLINE = "urn:shopify:params:oauth:token-type:online-access-token"


def session_token(**claims: Any) -> str:
    now = NOW // 1_000_000
    content = {"aud": "app1", "dest": "https://acme.myshopify.com", "exp": now + 60, "sub": "42", **claims}
    return jwt.encode(content, SECRET[::-1] if claims.get("forged") else SECRET, "HS256")


async def test_client_credentials_return_a_token_for_a_day(sqlite_caller: Caller) -> None:
    response = await sqlite_caller.http.post(URL, json={**CREDENTIALS, "grant_type": "client_credentials"})
    answer = response.json()
    assert (answer["scope"], answer["expires_in"]) == ("read_orders,read_products", 86399)
    assert await can_read(sqlite_caller, answer["access_token"])
    sqlite_caller.clock.now += 86_400 * 1_000_000
    assert not await can_read(sqlite_caller, answer["access_token"])


@pytest.mark.parametrize("kind", ["", "password"])
async def test_an_unknown_grant_type_is_refused(sqlite_caller: Caller, kind: str) -> None:
    response = await sqlite_caller.http.post(URL, data={**CREDENTIALS, "grant_type": kind})
    assert (response.status_code, response.json()["error"]) == (400, "unsupported_grant_type")


async def test_a_session_token_is_exchanged_for_a_pair_that_can_be_refreshed(sqlite_caller: Caller) -> None:
    asked = {**EXCHANGE, "subject_token": session_token(), "requested_token_type": OFFLINE, "expiring": "1"}
    answer = (await sqlite_caller.http.post(URL, json=asked)).json()
    assert (answer["expires_in"], answer["refresh_token_expires_in"]) == (3600, 90 * 86400)
    assert await can_read(sqlite_caller, answer["access_token"])
    refresh = {**CREDENTIALS, "grant_type": "refresh_token", "refresh_token": answer["refresh_token"]}
    renewed = (await sqlite_caller.http.post(URL, json=refresh)).json()
    assert await can_read(sqlite_caller, renewed["access_token"])
    # The response may have been lost; tests/promises/test_token_calendar.py says for how long it is repeated.
    assert (await sqlite_caller.http.post(URL, json=refresh)).json() == renewed


@pytest.mark.parametrize("expiring", ["1", "true", 1, True])
async def test_a_non_expiring_token_is_exchanged_for_an_expiring_one(sqlite_caller: Caller, expiring: Any) -> None:
    """As migrateToExpiringToken of Shopify's library requests it. The old token is refused afterwards."""
    asked = {**EXCHANGE, "subject_token": session_token(), "requested_token_type": OFFLINE}
    lasting = (await sqlite_caller.http.post(URL, json=asked)).json()
    assert "expires_in" not in lasting
    subject = {"subject_token": lasting["access_token"], "subject_token_type": OFFLINE}
    migrating = {**EXCHANGE, **subject, "requested_token_type": OFFLINE}
    refused = await sqlite_caller.http.post(URL, json=migrating)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_request")
    answer = (await sqlite_caller.http.post(URL, json={**migrating, "expiring": expiring})).json()
    assert (answer["expires_in"], answer["scope"]) == (3600, "read_orders,read_products") and answer["refresh_token"]
    assert await can_read(sqlite_caller, answer["access_token"])
    assert not await can_read(sqlite_caller, lasting["access_token"])
    assert (await sqlite_caller.http.post(URL, json={**migrating, "expiring": expiring})).json() == answer
    for token in (answer["access_token"], sqlite_caller.tokens["all"], "nothing"):
        again = {**migrating, "subject_token": token, "expiring": expiring}
        response = await sqlite_caller.http.post(URL, json=again)
        assert (response.status_code, response.json()["error"]) == (400, "invalid_subject_token"), token
    assert await can_read(sqlite_caller, sqlite_caller.tokens["all"])


async def test_an_online_token_has_its_user(sqlite_caller: Caller) -> None:
    asked = {**EXCHANGE, "subject_token": session_token(), "requested_token_type": ONLINE}
    answer = (await sqlite_caller.http.post(URL, json=asked)).json()
    assert answer["associated_user"]["id"] == 42
    assert answer["associated_user_scope"] == "read_orders,read_products"


@pytest.mark.parametrize(
    "claims",
    [{"exp": 1}, {"aud": "app2"}, {"dest": "https://other.myshopify.com"}, {"forged": True}],
)
async def test_an_invalid_session_token_is_refused(sqlite_caller: Caller, claims: dict[str, Any]) -> None:
    asked = {**EXCHANGE, "subject_token": session_token(**claims), "requested_token_type": OFFLINE}
    response = await sqlite_caller.http.post(URL, json=asked)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_subject_token")
