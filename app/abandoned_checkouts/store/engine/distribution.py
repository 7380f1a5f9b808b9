"""Distributes the tables of a PostgreSQL store over several machines, with the extension Citus.

The rows of a shop are on one machine. Small tables that every query may need are on each machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.store.tables import metadata

# Tables with a shop that are on each machine: shops, and the rows that are found by a hash or a client id before the
# shop is known.
FOUND_WITHOUT_SHOP = frozenset(("apps", "tokens", "merchant_users", "merchant_sessions", "merchant_links"))
EXTENSION = "citus"
# Tables that the database has beside those of `metadata` (see store/tables/database_specific).
_TEXT_INDEX = "checkout_text"
_VERSION = "alembic_version"

_EXTENSIONS = text("SELECT installed_version IS NOT NULL FROM pg_available_extensions WHERE name = :name")
_DISTRIBUTED = text(
    "SELECT logicalrelid::text FROM pg_dist_partition JOIN pg_class ON pg_class.oid = logicalrelid "
    "WHERE relnamespace = current_schema()::regnamespace"
)
_KEYS = text(
    "SELECT t.relname AS table_name, i.relname AS name, array_agg(a.attname::text) AS columns FROM pg_index AS x "
    "JOIN pg_class AS t ON t.oid = x.indrelid JOIN pg_class AS i ON i.oid = x.indexrelid "
    "JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = ANY (x.indkey) "
    "WHERE x.indisunique AND t.relnamespace = current_schema()::regnamespace GROUP BY t.relname, i.relname"
)
_FOREIGN_KEYS = text(
    "SELECT t.relname AS table_name, k.conname AS name, r.relname AS refers_to, array_agg(a.attname::text) AS columns "
    "FROM pg_constraint AS k JOIN pg_class AS t ON t.oid = k.conrelid JOIN pg_class AS r ON r.oid = k.confrelid "
    "JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = ANY (k.conkey) "
    "WHERE k.contype = 'f' AND t.relnamespace = current_schema()::regnamespace "
    "GROUP BY t.relname, k.conname, r.relname"
)


@dataclass(frozen=True, slots=True)
class Step:
    """A table to distribute: over the machines by its shop, or a copy on each machine."""

    table: str
    is_by_shop: bool

    @property
    def statement(self) -> str:
        if not self.is_by_shop:
            return f"SELECT create_reference_table('{self.table}')"
        together = "none" if self.table == _FIRST else _FIRST
        return f"SELECT create_distributed_table('{self.table}', 'shop_id', colocate_with => '{together}')"


_FIRST = "abandoned_checkouts"


def by_shop() -> list[str]:
    """The tables whose rows are distributed by their shop, so that a table comes after those it refers to."""
    names = [
        table.name for table in metadata.sorted_tables if "shop_id" in table.c and table.name not in FOUND_WITHOUT_SHOP
    ]
    return [_FIRST, *(name for name in names if name != _FIRST), _TEXT_INDEX]


def on_each_machine() -> list[str]:
    """The tables of which each machine has a copy."""
    names = [table.name for table in metadata.sorted_tables]
    return [name for name in names if name not in by_shop()] + [_VERSION]


async def has_extension(connection: AsyncConnection) -> bool:
    """Whether the extension is installed in this database."""
    if connection.dialect.name == "sqlite":
        return False
    return bool((await connection.execute(_EXTENSIONS, {"name": EXTENSION})).scalar())


async def steps_left(connection: AsyncConnection) -> list[Step]:
    """The tables that are not distributed yet, in the order in which they can be."""
    steps = [Step(name, False) for name in on_each_machine()] + [Step(name, True) for name in by_shop()]
    if not await has_extension(connection):
        return steps
    done = set((await connection.execute(_DISTRIBUTED)).scalars())
    return [step for step in steps if step.table not in done]


async def distribute(connection: AsyncConnection, step: Step) -> None:
    """Distribute one table with its rows. Other transactions wait while its rows are moved."""
    # The trigger that keeps the audit log append-only reads no other table, so it may run on each machine.
    await connection.execute(text("SET LOCAL citus.enable_unsafe_triggers = on"))
    # One connection to each machine, because the tables refer to each other.
    await connection.execute(text("SET LOCAL citus.multi_shard_modify_mode = 'sequential'"))
    await connection.execute(text(step.statement))


async def hindrances(connection: AsyncConnection) -> list[str]:
    """Each key in the database that contains no shop, so that its table cannot be distributed. Empty on SQLite, which
    is on one machine."""
    if connection.dialect.name == "sqlite":
        return []
    tables, found = set(by_shop()), list[str]()
    for row in (await connection.execute(_KEYS)).mappings():
        if row["table_name"] in tables and "shop_id" not in row["columns"]:
            found.append(_without_shop("unique", row["name"], row["table_name"], row["columns"]))
    for row in (await connection.execute(_FOREIGN_KEYS)).mappings():
        if row["table_name"] in tables and "shop_id" not in row["columns"]:
            found.append(_without_shop("foreign", row["name"], row["table_name"], row["columns"]))
    return sorted(found)


def _without_shop(kind: str, name: str, table: str, columns: Sequence[str]) -> str:
    return f"the {kind} key {name} of {table} ({', '.join(columns)}) does not contain shop_id"
