"""Signing in to the merchant pages, and out of them."""

import re

import httpx
import pytest

from abandoned_checkouts.access.roles import Role
from abandoned_checkouts.checkouts.moment import DAY
from abandoned_checkouts.store.engine.audit_log import list_audit_log
from abandoned_checkouts.store.tenants.merchant_users import invite
from tests.control.conftest import Desk
from tests.intake.messages import START


def form_key(page: httpx.Response) -> str:
    found = re.search(r'name="form_key" value="([0-9a-f]{40})"', page.text)
    assert found is not None, page.text
    return found[1]


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil", "/merchant/\\evil", "/merchantevil", ""]
)
async def test_sign_in_redirects_to_merchant_pages_only(desk: Desk, elsewhere: str) -> None:
    answer = await desk.client.post("/merchant/sign-in", data={"token": desk.reader, "next": elsewhere})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_sign_in_redirects_back_and_sets_a_cookie(desk: Desk) -> None:
    path = f"/merchant/checkouts/{desk.number}"
    first = await desk.client.get(path)
    assert first.status_code == 401 and f'value="{path}"' in first.text and "ada@" not in first.text
    wrong = await desk.client.post("/merchant/sign-in", data={"token": "shpat_no", "next": path})
    assert wrong.status_code == 401 and "unknown, expired or revoked" in wrong.text
    answer = await desk.client.post("/merchant/sign-in", data={"token": desk.reader, "next": path})
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    cookie = answer.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "secure", "samesite=lax", "path=/;"))
    assert desk.reader not in answer.headers["set-cookie"]
    page = await desk.client.get(path)
    assert page.status_code == 200 and "ada@example.com" in page.text and "Abandoned" in page.text
    assert (await desk.client.get("/control/flows")).status_code == 401


async def test_an_invitation_works_once_and_expires(desk: Desk) -> None:
    async with desk.store.begin() as connection:
        key = await invite(connection, desk.shop, "Grace@Example.com", Role.AGENT, START)
    asked = await desk.client.get(f"/merchant/enter/{key}")
    assert asked.status_code == 200 and "set-cookie" not in asked.headers
    entered = await desk.client.post(f"/merchant/enter/{key}")
    assert entered.status_code == 303
    page = await desk.client.get("/")
    assert "grace@example.com" in page.text and "Agent" in page.text
    # An agent neither sees nor uses the page of users.
    assert "/merchant/users" not in page.text
    assert (await desk.client.get("/merchant/users")).status_code == 403
    desk.client.cookies.clear()
    assert (await desk.client.post(f"/merchant/enter/{key}")).status_code == 410
    async with desk.store.begin() as connection:
        old = await invite(connection, desk.shop, "late@example.com", Role.VIEWER, START - 8 * DAY)
    assert (await desk.client.post(f"/merchant/enter/{old}")).status_code == 410


async def test_a_form_needs_the_secret_of_its_session_and_its_own_origin(desk: Desk) -> None:
    async with desk.store.begin() as connection:
        key = await invite(connection, desk.shop, "owner@example.com", Role.OWNER, START)
    await desk.client.post(f"/merchant/enter/{key}")
    invitation = {"email": "new@example.com", "role": "viewer"}
    for wrong in ("", "0" * 40, "é"):
        refused = await desk.client.post("/merchant/users", data={**invitation, "form_key": wrong})
        assert refused.status_code == 403 and "too old" in refused.text
    secret = form_key(await desk.client.get("/merchant/users"))
    foreign = await desk.client.post(
        "/merchant/users", data={**invitation, "form_key": secret}, headers={"Origin": "https://evil.example"}
    )
    assert foreign.status_code == 403
    done = await desk.client.post("/merchant/users", data={**invitation, "form_key": secret})
    assert done.status_code == 200 and "/merchant/enter/" in done.text


async def test_signing_out_everywhere_ends_other_sessions_of_the_user(desk: Desk) -> None:
    cookies = []
    for _ in range(3):
        async with desk.store.begin() as connection:
            key = await invite(connection, desk.shop, "grace@example.com", Role.VIEWER, START)
        desk.client.cookies.clear()
        await desk.client.post(f"/merchant/enter/{key}")
        cookies.append(dict(desk.client.cookies))

    async def status(cookie: dict[str, str]) -> int:
        desk.client.cookies.clear()
        return (
            await desk.client.get("/", headers={"Cookie": f"merchant_session={cookie['merchant_session']}"})
        ).status_code

    secret = form_key(await desk.client.get("/"))
    await desk.client.post("/merchant/sign-out", data={"form_key": secret})
    assert [await status(cookie) for cookie in cookies] == [200, 200, 401]
    desk.client.cookies.update(cookies[0])
    secret = form_key(await desk.client.get("/"))
    await desk.client.post("/merchant/sign-out", data={"form_key": secret, "everywhere": "1"})
    assert [await status(cookie) for cookie in cookies] == [401, 401, 401]
    async with desk.store.read() as connection:
        log = [(row["action"], row["subject"]) for row in await list_audit_log(connection)]
    assert ("session.ended", "all sessions") in log and ("user.invited", "user 1: viewer") in log
    assert not any("grace" in subject for _, subject in log)


async def test_the_chosen_language_is_kept(desk: Desk) -> None:
    asked = await desk.client.get("/merchant/sign-in", headers={"Accept-Language": "fr, he;q=0.8, en;q=0.5"})
    assert 'dir="rtl"' in asked.text
    chosen = await desk.client.post("/merchant/language", data={"language": "en", "next": "/merchant/outbox"})
    assert chosen.headers["location"] == "/merchant/outbox"
    asked = await desk.client.get("/merchant/sign-in", headers={"Accept-Language": "he"})
    assert 'dir="ltr"' in asked.text
