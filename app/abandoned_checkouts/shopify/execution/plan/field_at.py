"""A selected field with its level, reader and path: the input, with its source, for compiling a part of the plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from graphql import is_non_null_type

from abandoned_checkouts.shopify.execution.plan.level import Level, RowReader
from abandoned_checkouts.shopify.execution.plan.selection import Selected
from abandoned_checkouts.shopify.execution.plan.unplanned import UnplannedError

# A path in the response: response keys, without list indexes.
FieldPath: TypeAlias = tuple[str, ...]


# Not frozen, for the same reason as Selected.
@dataclass(slots=True)
class FieldAt:
    """A selected field at `path`, of an object that `reading` reads from the rows of `level`. Do not change it."""

    level: Level
    reading: RowReader
    selected: Selected
    path: FieldPath

    @property
    def optional(self) -> bool:
        """Whether the field can be null."""
        return not is_non_null_type(self.selected.field.type)

    def index(self, column: str) -> int:
        """The index of the object's column in the rows. Raises UnplannedError if the rows do not have it."""
        found = self.reading(column)
        if found is None:
            raise UnplannedError(f"{self.selected.name} needs {column}, which is not in {self.level.table or 'JSON'}")
        return self.level.index(found)

    def indexes(self, on: Mapping[str, str]) -> tuple[int, ...]:
        """The indexes of the columns that refer to a row of another table. `on` is that of sources.Joined."""
        return tuple(self.index(column) for column in on.values())
