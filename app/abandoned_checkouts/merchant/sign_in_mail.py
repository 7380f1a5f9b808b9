"""The mail with a one-time link."""

import asyncio
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate

from abandoned_checkouts.checkouts.dkim_key import dkim_key_of
from abandoned_checkouts.checkouts.moment import SECOND
from abandoned_checkouts.checkouts.randomness import random_uuid
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.merchant.words import Words, _
from abandoned_checkouts.work.mail_server import MailProblem, MailServer
from abandoned_checkouts.work.outgoing_mail import UnsignedError, as_sent, sender_of


async def send_link(
    server: MailServer, words: Words, shop: Shop, email: str, link: str, now: int
) -> MailProblem | None:
    """Send a one-time link. Returns None, or why it was not sent."""
    message = EmailMessage()
    message["From"] = sender_of(server.sender, shop)
    local, _at, domain = email.rpartition("@")
    message["To"] = Address("", local, domain if domain.isascii() else domain.encode("idna").decode())
    message["Subject"] = words.text(_("Your link to the abandoned checkouts of %(shop)s"), shop=shop.name)
    message["Date"] = formatdate(now / SECOND, usegmt=True)
    message["Message-ID"] = f"<{random_uuid()}@{shop.domain.partition(':')[0]}>"
    message["Auto-Submitted"] = "auto-generated"
    lines = (
        words.text(_("Open this link to sign in to the abandoned checkouts of %(shop)s:"), shop=shop.name),
        link,
        words.text(_("The link works once. If you did not ask for it, ignore this mail.")),
    )
    message.set_content("\n\n".join(lines) + "\n", cte="quoted-printable")
    message["Content-Language"] = words.tag
    try:
        outgoing = await asyncio.to_thread(as_sent, message, dkim_key_of(shop))
    except UnsignedError as problem:
        return MailProblem(str(problem), again=False)
    return await server.send(outgoing)
