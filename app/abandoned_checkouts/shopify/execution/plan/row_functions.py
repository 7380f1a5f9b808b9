"""Functions that write a text made of columns of one row alone: a scalar, or an object such as an amount with its
currency.

Documents select few different ones, and a checkout has many of them, so a function is compiled once and shared by all
plans. A new document then has less code to compile, or no code at all (see first_rows).
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from abandoned_checkouts.shopify.execution.plan.templates import FunctionCode

MOST_BYTES = 2**20
# A function with its code and constants, besides its text; functions with a longer text are not kept.
_FUNCTION_BYTES, _LONGEST = 3_000, 2_000


@dataclass(frozen=True, slots=True)
class RowFunction:
    """Takes the values of the `columns` of a row, in this order, and returns the text. The function of a field that
    uses the request takes that first. `code` is the same for the code of a writer."""

    write: Callable[..., str]
    columns: tuple[str, ...]
    source: str
    code: FunctionCode = field(default=FunctionCode([], {}, {}))


class RowFunctions(dict[Hashable, RowFunction]):
    """The functions that were used last, and roughly the number of `bytes` that they take."""

    bytes = 0

    def keep(self, key: Hashable, function: RowFunction) -> None:
        """Keep a function, unless it is very long. If the functions become too many, all are forgotten first."""
        if len(function.source) > _LONGEST:
            return
        size = _FUNCTION_BYTES + 4 * len(function.source)
        if self.bytes + size > MOST_BYTES:
            self.clear()
            self.bytes = 0
        self[key] = function
        self.bytes += size


# Functions for objects, and for scalars.
ROW_FUNCTIONS, LEAF_FUNCTIONS = RowFunctions(), RowFunctions()
