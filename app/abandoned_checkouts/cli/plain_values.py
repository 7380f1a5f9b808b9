"""Converts the usual values of options without pydantic, which takes as long to import as a short command takes to run.

Typer converts every value with pydantic, also the missing values of options that are not given. The values here have
one meaning, so Typer would return the same. It converts all others, and reports those that are invalid.
"""

from collections.abc import Callable
from enum import Enum
from typing import Any, NamedTuple

from typer import core

# Typer's function that makes the converter of a parameter. Versions without it convert all values themselves.
_MAKER = "build_runtime_param"
# More digits are left to Typer.
_MOST_DIGITS = 9


class _Converted(NamedTuple):
    value: object


class _PlainValues:
    """The converter of one parameter, with Typer's interface. `make` returns Typer's own converter."""

    def __init__(self, make: Callable[[Any], Any], descriptor: Any) -> None:
        self._make, self._descriptor = make, descriptor
        info = descriptor.parameter_info
        self._annotation = None if info.parser is not None or info.clamp else descriptor.annotation
        self._least, self._most = info.min, info.max

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        found = self._converted(value, param.multiple or param.nargs == -1)
        if found is not None:
            return found.value
        return self._make(self._descriptor).coerce(value, param=param, ctx=ctx)

    def _converted(self, value: object, is_multiple: bool) -> _Converted | None:
        """None for a value that Typer must convert."""
        if value is None:
            return _Converted(() if is_multiple else None)
        if is_multiple:
            return None
        kind = self._annotation
        if kind is int:
            return self._whole_number(value)
        if (kind is str and type(value) is str) or (isinstance(kind, type) and issubclass(kind, Enum)):
            return _Converted(value) if type(value) is kind else None
        return None

    def _whole_number(self, value: object) -> _Converted | None:
        if type(value) is str and value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS:
            value = int(value)
        if type(value) is not int:
            return None
        is_too_small = self._least is not None and value < self._least
        is_too_large = self._most is not None and value > self._most
        return None if is_too_small or is_too_large else _Converted(value)


def convert_plain_values() -> None:
    """Make Typer convert the usual values as above, from now on. Calling it again changes nothing."""
    make = getattr(core, _MAKER, None)
    if make is not None and not isinstance(make, _Maker):
        setattr(core, _MAKER, _Maker(make))


class _Maker:
    def __init__(self, make: Callable[[Any], Any]) -> None:
        self._make = make

    def __call__(self, descriptor: Any) -> _PlainValues:
        return _PlainValues(self._make, descriptor)
