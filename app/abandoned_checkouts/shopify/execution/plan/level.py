"""A level of the response: the rows of one table, or the items of a JSON value.

During compilation each field that is written from a row requests its columns from the level. The level's SELECT reads
exactly these columns, in the order of the requests.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from abandoned_checkouts.checkouts.caches import cached
from abandoned_checkouts.store.reading.joined_tables import JoinedTable
from abandoned_checkouts.store.reading.queries import columns_of

# An object's column → the level's column that it is read from, or None where there is none. They differ for objects
# embedded in a row: the `amount` of a checkout's totalPriceSet is read from the checkout's `total_price`.
RowReader: TypeAlias = Callable[[str], str | None]

# The last columns of a row when the level is `placed`: the row's position in its list, for cursors.
SORT = ("sort_value", "sort_id")


@dataclass(frozen=True, slots=True)
class ColumnValue:
    """A column as an expression in the writer's code. `kind` is that of the store's ColumnFacts, or "any" for JSON.

    `optional` is whether the object's value can be null. `always` is whether all rows of the level have the object; if
    not, the code must first check that it is there. `at` is the index in the rows.
    """

    code: str
    kind: str
    optional: bool
    always: bool = True
    at: int = -1


ABSENT = ColumnValue("None", "any", True)


@dataclass(slots=True)
class Level:
    """`table` is a table of the store; without one the rows come from JSON. `joins` are tables that are read with it.

    Rows are tuples of `columns`, followed by SORT if the level is `placed`.
    """

    table: str | None
    placed: bool = False
    columns: list[str] = field(default_factory=list)
    joins: list[JoinedTable] = field(default_factory=list)
    _indexes: dict[str, int] = field(default_factory=dict)
    _values: dict[str, ColumnValue] = field(default_factory=dict)
    _read: tuple[tuple[str, ...], tuple[JoinedTable, ...]] | None = None

    @property
    def read(self) -> tuple[tuple[str, ...], tuple[JoinedTable, ...]]:
        """The columns and joined tables for the level's SELECT. Use it when the plan is complete."""
        if self._read is None:
            self._read = tuple(self.columns), tuple(self.joins)
        return self._read

    def index(self, column: str) -> int:
        """The column's index in the rows. Adds the column to the rows if needed."""
        found = self._indexes.get(column)
        if found is None:
            found = self._indexes[column] = len(self.columns)
            self.columns.append(column)
        return found

    def value(self, column: str | None) -> ColumnValue:
        """The column's expression in the writer's code. Adds the column to the rows if needed."""
        if column is None:
            return ABSENT
        known = self._values.get(column)
        if known is None:
            known = self._values[column] = self._value(column)
        return known

    def _value(self, column: str) -> ColumnValue:
        at = self.index(column)
        if self.table is None:
            return ColumnValue(f"c{at}", "any", True, at=at)
        if "." not in column:
            return _column_value(self.table, column, at, True)
        alias, _, name = column.rpartition(".")
        return _column_value(self.table_of(alias), name, at, False)

    def table_of(self, alias: str) -> str:
        """The table that the level joins under an alias; its own table without one."""
        return next((each.table for each in self.joins if each.alias == alias), self.table or "")

    def join(self, table: str, on: tuple[tuple[str, str], ...]) -> str:
        """The alias of another table whose row each of our rows refers to. Equal joins share an alias."""
        for each in self.joins:
            if (each.table, each.on) == (table, on):
                return each.alias
        self.joins.append(JoinedTable(f"j{len(self.joins)}", table, on))
        return self.joins[-1].alias

    def own(self, column: str) -> str | None:
        """The RowReader of an object that is itself a row of the level."""
        return column if self.table is None or column in columns_of(self.table) else None

    def unpacked(self, by_id: bool) -> str:
        """The target of `for … in rows` in a writer's code. With `by_id`, the rows do not end with SORT."""
        names = [f"c{index}" for index in range(len(self.columns))] + list(SORT if self.placed and not by_id else ())
        return "".join(f"{name}, " for name in names) if names else "_"


@cached(2_000)
def _column_value(table: str, column: str, at: int, always: bool) -> ColumnValue:
    facts = columns_of(table)[column]
    return ColumnValue(f"c{at}", facts.kind, facts.optional, always, at)


def through(columns: Mapping[str, str], outer: RowReader) -> RowReader:
    """The RowReader of an object whose columns are columns of the enclosing object."""
    return lambda column: outer(columns[column]) if column in columns else None


def joined(alias: str, table: str) -> RowReader:
    """The RowReader of an object that is a row of a joined table."""
    known = columns_of(table)
    return lambda column: f"{alias}.{column}" if column in known else None
