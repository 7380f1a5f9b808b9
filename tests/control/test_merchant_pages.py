"""The merchant's pages: signing in, a checkout with its mails, previews of a flow."""

import pytest
from sqlalchemy import insert

from abandoned_checkouts.store.tables import flow_mails
from tests.control.conftest import FLOW, Desk
from tests.intake.messages import START


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/merchantevil", "/merchant/\\evil"])
async def test_signing_in_leads_nowhere_else(desk: Desk, elsewhere: str) -> None:
    answer = await desk.client.post("/merchant/sign-in", data={"token": desk.reader, "next": elsewhere})
    assert (answer.status_code, answer.headers["location"]) == (303, "/merchant")


async def test_signing_in_leads_back(desk: Desk) -> None:
    path = f"/merchant/checkouts/{desk.number}"
    asked = await desk.client.get(path)
    assert asked.status_code == 401 and f'value="{path}"' in asked.text and "ada@" not in asked.text
    wrong = await desk.client.post("/merchant/sign-in", data={"token": "shpat_no", "next": path})
    assert wrong.status_code == 401 and "unknown, expired or revoked" in wrong.text
    answer = await desk.client.post("/merchant/sign-in", data={"token": desk.reader, "next": path})
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    cookie = answer.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "secure", "samesite=strict", "path=/merchant"))
    page = await desk.client.get(path)
    assert page.status_code == 200 and "ada@example.com" in page.text and "Abandoned" in page.text
    assert (await desk.client.get("/control/flows")).status_code == 401


async def test_mails_are_shown_as_they_were_sent(desk: Desk) -> None:
    texts = {"sender": "s", "recipient": "ada@example.com", "recipient_key": "k", "plain": "p", "subject": "A <b>gift"}
    about = {"shop_id": desk.shop.id, "id": "m1", "checkout_id": desk.number, "flow_id": 1, "position": 0}
    async with desk.store.begin() as connection:
        mail = {**texts, **about, "sent_at": START, "html": "<h1>Hello</h1>"}
        await connection.execute(insert(flow_mails).values(mail))
    page = await desk.ask("GET", f"/merchant/checkouts/{desk.number}")
    assert "A &lt;b&gt;gift" in page.text and f"/merchant/checkouts/{desk.number}/mails/m1" in page.text
    shown = await desk.ask("GET", f"/merchant/checkouts/{desk.number}/mails/m1")
    assert shown.text == "<h1>Hello</h1>" and "sandbox" in shown.headers["content-security-policy"]
    for wrong in (f"{desk.number}/mails/m2", "1/mails/m1"):
        assert (await desk.ask("GET", f"/merchant/checkouts/{wrong}")).status_code == 404


async def test_previews(desk: Desk) -> None:
    made = (await desk.ask("POST", "/control/flows", FLOW)).json()["flow"]
    path = f"/merchant/flows/{made['id']}/preview"
    shown = await desk.ask("GET", f"{path}?locale=he")
    assert shown.status_code == 200 and 'dir="rtl"' in shown.text and "Hi Ada" in shown.text
    assert "key=preview" in shown.text
    for query in ("?step=1", "?checkout=7", "?checkout=x"):
        assert (await desk.ask("GET", path + query)).status_code == 404
    overview = await desk.ask("GET", "/merchant?query=teapot")
    assert "Lovelace, Ada" in overview.text and path in overview.text
    assert "Nothing found" in (await desk.ask("GET", "/merchant?query=kettle")).text
