"""Bounced mails and complaints, as a mail provider reports them, and the addresses that receive no mail any more."""

from sqlalchemy import Column, Index, Table, Text

from abandoned_checkouts.store.tables.columns import metadata, moment, number, shop_key, words

mail_bounces = Table(
    "mail_bounces",
    metadata,
    shop_key(),
    # The provider's id of the event, or a hash of it: providers send events again.
    Column("event_key", Text, primary_key=True),
    # See privacy/unsubscribed.
    words("recipient_key"),
    # The mail and its checkout, if a flow sent it.
    words("mail_id", optional=True),
    number("checkout_id", optional=True),
    # hard_bounce | soft_bounce | complaint
    words("kind"),
    words("provider"),
    words("reason"),
    moment("happened_at"),
    Index("ix_mail_bounces_by_checkout", "shop_id", "checkout_id"),
    Index("ix_mail_bounces_by_recipient", "shop_id", "recipient_key"),
    Index("ix_mail_bounces_by_happened_at", "happened_at"),
)

# Kept permanently, also after an erasure: the key alone, without the reason.
blocked_addresses = Table(
    "blocked_addresses",
    metadata,
    shop_key(),
    Column("recipient_key", Text, primary_key=True),
    words("kind"),
    words("reason"),
    moment("created_at"),
)
