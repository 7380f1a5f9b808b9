"""A field together with where it was come upon: all that a part of the plan is compiled from, beside its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from graphql import is_non_null_type

from abandoned_checkouts.shopify.execution.plan.level import Level, RowReader
from abandoned_checkouts.shopify.execution.plan.selection import Selected
from abandoned_checkouts.shopify.execution.plan.unplanned import UnplannedError

# Where something stands in the answer: response keys, without the positions in lists.
FieldPath: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FieldAt:
    """A selected field of an object that is read by `reading` from the rows of `level`; it stands at `path`."""

    level: Level
    reading: RowReader
    selected: Selected
    path: FieldPath

    @property
    def optional(self) -> bool:
        """Whether it may be null."""
        return not is_non_null_type(self.selected.field.type)

    def index(self, column: str) -> int:
        """Where the rows have that column of the object. Raises UnplannedError where they have none."""
        found = self.reading(column)
        if found is None:
            raise UnplannedError(f"{self.selected.name} needs {column}, which is not in {self.level.table or 'JSON'}")
        return self.level.index(found)

    def indexes(self, on: Mapping[str, str]) -> tuple[int, ...]:
        """Where the rows have the columns by which they point at rows of another table; `on` as in sources.Joined."""
        return tuple(self.index(column) for column in on.values())
