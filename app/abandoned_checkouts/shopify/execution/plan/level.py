"""A level of the answer: the rows of one table, or the items of a JSON value, that some writers go over.

While a plan is compiled each field that is written from a row asks its level for the column. What was asked for is
what the level's SELECT reads, in that order; nothing else is read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from abandoned_checkouts.store.reading.queries import columns_of

# An object's column → the level's column that it is read from, or None where there is none. They differ for objects
# embedded in a row: the `amount` of a checkout's totalPriceSet is read from the checkout's `total_price`.
RowReader: TypeAlias = Callable[[str], str | None]

# What a row ends in when the level is `placed`: where it stands in its list, which is what its cursor says.
SORT = ("sort_value", "sort_id")


@dataclass(frozen=True, slots=True)
class ColumnValue:
    """A column as the writer's code names it. `kind` as in the store's ColumnFacts, or "any" for what JSON holds."""

    code: str
    kind: str
    optional: bool


ABSENT = ColumnValue("None", "any", True)


@dataclass(slots=True)
class Level:
    """`table` names a table of the store; without one the rows are taken out of JSON. Rows are tuples of `columns`,
    then, when `placed`, of SORT.
    """

    table: str | None
    placed: bool = False
    columns: list[str] = field(default_factory=list)

    def index(self, column: str) -> int:
        """Where the column stands in the rows; it is read from now on."""
        if column not in self.columns:
            self.columns.append(column)
        return self.columns.index(column)

    def value(self, column: str | None) -> ColumnValue:
        """How the writer's code gets at the column; it is read from now on."""
        if column is None:
            return ABSENT
        code = f"c{self.index(column)}"
        if self.table is None:
            return ColumnValue(code, "any", True)
        facts = columns_of(self.table)[column]
        return ColumnValue(code, facts.kind, facts.optional)

    def own(self, column: str) -> str | None:
        """The Reading of an object that is a row of the level itself."""
        return column if self.table is None or column in columns_of(self.table) else None

    @property
    def unpacked(self) -> str:
        """What stands between `for` and `in rows` in a writer's code."""
        names = [f"c{index}" for index in range(len(self.columns))] + list(SORT if self.placed else ())
        return "".join(f"{name}, " for name in names) if names else "_"


def through(columns: Mapping[str, str], outer: RowReader) -> RowReader:
    """The Reading of an object whose columns are columns of the object around it."""
    return lambda column: outer(columns[column]) if column in columns else None
