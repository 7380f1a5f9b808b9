"""Reads the records about mails and codes for exports: sent mails, issued codes, bounces and blocked addresses."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.search.selection import Selection, created_within, of_found_checkouts
from abandoned_checkouts.store.tables import (
    abandoned_checkouts,
    blocked_addresses,
    flow_mails,
    issued_codes,
    mail_bounces,
)


@dataclass(frozen=True, slots=True)
class _Records:
    """`key` orders the rows, `moment` is compared with the times of a selection."""

    table: Table
    key: str
    moment: str
    columns: tuple[str, ...]


_RECORDS: Mapping[str, _Records] = {
    "sent_mail": _Records(
        flow_mails,
        "id",
        "sent_at",
        (
            *("id", "checkout_id", "flow_id", "position", "sent_at", "recipient", "recipient_key", "subject"),
            *("locale", "opens", "opened_at"),
        ),
    ),
    "issued_code": _Records(
        issued_codes, "step_id", "issued_at", ("step_id", "flow_id", "checkout_id", "customer_id", "code", "issued_at")
    ),
    "mail_bounce": _Records(
        mail_bounces,
        "event_key",
        "happened_at",
        ("event_key", "recipient_key", "mail_id", "checkout_id", "kind", "provider", "reason", "happened_at"),
    ),
    "blocked_address": _Records(
        blocked_addresses, "recipient_key", "created_at", ("recipient_key", "kind", "reason", "created_at")
    ),
}
MAIL_RECORDS = tuple(_RECORDS)


async def mail_records_after(
    connection: AsyncConnection, shop: Shop, name: str, after: str, limit: int, selection: Selection
) -> tuple[list[Row], str]:
    """The next records of a kind after a key, in the time of the selection and about checkouts that its search finds,
    and the key of the last one."""
    records = _RECORDS[name]
    table, mails = records.table, flow_mails
    columns = [table.c[column] for column in records.columns]
    statement = select(*columns).where(table.c.shop_id == shop.id, table.c[records.key] > after)
    found = of_found_checkouts(shop, selection, abandoned_checkouts.c.id, connection.dialect.name)
    if found is not None and "checkout_id" in table.c:
        statement = statement.where(table.c.checkout_id.in_(found))
    elif found is not None:
        written_to = select(mails.c.recipient_key).where(mails.c.shop_id == shop.id, mails.c.checkout_id.in_(found))
        statement = statement.where(table.c.recipient_key.in_(written_to))
    statement = statement.where(*created_within(table, selection, records.moment))
    statement = statement.order_by(table.c[records.key]).limit(limit)
    rows: list[Row] = [dict(row) for row in (await connection.execute(statement)).mappings()]
    return rows, rows[-1][records.key] if rows else after
