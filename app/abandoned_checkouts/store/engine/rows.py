"""The types of rows that statements return."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

# A row by column name. The types are loose: the mappings of SQLAlchemy also accept columns as keys, and mypy does not
# know the types of a table's columns.
Row: TypeAlias = Mapping[Any, Any]
# The values of a row, in the order of the requested columns.
RowValues: TypeAlias = Sequence[Any]
