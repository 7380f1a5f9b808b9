"""Mails as bytes: what a mail server receives, read by a strict parser, and verified by DKIM."""

import sys
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, strict
from email.utils import parsedate_to_datetime

import pytest

from abandoned_checkouts.checkouts.dkim_key import DkimKey, read_dkim_key
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.recovery.mail import Mail
from abandoned_checkouts.work.mail_server import MailServer
from abandoned_checkouts.work.outgoing_mail import UnsignedError, as_sent, compose
from tests.intake.messages import START
from tests.work.mail_server import mail_server

LINK = f"https://server.example/1/unsubscribe/{'a' * 150}?key={'0' * 64}&locale=he"
HEBREW = {"plain": "שלום, העגלה מחכה", "html": "<p dir=rtl>שלום</p>", "subject": "העגלה שלך " * 20, "locale": "he"}


def _mail(**changes: str) -> Mail:
    values = {"subject": "Your cart", "html": "<p>Hello</p>", "plain": "Hello", "locale": "en"}
    return Mail(**{**values, "unsubscribe_link": LINK, **changes})


def _message(mail: Mail, recipient: str = "ada@example.com") -> EmailMessage:
    texts = dict.fromkeys(("uuid", "name", "email", "owner_name", "platform", "secret"), "x")
    shop = Shop(id=1, currency="USD", timezone="UTC", domain="acme.myshopify.com", **texts)
    sender = "Acme <hello@acme.example>"
    return compose(mail, sender=sender, recipient=recipient, message_id="m1", shop=shop, now=START)


async def _on_the_wire(mail: Mail, key: DkimKey | None = None) -> bytes:
    """The bytes that a mail server receives."""
    async with mail_server() as box:
        assert await MailServer.from_url(box.url).send(as_sent(_message(mail), key)) is None
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
@pytest.mark.parametrize("is_signed", [False, True], ids=["unsigned", "signed"])
async def test_lines_are_short_enough_and_ascii(changes: dict[str, str], is_signed: bool, key: DkimKey) -> None:
    """RFC 5322, 2.1.1: a line has at most 998 characters, and should have at most 78; links may not be folded."""
    if is_signed:
        pytest.importorskip("dkim")
    content = await _on_the_wire(_mail(**changes), key if is_signed else None)
    lines = content.split(b"\r\n")
    assert all(len(line) <= 998 for line in lines)
    assert [line for line in lines if len(line) > 78 and LINK.encode() not in line] == []
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"") and b"\r" not in content.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "changes",
    [{}, HEBREW, {"plain": "á̈ 👩‍👩‍👧 €", "html": "<p>👩‍👩‍👧</p>", "subject": "👩‍👩‍👧 €"}],
    ids=["english", "hebrew", "emoji"],
)
async def test_a_strict_parser_finds_both_parts_as_they_were_written(changes: dict[str, str]) -> None:
    """The strict policy raises an error for each defect of headers, parts and encodings."""
    mail = _mail(**changes)
    parsed = message_from_bytes(await _on_the_wire(mail), policy=SMTP + strict)
    assert isinstance(parsed, EmailMessage) and parsed.get_content_type() == "multipart/alternative"
    plain, html = parsed.iter_parts()
    assert isinstance(plain, EmailMessage) and isinstance(html, EmailMessage)
    assert [plain.get_content_type(), html.get_content_type()] == ["text/plain", "text/html"]
    assert [part.get_content_charset() for part in (plain, html)] == ["utf-8", "utf-8"]
    assert [plain.get_content().strip(), html.get_content().strip()] == [mail.plain, mail.html]
    assert str(parsed["Subject"]) == " ".join(mail.subject.split()) and parsed["Content-Language"] == mail.locale
    assert len({name.lower() for name in parsed}) == len(list(parsed))


@pytest.mark.parametrize(
    "recipient", ["", "ada", "a b@example.com", "ada@example.com\r\nBcc: eve@example.com", "á@example.com"]
)
def test_an_invalid_address_is_rejected(recipient: str) -> None:
    with pytest.raises(ValueError, match="address"):
        _message(_mail(), recipient)


def test_a_domain_in_other_letters_is_sent_in_ascii() -> None:
    assert as_sent(_message(_mail(), "ada@bücher.example"), None).recipient == "ada@xn--bcher-kva.example"


@pytest.fixture(scope="module")
def key() -> DkimKey:
    return read_dkim_key("acme.example", "cart1")


@pytest.mark.parametrize(
    "changes", [{}, HEBREW, {"plain": ".\r\n..\r\nFrom me", "html": "<p>.</p>"}], ids=["english", "hebrew", "dots"]
)
async def test_the_received_bytes_have_a_valid_dkim_signature(changes: dict[str, str], key: DkimKey) -> None:
    dkim = pytest.importorskip("dkim")
    asked: list[bytes] = []

    def dns(name: bytes, timeout: int = 5) -> bytes:
        asked.append(name)
        return key.record.encode()

    content = await _on_the_wire(_mail(**changes), key)
    assert dkim.verify(content, dnsfunc=dns) and asked == [f"{key.record_name}.".encode()]
    for old, new in ((b"Subject: ", b"Subject: Re: "), (b"key=0", b"key=1"), (b"Hello", b"Hallo")):
        changed = content.replace(old, new)
        assert changed == content or not dkim.verify(changed, dnsfunc=dns)
    other = read_dkim_key("acme.example", "cart1")
    assert not dkim.verify(content, dnsfunc=lambda *_, **__: other.record.encode())


async def test_the_signature_covers_every_header(key: DkimKey) -> None:
    """RFC 8058, 4: the signature must cover both headers for unsubscribing."""
    pytest.importorskip("dkim")
    content = await _on_the_wire(_mail(), key)
    parsed = message_from_bytes(content)
    covered = "".join(str(parsed["DKIM-Signature"]).split()).partition(";h=")[2].partition(";")[0].split(":")
    assert {name.lower() for name in parsed} - {"dkim-signature"} == set(covered)
    assert "d=acme.example;" in str(parsed["DKIM-Signature"]) and "s=cart1;" in str(parsed["DKIM-Signature"])


def test_without_the_library_a_signed_mail_is_not_sent(key: DkimKey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dkim", None)
    with pytest.raises(UnsignedError, match=r"abandoned-checkouts\[dkim\]"):
        as_sent(_message(_mail()), key)
    assert as_sent(_message(_mail()), None).content
