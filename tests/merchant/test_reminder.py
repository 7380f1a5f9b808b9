"""A reminder that a person sends: texts, preview, test, and why it is refused."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from sqlalchemy import update

from abandoned_checkouts.merchant.site import Site
from abandoned_checkouts.store.checkouts.timeline import latest_mails, timeline_of
from abandoned_checkouts.store.engine.audit_log import list_audit_log
from abandoned_checkouts.store.privacy.unsubscribed import recipient_key, unsubscribe
from abandoned_checkouts.store.tables import shops
from abandoned_checkouts.work.mail_server import HandOver, MailProblem, MailServer, handed_over
from abandoned_checkouts.work.outgoing_mail import OutgoingMail
from tests.control.conftest import FLOW, Desk
from tests.intake.messages import START
from tests.merchant.test_actions import known
from tests.merchant.test_users import as_owner


class Tray(MailServer):
    """A mail server that keeps mails, or refuses them with a reason."""

    sent: list[EmailMessage] = []
    refuses: list[str] = []

    async def send(self, mail: OutgoingMail, hand_over: HandOver = handed_over) -> MailProblem | None:
        if self.refuses:
            return MailProblem(self.refuses[0], again=False)
        self.sent.append(message_from_bytes(mail.content, policy=default))
        return None


@pytest.fixture
def tray(monkeypatch: pytest.MonkeyPatch) -> list[EmailMessage]:
    """The mails that are sent."""
    server = Tray("localhost", 25, None, None, False, None, "Shop <shop@example.com>")
    monkeypatch.setattr(Site, "mail_server", server)
    monkeypatch.setattr(Tray, "sent", [])
    monkeypatch.setattr(Tray, "refuses", [])
    return Tray.sent


def texts(page: str) -> dict[str, str]:
    """The fields of the form, as a browser sends them."""
    found = dict(re.findall(r'<input[^>]* name="(\w+)"(?: type="email")? value="([^"]*)"', page))
    message = re.search(r'<textarea id="message"[^>]*>([^<]*)</textarea>', page)
    assert message is not None
    return {**found, "message": message[1]}


async def test_the_edited_text_is_sent_once_and_recorded(desk: Desk, tray: list[EmailMessage]) -> None:
    secret, path = await as_owner(desk), f"/merchant/checkouts/{desk.number}/reminder"
    page = await desk.client.get(path)
    form = {**texts(page.text), "form_key": secret, "message": "Dear {{ first_name }}, your teapot waits.", "send": "1"}
    assert form["subject"].startswith("Your cart at")
    done = await desk.client.post(path, data=form)
    assert done.headers["location"].endswith("?done=reminder_sent")
    (mail,) = tray
    assert mail["To"] == "ada@example.com" and "Dear Ada, your teapot waits." in mail.as_string()
    assert mail["List-Unsubscribe"].startswith("<https://server.example/")
    twice = await desk.client.post(path, data=form)
    assert twice.status_code == 422 and "This reminder was sent already." in twice.text and len(tray) == 1
    async with desk.store.read() as connection:
        kinds = [
            (entry.kind, entry.name)
            for entry in await timeline_of(connection, desk.shop, await known(connection, desk))
        ]
        log = [(row["action"], row["subject"]) for row in await list_audit_log(connection)]
    assert ("activity", "EMAIL_SENT") in kinds and ("mail", form["subject"]) in kinds
    assert ("mail.sent_by_hand", f"reminder for checkout {desk.number}") in log


async def test_a_mail_that_the_server_refuses_is_not_recorded(desk: Desk, tray: list[EmailMessage]) -> None:
    secret, path = await as_owner(desk), f"/merchant/checkouts/{desk.number}/reminder"
    form = {**texts((await desk.client.get(path)).text), "form_key": secret, "send": "1", "message": "Kept text"}
    Tray.refuses.append("mailbox full")
    refused = await desk.client.post(path, data=form)
    assert refused.status_code == 422 and "mailbox full" in refused.text and "Kept text" in refused.text
    async with desk.store.read() as connection:
        assert await latest_mails(connection, desk.shop, 5) == []
    Tray.refuses.clear()
    assert (await desk.client.post(path, data=form)).status_code == 303 and len(tray) == 1


async def test_a_test_goes_to_the_person_and_is_no_visit(desk: Desk, tray: list[EmailMessage]) -> None:
    secret, path = await as_owner(desk), f"/merchant/checkouts/{desk.number}/reminder"
    page = (await desk.client.get(path)).text
    form = {**texts(page), "form_key": secret, "test": "1"}
    assert form["to"] == "owner@example.com"
    done = await desk.client.post(path, data=form)
    assert done.status_code == 200 and "The test is sent to owner@example.com." in done.text
    (mail,) = tray
    assert mail["To"] == "owner@example.com" and "key=preview" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    async with desk.store.read() as connection:
        assert await latest_mails(connection, desk.shop, 5) == []


async def test_the_preview_is_in_the_buyers_language_and_has_the_texts(desk: Desk, tray: list[EmailMessage]) -> None:
    made = (await desk.ask("POST", "/control/flows", FLOW)).json()["flow"]
    path = f"/merchant/checkouts/{desk.number}/reminder"
    page = (await desk.ask("GET", f"{path}?template={made['id']}-0")).text
    assert "Mine, mail 1" in page and "Hi {{ first_name }}" in page
    shown = await desk.ask(
        "GET", f"{path}/preview?template={made['id']}-0&message=Hello%20%7B%7B%20first_name%20%7D%7D"
    )
    assert "Hello Ada" in shown.text and "sandbox" in shown.headers["content-security-policy"]
    broken = await desk.ask("GET", f"{path}/preview?message=%7B%7B%20nothing")
    assert broken.status_code == 422 and "cannot be rendered" in broken.text
    assert tray == []


async def test_reasons_against_a_reminder(desk: Desk, tray: list[EmailMessage]) -> None:
    secret, path = await as_owner(desk), f"/merchant/checkouts/{desk.number}"
    async with desk.store.begin() as connection:
        await unsubscribe(connection, desk.shop, recipient_key(desk.shop, "ADA@example.com"), START)
    page = await desk.client.get(path)
    assert "The buyer does not want mails." in page.text and f"{path}/reminder" not in page.text
    form = {"form_key": secret, "send": "1", "subject": "x", "message": "y", "button": "z"}
    refused = await desk.client.post(f"{path}/reminder", data=form)
    assert refused.status_code == 422 and tray == []
    many = {"form_key": secret, "action": "remind", "id": desk.number, "confirmed": "1"}
    result = await desk.client.post("/merchant/checkouts/actions", data=many)
    assert "0 reminders are sent." in result.text and "The buyer does not want mails." in result.text


async def test_without_a_mail_server_the_page_says_so(desk: Desk) -> None:
    page = await desk.ask("GET", f"/merchant/checkouts/{desk.number}/reminder")
    assert "Set ABANDONED_CHECKOUTS_SMTP_URL" in page.text and 'name="send"' not in page.text


async def test_a_reminder_of_a_demo_shop_is_kept_and_not_sent(desk: Desk, tray: list[EmailMessage]) -> None:
    secret, path = await as_owner(desk), f"/merchant/checkouts/{desk.number}/reminder"
    async with desk.store.begin() as connection:
        await connection.execute(update(shops).values(is_demo=True))
    form = {**texts((await desk.client.get(path)).text), "form_key": secret, "send": "1"}
    assert (await desk.client.post(path, data=form)).status_code == 303 and tray == []
    async with desk.store.read() as connection:
        assert len(await latest_mails(connection, desk.shop, 5)) == 1
