"""Sends a reminder now, because a person asked for it, and a test of it to that person."""

import asyncio
from dataclasses import dataclass

from abandoned_checkouts.automations.decide import recipient_of
from abandoned_checkouts.automations.flow import SendEmail
from abandoned_checkouts.checkouts.activity import Activity
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import REFUSED
from abandoned_checkouts.checkouts.dkim_key import dkim_key_of
from abandoned_checkouts.checkouts.link_discount import LinkDiscount
from abandoned_checkouts.checkouts.recovery_link import recovery_key_of
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.recovery.mail import UNFILLABLE, Mail, write_mail
from abandoned_checkouts.store.checkouts.activities import append_activities
from abandoned_checkouts.store.checkouts.recovery_links import discount_of
from abandoned_checkouts.store.engine.audit_log import AuditAction, record
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.flows.flow_facts import current_checkout, delete_mail, save_new_mail
from abandoned_checkouts.store.privacy.consent import has_refused
from abandoned_checkouts.store.privacy.mail_bounces import why_blocked
from abandoned_checkouts.store.privacy.unsubscribed import is_unsubscribed, recipient_key
from abandoned_checkouts.store.reports.note_actions import note_sent
from abandoned_checkouts.work.mail_server import MailServer
from abandoned_checkouts.work.outgoing_mail import UnsignedError, as_sent, compose, sender_of

# The number of the flow of mails that a person sent.
BY_HAND = 0


class NotSentError(Exception):
    """A reminder was not sent. `reason` is one of the names below, or a text of the mail server or of a template."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


# Why no reminder may be sent.
DELETED, BOUGHT, ERASED, EMPTY = "deleted", "bought", "erased", "empty"
NO_ADDRESS, UNSUBSCRIBED, BLOCKED = "no_address", "unsubscribed", "blocked"
NO_SERVER, SENT_ALREADY = "no_server", "sent_already"


@dataclass(frozen=True, slots=True)
class HandMail:
    """The sender of mails by hand: `address` is this server's URL, `server` None if no mail can be sent."""

    database: Database
    server: MailServer | None
    address: str


async def why_not(connection: Connection, shop: Shop, checkout: Checkout | None) -> str | None:
    """Why the buyer must not be reminded; None if a person may do so."""
    if checkout is None:
        return DELETED
    if checkout.erased_at is not None:
        return ERASED
    if checkout.recovered_at is not None or checkout.completed_at is not None:
        return BOUGHT
    recipient = recipient_of(checkout)
    if recipient is None:
        return NO_ADDRESS
    key = recipient_key(shop, recipient)
    customer = checkout.customer
    if await is_unsubscribed(connection, shop, key) or (customer and customer.email_marketing_state in REFUSED):
        return UNSUBSCRIBED
    if await has_refused(connection, shop, recipient, checkout.phone or (customer.phone if customer else None)):
        return UNSUBSCRIBED
    if await why_blocked(connection, shop, key) is not None:
        return BLOCKED
    return None if checkout.line_items else EMPTY


async def written(
    hand: HandMail, shop: Shop, checkout: Checkout, content: SendEmail, code: LinkDiscount | None, *, is_test: bool
) -> Mail:
    """The mail. The link of a test has an invalid key, so that opening it is no visit. Raises NotSentError."""
    recipient = recipient_of(checkout) or ""
    try:
        return await asyncio.to_thread(
            write_mail,
            content,
            shop,
            checkout,
            key="preview" if is_test else recovery_key_of(shop, checkout),
            recipient_key="preview" if is_test else recipient_key(shop, recipient),
            code=code,
            address=hand.address,
        )
    except UNFILLABLE as problem:
        raise NotSentError(f"the mail cannot be created: {problem}") from None


async def send_reminder(
    hand: HandMail, shop: Shop, number: int, content: SendEmail, *, message_id: str, now: int
) -> str:
    """Send a reminder for a checkout and return its recipient. Raises NotSentError.

    The same `message_id` is sent once. Mails of a demo shop are stored, and not sent.
    """
    async with hand.database.read() as connection:
        checkout = await current_checkout(connection, shop, number)
        reason = await why_not(connection, shop, checkout)
        code = await discount_of(connection, shop, number, now)
    if reason is not None or checkout is None:
        raise NotSentError(reason or DELETED)
    if hand.server is None and not shop.is_demo:
        raise NotSentError(NO_SERVER)
    mail = await written(hand, shop, checkout, content, code, is_test=False)
    recipient, sender = recipient_of(checkout) or "", _sender(hand, shop)
    row = {
        "id": message_id,
        "checkout_id": number,
        "flow_id": BY_HAND,
        "position": 0,
        "sent_at": now,
        "recipient_key": recipient_key(shop, recipient),
        "recipient": recipient,
        "sender": sender,
        "subject": mail.subject,
        "html": mail.html,
        "plain": mail.plain,
        "locale": mail.locale,
    }
    # Stored first, so that a form that is sent twice sends one mail.
    async with hand.database.begin() as connection:
        is_new = await save_new_mail(connection, shop, row)
    if not is_new:
        raise NotSentError(SENT_ALREADY)
    problem = await _delivered(hand, shop, mail, sender, recipient, message_id, now)
    async with hand.database.begin() as connection:
        if problem is not None:
            await delete_mail(connection, shop, message_id)
        else:
            step: Activity = {"activity_type": "EMAIL_SENT", "created_at": now, "channel": "EMAIL", "reason": None}
            await append_activities(connection, shop, number, [step], now=now)
            await note_sent(connection, shop, number, now, name=f"mail/{message_id}", step=f"{BY_HAND}.0")
            await record(connection, shop.id, AuditAction.MAIL_SENT, f"reminder for checkout {number}", now)
    if problem is not None:
        raise NotSentError(problem)
    return recipient


async def send_test(
    hand: HandMail, shop: Shop, checkout: Checkout, content: SendEmail, *, to: str, message_id: str, now: int
) -> None:
    """Send the mail to the person who writes it. Raises NotSentError."""
    if hand.server is None or shop.is_demo:
        raise NotSentError(NO_SERVER)
    async with hand.database.read() as connection:
        code = await discount_of(connection, shop, checkout.id or 0, now)
    mail = await written(hand, shop, checkout, content, code, is_test=True)
    problem = await _delivered(hand, shop, mail, _sender(hand, shop), to, message_id, now)
    if problem is not None:
        raise NotSentError(problem)


def _sender(hand: HandMail, shop: Shop) -> str:
    return sender_of(None if hand.server is None else hand.server.sender, shop)


async def _delivered(
    hand: HandMail, shop: Shop, mail: Mail, sender: str, recipient: str, message_id: str, now: int
) -> str | None:
    """Give the mail to the server. Returns why it was not accepted."""
    try:
        message = compose(mail, sender=sender, recipient=recipient, message_id=message_id, shop=shop, now=now)
    except ValueError as problem:
        return str(problem)
    if hand.server is None or shop.is_demo:
        return None
    try:
        outgoing = await asyncio.to_thread(as_sent, message, dkim_key_of(shop))
    except UnsignedError as problem:
        return str(problem)
    failure = await hand.server.send(outgoing)
    return None if failure is None else failure.reason
