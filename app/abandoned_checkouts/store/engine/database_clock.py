"""The time that the database knows, to notice a machine whose clock is wrong."""

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.store.tables import audit_log

_POSTGRESQL = text("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")


async def database_clock(connection: AsyncConnection) -> int | None:
    """Microseconds since 1970: on PostgreSQL the clock of its server, on SQLite the newest entry of the audit log, or
    None."""
    statement = _POSTGRESQL if connection.dialect.name == "postgresql" else select(func.max(audit_log.c.occurred_at))
    found: int | None = (await connection.execute(statement)).scalar()
    return found
