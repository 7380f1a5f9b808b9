"""The mail with a one-time link."""

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.merchant.plain_mail import send_plain
from abandoned_checkouts.merchant.words import Words, _
from abandoned_checkouts.work.mail_server import MailProblem, MailServer


async def send_link(
    server: MailServer, words: Words, shop: Shop, email: str, link: str, now: int
) -> MailProblem | None:
    """Send a one-time link. Returns None, or why it was not sent."""
    subject = words.text(_("Your link to the abandoned checkouts of %(shop)s"), shop=shop.name)
    paragraphs = (
        words.text(_("Open this link to sign in to the abandoned checkouts of %(shop)s:"), shop=shop.name),
        link,
        words.text(_("The link works once. If you did not ask for it, ignore this mail.")),
    )
    return await send_plain(server, words, shop, email, subject, paragraphs, now)
