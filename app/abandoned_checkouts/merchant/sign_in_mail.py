"""The mail with a one-time link."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate

from abandoned_checkouts.checkouts.moment import SECOND
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.merchant.words import Words, _
from abandoned_checkouts.work.mail_server import MailProblem, MailServer, sender_of


async def send_link(
    server: MailServer, words: Words, shop: Shop, email: str, link: str, now: int
) -> MailProblem | None:
    """Send a one-time link. Returns None, or why it was not sent."""
    message = EmailMessage()
    message["From"] = sender_of(server, shop)
    local, _at, domain = email.rpartition("@")
    message["To"] = Address("", local, domain if domain.isascii() else domain.encode("idna").decode())
    message["Subject"] = words.text(_("Your link to the abandoned checkouts of %(shop)s"), shop=shop.name)
    message["Date"] = formatdate(now / SECOND, usegmt=True)
    message["Auto-Submitted"] = "auto-generated"
    lines = (
        words.text(_("Open this link to sign in to the abandoned checkouts of %(shop)s:"), shop=shop.name),
        link,
        words.text(_("The link works once. If you did not ask for it, ignore this mail.")),
    )
    message.set_content("\n\n".join(lines) + "\n", cte="quoted-printable")
    message["Content-Language"] = words.tag
    return await server.send(message)
