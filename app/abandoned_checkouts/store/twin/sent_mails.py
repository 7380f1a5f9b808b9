"""The sent mails of all shops, for the journal of a server for tests."""

from collections.abc import AsyncIterator, Sequence

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.engine.statements import chunks
from abandoned_checkouts.store.tables import flow_mails, shops

# The shop's number and the mail's id.
MailKey = tuple[int, str]
_TEXTS = ("html", "plain")


async def sent_mails(connection: AsyncConnection) -> list[Row]:
    """All sent mails in the order in which they were sent, without their texts. Each has the `domain` of its shop."""
    table = flow_mails
    columns = [column for column in table.c if column.name not in _TEXTS]
    statement = select(*columns, shops.c.domain).join(shops, shops.c.id == table.c.shop_id)
    rows = await connection.execute(statement.order_by(table.c.sent_at, table.c.id))
    return [dict(row) for row in rows.mappings()]


async def texts_of_mails(connection: AsyncConnection, keys: Sequence[MailKey]) -> AsyncIterator[dict[MailKey, Row]]:
    """The `html` and `plain` of mails, a few at a time."""
    table = flow_mails
    columns = [table.c[name] for name in ("shop_id", "id", *_TEXTS)]
    for part in chunks(keys):
        statement = select(*columns).where(tuple_(table.c.shop_id, table.c.id).in_(part))
        rows = (await connection.execute(statement)).mappings()
        yield {(row["shop_id"], row["id"]): dict(row) for row in rows}
