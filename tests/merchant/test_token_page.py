"""The page of access tokens: created and shown once, revoked; no token has more rights than its creator."""

import re

from abandoned_checkouts.access.callers import CallerKind
from abandoned_checkouts.store.tenants.access_tokens import issue_token, list_tokens
from tests.control.conftest import Desk
from tests.intake.messages import START
from tests.merchant.test_users import as_owner

PATH = "/merchant/settings/tokens"


async def test_a_token_is_shown_once_works_and_is_revoked(desk: Desk) -> None:
    secret = await as_owner(desk)
    form = {"form_key": secret, "name": "Monthly report", "scope": ["read_orders", "read_customers"], "others": ""}
    page = await desk.client.post(PATH, data=form)
    found = re.search(r'<code id="new-token" dir="ltr">(shpat_\w+)</code>', page.text)
    assert found is not None
    token = found[1]
    assert token not in (await desk.client.get(PATH)).text and "Monthly report" in page.text
    headers = {"X-Shopify-Access-Token": token}
    assert (await desk.client.get("/control/settings", headers=headers)).status_code == 200
    async with desk.store.read() as connection:
        (row,) = [row for row in await list_tokens(connection, desk.shop) if row["app"] == "Monthly report"]
    assert row["scopes"] == ["read_orders", "read_customers"]
    done = await desk.client.post(f"{PATH}/{row['id']}", data={"form_key": secret})
    assert done.headers["location"] == f"{PATH}?done=token_revoked"
    assert (await desk.client.get("/control/settings", headers=headers)).status_code == 401
    assert (await desk.client.post(f"{PATH}/{row['id']}", data={"form_key": secret})).status_code == 404


async def test_missing_names_and_unknown_scopes_are_explained(desk: Desk) -> None:
    form = {"form_key": await as_owner(desk), "name": "Tool", "scope": ["read_orders"]}
    for change, text in (
        ({"name": ""}, "Write what the token is for."),
        ({"scope": []}, "Choose at least one scope."),
        ({"others": "read_ordres"}, "Did you mean &#39;read_orders&#39;?"),
    ):
        page = await desk.client.post(PATH, data={**form, **change})
        assert page.status_code == 422 and text in page.text and "new-token" not in page.text


async def test_a_token_of_an_app_creates_no_token_with_more_scopes(desk: Desk) -> None:
    async with desk.store.begin() as connection:
        token = await issue_token(connection, desk.shop, ["read_orders", "write_users"], now=START)
    headers = {"X-Shopify-Access-Token": token}
    form = {"name": "More", "scope": ["write_orders"]}
    refused = await desk.client.post(PATH, data=form, headers=headers)
    assert refused.status_code == 422 and "a scope that you lack: write_orders" in refused.text
    allowed = await desk.client.post(PATH, data={**form, "scope": ["read_orders"]}, headers=headers)
    assert "new-token" in allowed.text


async def test_the_tokens_of_visitors_and_of_the_demo_are_not_shown(desk: Desk) -> None:
    async with desk.store.begin() as connection:
        for kind in (CallerKind.VISITOR, CallerKind.DEMO):
            await issue_token(connection, desk.shop, ["read_orders"], now=START, kind=kind, token=f"hidden_{kind}_demo")
        numbers = {row["kind"]: row["id"] for row in await list_tokens(connection, desk.shop)}
    secret = await as_owner(desk)
    assert "hidden…demo" not in (await desk.client.get(PATH)).text
    answer = await desk.client.post(f"{PATH}/{numbers['demo']}", data={"form_key": secret})
    assert answer.status_code == 404
