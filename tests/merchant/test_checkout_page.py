"""The page of one checkout."""

import re

from sqlalchemy import insert

from abandoned_checkouts.checkouts.moment import DAY
from abandoned_checkouts.store.sync.seen import Seen, mark_gone, mark_seen
from abandoned_checkouts.store.tables import flow_mails
from tests.control.conftest import Desk
from tests.intake.messages import START


async def test_mails_are_shown_as_they_were_sent(desk: Desk) -> None:
    texts = {"sender": "s", "recipient": "ada@example.com", "recipient_key": "k", "plain": "p", "subject": "A <b>gift"}
    about = {"shop_id": desk.shop.id, "id": "m1", "checkout_id": desk.number, "flow_id": 1, "position": 0}
    async with desk.store.begin() as connection:
        mail = {**texts, **about, "sent_at": START, "html": "<h1>Hello</h1>"}
        await connection.execute(insert(flow_mails).values(mail))
    page = await desk.ask("GET", f"/merchant/checkouts/{desk.number}")
    assert "A &lt;b&gt;gift" in page.text and f"/merchant/checkouts/{desk.number}/mails/m1" in page.text
    framed = await desk.ask("GET", f"/merchant/checkouts/{desk.number}/mails/m1")
    assert 'src="?only=mail"' in framed.text and "dir=" in framed.text
    shown = await desk.ask("GET", f"/merchant/checkouts/{desk.number}/mails/m1?only=mail")
    assert shown.text == "<h1>Hello</h1>" and "sandbox" in shown.headers["content-security-policy"]
    for wrong in (f"{desk.number}/mails/m2", "1/mails/m1"):
        assert (await desk.ask("GET", f"/merchant/checkouts/{wrong}")).status_code == 404


async def test_the_page_has_the_story_the_buyer_and_amounts_that_add_up(desk: Desk) -> None:
    text = (await desk.ask("GET", f"/merchant/checkouts/{desk.number}")).text
    story = re.findall(r'<div class="what"><bdi>([^<]+)</bdi>', text)
    assert story == ["Checkout started", "Abandoned"]
    assert "Ada Lovelace" in text and 'href="mailto:ada%40example.com"' in text
    assert "Teapot" in text and "$19.50 each" in text and "$39.00" in text
    assert "https://server.example/" in text and 'data-copy="recovery-link"' in text


async def test_a_checkout_that_is_gone_at_its_source_says_so(desk: Desk) -> None:
    path = f"/merchant/checkouts/{desk.number}"
    assert "no longer exists at its source" not in (await desk.ask("GET", path)).text
    async with desk.store.begin() as connection:
        await mark_seen(connection, desk.shop.id, [Seen(str(desk.number), START, START)], START)
        await mark_gone(connection, desk.shop.id, [str(desk.number)], START + DAY)
    assert "no longer exists at its source, as seen on Sep 22, 2026. It is kept" in (await desk.ask("GET", path)).text
