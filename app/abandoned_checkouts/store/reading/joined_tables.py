"""Tables that are joined to the table of a query, so that one SELECT reads a row and the rows that it refers to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Dialect, FromClause, and_, literal_column

from abandoned_checkouts.store.tables import metadata

# Stands for the columns in a statement that is compiled for all columns and joined tables.
ANY_COLUMNS = "__columns__"


@dataclass(frozen=True, slots=True)
class JoinedTable:
    """Another table of the same shop. At most one of its rows belongs to a row of the query; without one, all of its
    values are null.

    The query names its columns `alias.column`. `on` has pairs of columns that must be equal: the other table's, and
    one of the query's own columns, which can be a column of a table that is joined before.
    """

    alias: str
    table: str
    on: tuple[tuple[str, str], ...]

    @property
    def has_key(self) -> bool:
        """Whether `on` has the whole primary key, so that there cannot be two rows."""
        keys = {column.name for column in metadata.tables[self.table].primary_key}
        return keys <= {"shop_id", *(theirs for theirs, _ in self.on)}


@dataclass(frozen=True, slots=True)
class QuerySource:
    """A table and its joined tables: `clause` for FROM, and the columns by the names that a query uses."""

    clause: FromClause
    tables: Mapping[str, FromClause]

    @classmethod
    def of(cls, table: str, joins: Sequence[JoinedTable], clause: FromClause | None = None) -> "QuerySource":
        """`clause` is used instead of the table alone."""
        own = metadata.tables[table]
        tables: dict[str, FromClause] = {"": own}
        joined: FromClause = own if clause is None else clause
        source = cls(joined, tables)
        for each in joins:
            other = metadata.tables[each.table].alias(each.alias)
            pairs = [other.c[theirs] == source._found(ours) for theirs, ours in each.on]
            tables[each.alias] = other
            joined = joined.outerjoin(other, and_(other.c.shop_id == own.c.shop_id, *pairs))
        return cls(joined, tables)

    def column(self, name: str) -> ColumnElement[object]:
        """The column to select. Those of joined tables have labels, because several tables have the same names."""
        column = self._found(name)
        return column.label(name.replace(".", "_")) if "." in name else column

    def _found(self, name: str) -> ColumnElement[object]:
        if name == ANY_COLUMNS:
            return literal_column(ANY_COLUMNS)
        alias, _, column = name.rpartition(".")
        return self.tables[alias].c[column]


def with_columns(
    sql: str,
    table: str,
    columns: Sequence[str],
    joins: Sequence[JoinedTable],
    dialect: Dialect,
    *,
    as_json: bool = False,
) -> str:
    """A statement that was compiled with ANY_COLUMNS, as text with these columns and joined tables. With `as_json`, a
    row is one value: the JSON array of the columns (see store/reading/json_rows).

    It is the text that SQLAlchemy compiles for them, without the time that this takes: documents differ in their
    columns far more often than in anything else.
    """
    quote = dialect.identifier_preparer.quote

    def named(name: str) -> str:
        alias, _, column = name.rpartition(".")
        return f"{quote(alias or table)}.{quote(column)}"

    def selected(name: str) -> str:
        return f"{named(name)} AS {quote(name.replace('.', '_'))}" if "." in name else named(name)

    clause = f"FROM {quote(table)}"
    joined = clause
    for each in joins:
        pairs = [("shop_id", "shop_id"), *each.on]
        on = " AND ".join(f"{quote(each.alias)}.{quote(theirs)} = {named(ours)}" for theirs, ours in pairs)
        joined += f" LEFT OUTER JOIN {quote(each.table)} AS {quote(each.alias)} ON {on}"
    before, _, after = sql.partition(ANY_COLUMNS)
    values = ", ".join(map(named if as_json else selected, columns))
    if as_json:
        values = f"CAST(json_array({values}) AS BLOB)"
    return f"{before}{values}{after.replace(clause, joined, 1)}"
