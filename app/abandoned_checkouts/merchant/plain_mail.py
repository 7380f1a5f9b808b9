"""Mails of these pages to the people who work in the shop: plain text, signed by the shop's DKIM key."""

import asyncio
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate

from abandoned_checkouts.checkouts.dkim_key import dkim_key_of
from abandoned_checkouts.checkouts.moment import SECOND
from abandoned_checkouts.checkouts.randomness import random_uuid
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.merchant.words import Words
from abandoned_checkouts.work.mail_server import MailProblem, MailServer
from abandoned_checkouts.work.outgoing_mail import UnsignedError, as_sent, one_line, sender_of


async def send_plain(
    server: MailServer, words: Words, shop: Shop, email: str, subject: str, paragraphs: Sequence[str], now: int
) -> MailProblem | None:
    """Send a mail. Returns None, or why it was not sent. Raises ValueError if the address is invalid."""
    message = EmailMessage()
    message["From"] = sender_of(server.sender, shop)
    local, at, domain = email.rpartition("@")
    if not (local and at and domain) or any(letter.isspace() for letter in email):
        raise ValueError(f"{email!r} is not an e-mail address")
    message["To"] = Address("", local, domain if domain.isascii() else domain.encode("idna").decode())
    message["Subject"] = one_line(subject)
    message["Date"] = formatdate(now / SECOND, usegmt=True)
    message["Message-ID"] = f"<{random_uuid()}@{shop.domain.partition(':')[0]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n\n".join(paragraphs) + "\n", cte="quoted-printable")
    message["Content-Language"] = words.tag
    try:
        outgoing = await asyncio.to_thread(as_sent, message, dkim_key_of(shop))
    except UnsignedError as problem:
        return MailProblem(str(problem), again=False)
    return await server.send(outgoing)
