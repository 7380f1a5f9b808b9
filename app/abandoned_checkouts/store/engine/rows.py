"""The type of a row that a statement returns."""

from collections.abc import Mapping
from typing import Any, TypeAlias

# A row by its column names. The keys are not `str` because SQLAlchemy's own mappings take columns as well, and the
# values are not known to mypy because a table does not declare the types of its columns to it.
Row: TypeAlias = Mapping[Any, Any]
