"""Mail servers from their URLs, and mails as bytes on the wire."""

from email.utils import parsedate_to_datetime

import pytest

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.recovery.mail import Mail
from abandoned_checkouts.work.mail_server import MailServer, MailServerError, compose
from tests.intake.messages import START
from tests.work.mail_server import mail_server


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp://mail.example:mail"])
def test_an_invalid_url_is_rejected(url: str) -> None:
    with pytest.raises(MailServerError):
        MailServer.from_url(url)


def test_valid_urls() -> None:
    server = MailServer.from_url("smtps://ada%40x:pass%2Fword@mail.example?starttls=required")
    assert (server.host, server.port, server.user, server.password) == ("mail.example", 465, "ada@x", "pass/word")
    assert server.tls


LINK = f"https://server.example/1/unsubscribe/{'a' * 150}?key={'0' * 64}&locale=he"


def _mail(**changes: str) -> Mail:
    values = {"subject": "Your cart", "html": "<p>Hello</p>", "plain": "Hello", "locale": "en"}
    return Mail(**{**values, "unsubscribe_link": LINK, **changes})


async def _on_the_wire(mail: Mail) -> bytes:
    """The bytes that a mail server receives."""
    texts = dict.fromkeys(("uuid", "name", "email", "owner_name", "platform", "secret"), "x")
    shop = Shop(id=1, currency="USD", timezone="UTC", domain="acme.myshopify.com", **texts)
    async with mail_server() as box:
        server = MailServer.from_url(box.url)
        message = compose(
            mail, sender="Acme <hello@acme.example>", recipient="ada@example.com", message_id="m1", shop=shop, now=START
        )
        assert await server.send(message) is None
        [envelope] = box.envelopes
    assert envelope.rcpt_tos == ["ada@example.com"] and envelope.mail_from == "hello@acme.example"
    content: bytes = envelope.original_content
    return content


def _headers(content: bytes) -> dict[str, str]:
    """The header lines, not unfolded and not decoded."""
    lines = content.split(b"\r\n\r\n", 1)[0].decode("ascii").split("\r\n")
    return dict(line.split(": ", 1) for line in lines if not line.startswith((" ", "\t")))


async def test_the_unsubscribe_link_is_one_line_that_is_not_encoded() -> None:
    """RFC 2369, 8058: programs read this header without decoding it."""
    headers = _headers(await _on_the_wire(_mail()))
    assert headers["List-Unsubscribe"] == f"<{LINK}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


async def test_the_headers_that_every_mail_needs() -> None:
    headers = _headers(await _on_the_wire(_mail()))
    assert headers["Message-ID"] == "<m1@acme.myshopify.com>"
    assert parsedate_to_datetime(headers["Date"]).timestamp() == START // 1_000_000
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["MIME-Version"] == "1.0"


@pytest.mark.parametrize(
    "changes",
    [
        {"plain": "word " * 3000, "html": f"<p>{'word ' * 3000}</p>"},
        {"plain": "א" * 4000, "html": f"<p dir=rtl>{'א' * 4000}</p>", "subject": "העגלה שלך " * 20, "locale": "he"},
        {"plain": "x" * 5000, "html": "x" * 5000, "subject": "€" * 300},
        {"plain": ".\r\n..\r\nFrom me", "html": "<p>.</p>"},
    ],
    ids=["long", "right to left", "one word", "dots"],
)
async def test_lines_are_short_enough_and_ascii(changes: dict[str, str]) -> None:
    """RFC 5322, 2.1.1: a line has at most 998 characters, and should have at most 78; links may not be folded."""
    content = await _on_the_wire(_mail(**changes))
    lines = content.split(b"\r\n")
    assert all(len(line) <= 998 for line in lines)
    assert [line for line in lines if len(line) > 78 and LINK.encode() not in line] == []
    assert content.isascii()
