"""The tables of a store as its database describes them, read from the catalogue and not from our declarations."""

from dataclasses import dataclass, field
from typing import Any

from abandoned_checkouts.store.engine.database import Connection


@dataclass(frozen=True)
class Key:
    """A primary, unique or foreign key of a table. It has no name if the database generates one."""

    table: str
    kind: str
    columns: tuple[str, ...]
    name: str = ""
    refers_to: str = ""
    referred_columns: tuple[str, ...] = ()


@dataclass
class Catalogue:
    """`columns` by table and name: type, whether it can be null, default. `indexes` and `others` by name, as SQL."""

    columns: dict[tuple[str, str], tuple[Any, ...]] = field(default_factory=dict)
    keys: set[Key] = field(default_factory=set)
    indexes: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)

    @property
    def tables(self) -> set[str]:
        return {table for table, _ in self.columns}

    def difference(self, other: "Catalogue") -> list[str]:
        """The differences: a line for everything that only one of the two has, or that differs."""
        found = [f"key: {key}" for key in self.keys ^ other.keys]
        for kind in ("columns", "indexes", "others"):
            here, there = getattr(self, kind), getattr(other, kind)
            for name in sorted(here.keys() | there.keys()):
                if here.get(name) != there.get(name):
                    found.append(f"{kind}, {name}: {here.get(name)} and {there.get(name)}")
        return sorted(found)


async def read_catalogue(connection: Connection) -> Catalogue:
    """All tables except Alembic's."""
    read = _sqlite if connection.dialect.name == "sqlite" else _postgresql
    found = await read(connection)
    found.columns = {key: facts for key, facts in found.columns.items() if key[0] != "alembic_version"}
    found.keys = {key for key in found.keys if key.table != "alembic_version"}
    found.indexes = {name: sql for name, sql in found.indexes.items() if " alembic_version " not in sql}
    return found


async def _rows(connection: Connection, sql: str) -> list[Any]:
    return list((await connection.exec_driver_sql(sql)).all())


async def _sqlite(connection: Connection) -> Catalogue:
    found = Catalogue()
    for table, kind, without_rowid in await _rows(
        connection, "SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'"
    ):
        if kind == "virtual":
            [(sql,)] = await _rows(connection, f"SELECT sql FROM sqlite_master WHERE name = '{table}'")
            settings = await _rows(connection, f"SELECT k, v FROM {table}_config ORDER BY k")
            found.others[table] = f"{_on_one_line(sql)} {settings}"
        elif kind == "table":
            found.others[table] = "WITHOUT ROWID" if without_rowid else ""
            await _sqlite_table(connection, found, table)
    return found


async def _sqlite_table(connection: Connection, found: Catalogue, table: str) -> None:
    primary = {}
    for name, kind, not_null, default, place in await _rows(
        connection, f"SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_xinfo('{table}')"
    ):
        found.columns[table, name] = (kind, bool(not_null), default)
        if place:
            primary[place] = name
    found.keys.add(Key(table, "primary", tuple(primary[place] for place in sorted(primary))))
    for name, unique, origin, sql in await _rows(
        connection,
        f"SELECT i.name, i.\"unique\", i.origin, m.sql FROM pragma_index_list('{table}') i "
        "JOIN sqlite_master m ON m.name = i.name",
    ):
        columns = await _rows(connection, f"SELECT name FROM pragma_index_info('{name}') ORDER BY seqno")
        if unique and origin != "pk":
            found.keys.add(Key(table, "unique", tuple(row[0] for row in columns), name if origin == "c" else ""))
        if origin == "c":
            found.indexes[name] = _on_one_line(sql)
    foreign: dict[int, list[Any]] = {}
    for row in await _rows(
        connection,
        f'SELECT id, "table", "from", "to", on_delete FROM pragma_foreign_key_list(\'{table}\') ORDER BY id, seq',
    ):
        foreign.setdefault(row[0], []).append(row)
    for rows in foreign.values():
        columns, referred = tuple(row[2] for row in rows), tuple(row[3] for row in rows)
        found.keys.add(Key(table, f"foreign {rows[0][4]}", columns, "", rows[0][1], referred))


_POSTGRESQL_KEYS = """
SELECT t.relname, c.contype, c.conname, f.relname, pg_get_constraintdef(c.oid),
    (SELECT array_agg(a.attname ORDER BY k.place) FROM unnest(c.conkey) WITH ORDINALITY k(number, place)
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number),
    (SELECT array_agg(a.attname ORDER BY k.place) FROM unnest(c.confkey) WITH ORDINALITY k(number, place)
        JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.number)
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid LEFT JOIN pg_class f ON f.oid = c.confrelid
WHERE c.connamespace = 'public'::regnamespace AND c.contype IN ('p', 'u', 'f')
"""
_POSTGRESQL_INDEXES = """
SELECT t.relname, i.relname, x.indisunique, pg_get_indexdef(x.indexrelid),
    ARRAY(SELECT a.attname FROM unnest(x.indkey) WITH ORDINALITY k(number, place)
        JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.number ORDER BY k.place)
FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
WHERE t.relnamespace = 'public'::regnamespace
"""


async def _postgresql(connection: Connection) -> Catalogue:
    found = Catalogue()
    for table, name, *facts in await _rows(
        connection,
        "SELECT table_name, column_name, data_type, is_nullable, column_default, identity_generation "
        "FROM information_schema.columns WHERE table_schema = 'public'",
    ):
        found.columns[table, name] = tuple(facts)
    kinds = {"p": "primary", "u": "unique", "f": "foreign"}
    for table, kind, name, refers_to, definition, columns, referred in await _rows(connection, _POSTGRESQL_KEYS):
        kind = kinds[kind.decode() if isinstance(kind, bytes) else kind]
        found.keys.add(Key(table, kind, tuple(columns), name, refers_to or "", tuple(referred or ())))
        found.others[f"{table}.{name}"] = definition
    constraints = {key.name for key in found.keys}
    for table, name, unique, definition, columns in await _rows(connection, _POSTGRESQL_INDEXES):
        found.indexes[name] = definition
        if unique and name not in constraints:
            found.keys.add(Key(table, "unique", tuple(columns), name))
    return found


def _on_one_line(sql: str) -> str:
    return " ".join(sql.replace('"', "").split())
