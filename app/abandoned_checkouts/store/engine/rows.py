"""The types of rows that statements return."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

# A row by its column names. The keys are not `str` because SQLAlchemy's own mappings take columns as well, and the
# values are not known to mypy because a table does not declare the types of its columns to it.
Row: TypeAlias = Mapping[Any, Any]
# The values of a row, in the order of the requested columns.
RowValues: TypeAlias = Sequence[Any]
