"""Takes a mail provider's reports of bounces and complaints, and blocks the addresses that must not be written to.

An address is blocked for good by a hard bounce, by a complaint, or by SOFT_BOUNCES mails in a row that bounced softly.
"""

from collections.abc import Collection

from sqlalchemy import bindparam, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.mail_report import LABELS, SOFT_BOUNCES, Kind, MailReport
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.prepared import select_of_shop
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.engine.shop_by_shop import delete_where
from abandoned_checkouts.store.engine.statements import insert_missing
from abandoned_checkouts.store.flows.flow_steps import checkouts_of_email, hasten_steps
from abandoned_checkouts.store.privacy.unsubscribed import recipient_key
from abandoned_checkouts.store.tables import blocked_addresses, flow_mails, mail_bounces

# Built once: it is read for each step of a flow.
_BLOCKED = select_of_shop(blocked_addresses, blocked_addresses.c.kind, blocked_addresses.c.reason).where(
    blocked_addresses.c.recipient_key == bindparam("key")
)
# A provider's clock and ours differ by at most this much, in microseconds.
_CLOCKS = 60_000_000


async def take_report(connection: AsyncConnection, shop: Shop, provider: str, report: MailReport, now: int) -> str:
    """Store the report. Returns what it led to: blocked, noted, repeated, or ignored."""
    key, happened_at = recipient_key(shop, report.address), min(report.happened_at or now, now)
    mail = await _mail_of(connection, shop, key, report.message_id, happened_at)
    if mail is None and report.kind == "soft_bounce":
        # Of a mail that was not ours: it says little about the address.
        return "ignored"
    row = {
        "shop_id": shop.id,
        "event_key": f"{provider}/{report.event_id}",
        "recipient_key": key,
        "mail_id": None if mail is None else mail["id"],
        "checkout_id": None if mail is None else mail["checkout_id"],
        "kind": report.kind,
        "provider": provider,
        "reason": report.reason,
        "happened_at": happened_at,
    }
    if not await insert_missing(connection, mail_bounces, row):
        return "repeated"
    if report.kind == "soft_bounce" and not await _bounced_in_a_row(connection, shop, key):
        return "noted"
    blocked = {"shop_id": shop.id, "recipient_key": key, "kind": report.kind, "reason": report.reason}
    await insert_missing(connection, blocked_addresses, {**blocked, "created_at": now})
    # The steps that wait are skipped now, so that the log says why.
    numbers = await checkouts_of_email(connection, shop, [report.address])
    await hasten_steps(connection, shop, numbers, now, action="send_email")
    return "blocked"


async def why_blocked(connection: AsyncConnection, shop: Shop, key: str) -> str | None:
    """Why no mail is sent to the address with this recipient key, or None."""
    row = (await connection.execute(_BLOCKED, {"shop_id": shop.id, "key": key})).first()
    return None if row is None else blocked_text(row.kind, row.reason)


def blocked_text(kind: Kind, reason: str) -> str:
    label = f"the last {SOFT_BOUNCES} mails bounced" if kind == "soft_bounce" else LABELS[kind]
    return f"{label}: {reason}" if reason else label


async def unblock(connection: AsyncConnection, shop: Shop, email: str) -> bool:
    """Allow mails to an address again. Returns False if it was not blocked."""
    key = recipient_key(shop, email)
    gone = False
    for table in (blocked_addresses, mail_bounces):
        mine = (table.c.shop_id == shop.id) & (table.c.recipient_key == key)
        done = await connection.execute(delete(table).where(mine))
        gone |= table is blocked_addresses and bool(done.rowcount)
    return gone


async def erase_bounces(
    connection: AsyncConnection, shop: Shop, emails: Collection[str], checkouts: Collection[int]
) -> None:
    """Erase what providers reported of a person. Their addresses stay blocked, as keyed hashes without a reason."""
    keys = [recipient_key(shop, email) for email in emails]
    table = mail_bounces
    theirs = or_(table.c.recipient_key.in_(keys), table.c.checkout_id.in_(checkouts))
    await connection.execute(delete(table).where(table.c.shop_id == shop.id, theirs))
    blocked = (blocked_addresses.c.shop_id == shop.id) & blocked_addresses.c.recipient_key.in_(keys)
    await connection.execute(update(blocked_addresses).where(blocked).values(reason=""))


async def delete_old_bounces(connection: AsyncConnection, before: int) -> None:
    """Delete reports of events before this moment. Blocked addresses stay blocked."""
    await delete_where(connection, mail_bounces, mail_bounces.c.happened_at < before)


async def _mail_of(
    connection: AsyncConnection, shop: Shop, key: str, message_id: str | None, happened_at: int
) -> Row | None:
    """The mail that a report is about: that of its Message-ID, else the latest to the address before it."""
    table = flow_mails
    theirs = select(table.c.id, table.c.checkout_id).where(table.c.shop_id == shop.id, table.c.recipient_key == key)
    if message_id is not None:
        named = theirs.where(table.c.id == message_id.partition("@")[0])
        row = (await connection.execute(named)).mappings().first()
        if row is not None:
            return dict(row)
    latest = theirs.where(table.c.sent_at <= happened_at + _CLOCKS).order_by(table.c.sent_at.desc(), table.c.id)
    row = (await connection.execute(latest.limit(1))).mappings().first()
    return None if row is None else dict(row)


async def _bounced_in_a_row(connection: AsyncConnection, shop: Shop, key: str) -> bool:
    """Whether the last mails to the address all bounced softly. One that did not bounce begins a new row."""
    table, bounce = flow_mails, mail_bounces
    bounced = exists().where(
        bounce.c.shop_id == table.c.shop_id, bounce.c.mail_id == table.c.id, bounce.c.kind == "soft_bounce"
    )
    theirs = (table.c.shop_id == shop.id) & (table.c.recipient_key == key)
    last = select(bounced.label("bounced")).where(theirs).order_by(table.c.sent_at.desc(), table.c.id)
    found = last.limit(SOFT_BOUNCES).subquery()
    statement = select(func.count()).select_from(found).where(found.c.bounced)
    return (await connection.execute(statement)).scalar() == SOFT_BOUNCES
