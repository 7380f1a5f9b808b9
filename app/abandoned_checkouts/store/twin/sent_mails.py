"""The sent mails of all shops, for the journal of a server for tests."""

from collections.abc import Sequence

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.tables import flow_mails, shops

# The shop's number and the mail's id.
MailKey = tuple[int, str]
_TEXTS = ("html", "plain")


async def mail_keys(connection: AsyncConnection) -> list[MailKey]:
    """The keys of all sent mails, in the order in which they were sent."""
    table = flow_mails
    rows = await connection.execute(select(table.c.shop_id, table.c.id).order_by(table.c.sent_at, table.c.id))
    return [(row.shop_id, row.id) for row in rows]


async def mails_with(
    connection: AsyncConnection, keys: Sequence[MailKey], *, texts: bool = False
) -> dict[MailKey, Row]:
    """The mails with these keys, at most a few hundred. Each has the `domain` of its shop. If `texts`, only `html` and
    `plain` are read, otherwise all other columns."""
    table = flow_mails
    columns = [column for column in table.c if (column.name in _TEXTS) == texts]
    chosen = {table.c.shop_id, table.c.id, *columns}
    statement = select(*chosen, shops.c.domain).join(shops, shops.c.id == table.c.shop_id)
    rows = await connection.execute(statement.where(tuple_(table.c.shop_id, table.c.id).in_(list(keys))))
    return {(row["shop_id"], row["id"]): dict(row) for row in rows.mappings()}
