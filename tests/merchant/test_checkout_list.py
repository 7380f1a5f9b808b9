"""The merchant pages: the overview, and a checkout with its mails."""

from sqlalchemy import insert

from abandoned_checkouts.store.tables import flow_mails
from tests.control.conftest import FLOW, Desk
from tests.intake.messages import START


async def test_the_overview_lists_checkouts_and_flows(desk: Desk) -> None:
    flow = (await desk.ask("POST", "/control/flows", FLOW)).json()["flow"]
    overview = await desk.ask("GET", "/?query=teapot")
    assert "Ada Lovelace" in overview.text and f"/merchant/flows/{flow['id']}/preview" in overview.text
    assert "No checkouts found" in (await desk.ask("GET", "/?query=kettle")).text


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
