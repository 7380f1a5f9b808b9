"""Converts dataclass objects to rows and back. JSON columns are written and read only here."""

from collections.abc import Callable, Sequence
from dataclasses import MISSING, Field, fields
from functools import cached_property
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import orjson
from sqlalchemy import Boolean, Table

from abandoned_checkouts.store.engine.rows import Row, RowValues


class _Dataclass(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Field[object]]]


Noun = TypeVar("Noun", bound=_Dataclass)


class RowShape(Generic[Noun]):
    """Converts the fields of a dataclass to columns of the same names, and back.

    Fields without a column are not stored. The caller sets columns without a field. `values` returns the values of
    `columns`, in the same order.
    """

    def __init__(self, noun: type[Noun], table: Table) -> None:
        names = [item.name for item in fields(noun) if item.name in table.c]
        json_names = {item.name for item in fields(noun) if _is_structured(item.type)}
        self.noun = noun
        self._plain = tuple(name for name in names if name not in json_names)
        self._json = tuple(name for name in names if name in json_names)
        self._flags = tuple(name for name in self._plain if isinstance(table.c[name].type, Boolean))
        self.columns = self._plain + self._json
        self._defaults = {
            item.name: (item.default_factory() if item.default_factory is not MISSING else item.default)
            for item in fields(noun)
        }
        self._default_values = tuple(
            _json_text(self._defaults[name]) if name in self._json else self._defaults[name] for name in self.columns
        )

    @cached_property
    def values(self) -> Callable[[Noun], tuple[object, ...]]:
        """A function that returns the values of `columns` of an object.

        Its code reads each field by its name, and calls a function only for JSON that is not empty: an import writes
        five objects for each checkout.
        """
        values = [f"noun.{name}" for name in self._plain]
        values += [
            f"(dumps(value).decode() if (value := noun.{name}) else None if value is None "
            "else '[]' if type(value) is list else dumps(value).decode())"
            for name in self._json
        ]
        defined: dict[str, Any] = {"dumps": orjson.dumps}
        exec(f"def values(noun):\n    return ({', '.join(values)},)\n", defined)
        function: Callable[[Noun], tuple[object, ...]] = defined["values"]
        return function

    def row(self, record: Noun) -> dict[str, object]:
        return dict(zip(self.columns, self.values(record), strict=True))

    def record(self, row: Row) -> Noun:
        """The object from a row, a mapping that has at least these columns."""
        values = {name: row[name] for name in self._plain}
        for name in self._json:
            text = row[name]
            values[name] = None if text is None else [] if text == "[]" else orjson.loads(text)
        return self.noun(**values)

    @cached_property
    def from_values(self) -> Callable[[RowValues], Noun]:
        """A function that returns the object from the values of `columns`.

        It is five times as fast as `record`, because its code assigns each value to its field. Names in the code are
        those of the fields. Flags can be 0 and 1, as SQLite stores them.
        """
        found = {name: f"found_{name}" for name in (*self._flags, *self._json)}
        lines = [", ".join(found.get(name, f"noun.{name}") for name in self.columns) + " = values"]
        lines += [f"noun.{name} = {found[name]} != 0" for name in self._flags]
        for name in self._json:
            text = found[name]
            lines.append(f"noun.{name} = None if {text} is None else [] if {text} == '[]' else loads({text})")
        defined: dict[str, Any] = {"noun_class": self.noun, "new": object.__new__, "loads": orjson.loads}
        for item in fields(self.noun):
            if item.name not in self.columns:
                is_made = item.default_factory is not MISSING
                defined[f"default_{item.name}"] = item.default_factory if is_made else item.default
                lines.append(f"noun.{item.name} = default_{item.name}{'()' if is_made else ''}")
        body = "".join(f"    {line}\n" for line in ("noun = new(noun_class)", *lines, "return noun"))
        exec(f"def from_values(values):\n{body}", defined)
        function: Callable[[RowValues], Noun] = defined["from_values"]
        return function

    def merged(self, older: Noun, newer: Noun) -> Noun:
        """The newer record, but fields with their default value have the older record's value."""
        for name, default in self._defaults.items():
            if getattr(newer, name) == default:
                setattr(newer, name, getattr(older, name))
        return newer

    def merged_values(self, older: Sequence[object], newer: Sequence[object]) -> tuple[object, ...]:
        """Like `merged`, for the results of `values`."""
        return tuple(
            [
                old if new == default else new
                for old, new, default in zip(older, newer, self._default_values, strict=True)
            ]
        )


def _json_text(value: object) -> str | None:
    if not value:
        return None if value is None else "[]" if type(value) is list else orjson.dumps(value).decode()
    return orjson.dumps(value).decode()


def _is_structured(annotation: object) -> bool:
    text = annotation if isinstance(annotation, str) else str(annotation)
    return any(mark in text for mark in ("list[", "dict[", "Address", "Image"))
