"""The rows that one part of a plan reads: which columns they must have, and what is known of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from app.store.wanted import columns_of

# By the column of an object: the column of the rows it is read from, or None where there is none.
Reading: TypeAlias = Callable[[str], str | None]

SORT = ("sort_value", "sort_id")


@dataclass(frozen=True, slots=True)
class Value:
    """A column as the writer's code names it. `kind` as in the store's ColumnFacts, or any: out of JSON."""

    code: str
    kind: str
    optional: bool


ABSENT = Value("None", "any", True)


@dataclass(slots=True)
class Scope:
    """Rows as tuples: `columns` in the order in which they were first asked for, then, when `placed`, the sort value
    and id of the row in its list.

    `table` names a table of the store; without one the rows are taken out of JSON.
    """

    table: str | None
    placed: bool = False
    columns: list[str] = field(default_factory=list)

    def place(self, column: str) -> int:
        """Where the column stands in the rows; it is read from now on."""
        if column not in self.columns:
            self.columns.append(column)
        return self.columns.index(column)

    def value(self, column: str | None) -> Value:
        if column is None:
            return ABSENT
        code = f"c{self.place(column)}"
        if self.table is None:
            return Value(code, "any", True)
        facts = columns_of(self.table)[column]
        return Value(code, facts.kind, facts.optional)

    def own(self, column: str) -> str | None:
        """The Reading of the rows themselves."""
        return column if self.table is None or column in columns_of(self.table) else None

    @property
    def unpacked(self) -> str:
        """The rows' target in a `for`."""
        names = [f"c{place}" for place in range(len(self.columns))] + list(SORT if self.placed else ())
        return "".join(f"{name}, " for name in names) if names else "_"


def through(columns: Mapping[str, str], outer: Reading) -> Reading:
    """Reading an object whose columns are columns of the object around it."""
    return lambda column: outer(columns[column]) if column in columns else None
