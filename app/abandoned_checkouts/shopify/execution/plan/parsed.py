"""Objects stored as JSON in a column: decoded once per row, with their members as the rows of another level."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import orjson

from abandoned_checkouts.shopify.execution.plan.arguments import Arguments
from abandoned_checkouts.shopify.execution.plan.connections import ConnectionWriter, PageSlice
from abandoned_checkouts.shopify.execution.plan.field_at import FieldAt, FieldPath
from abandoned_checkouts.shopify.execution.plan.level import Level
from abandoned_checkouts.shopify.execution.plan.level_compiler import LevelCompiler
from abandoned_checkouts.shopify.execution.plan.run import Run
from abandoned_checkouts.shopify.execution.plan.unplanned import UnplannedError
from abandoned_checkouts.shopify.execution.plan.writer import Writer, function_from
from abandoned_checkouts.shopify.schema.resolving.in_memory import page_of_items
from abandoned_checkouts.shopify.schema.resolving.sources import Parsed, ParsedList
from abandoned_checkouts.shopify.values.cursor import CursorForm
from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.reading.queries import QuerySteps

# The column of a JSON level that has the whole object.
WHOLE = "*"
# How an empty list is stored.
_EMPTY = "[]"
# A JSON object and the row around it → the values of its level.
_RowOf: TypeAlias = Callable[[Mapping[str, object], RowValues], RowValues]


@dataclass(slots=True)
class Extract:
    """Converts JSON objects into tuples of the columns that their level needs.

    `carried` maps a column to its index in the enclosing row; `constants` has the values of constant columns. The
    conversion function is generated for the first object, because the level's columns are complete only then.
    """

    level: Level
    carried: Mapping[str, int]
    constants: Mapping[str, object]
    _extract: _RowOf | None = field(default=None)

    @classmethod
    def of(cls, level: Level, at: FieldAt, source: Parsed | ParsedList) -> "Extract":
        indexes: dict[str, int] = {}
        constants = dict(source.constants)
        for name, of in source.carried.items():
            column = at.reading(of)
            if column is None:
                constants.setdefault(name, None)
            elif name not in source.constants:
                indexes[name] = at.level.index(column)
        return cls(level, indexes, constants)

    def row(self, item: Mapping[str, object], row: RowValues) -> RowValues:
        if self._extract is None:
            self._extract = self._function()
        return self._extract(item, row)

    def _function(self) -> _RowOf:
        names: dict[str, object] = {}
        members = []
        for index, column in enumerate(self.level.columns):
            if column == WHOLE:
                members.append("whole(item, row)")
                names["whole"] = self._whole
            elif column in self.constants:
                names[f"k{index}"] = self.constants[column]
                members.append(f"k{index}")
            elif column in self.carried:
                members.append(f"row[{self.carried[column]}]")
            else:
                members.append(f"get({column!r})")
        listed = "".join(f"{member}, " for member in members)
        return function_from(f"def row(item, row):\n    get = item.get\n    return ({listed})\n", "row", names)

    def _whole(self, item: Mapping[str, object], row: RowValues) -> dict[str, object]:
        return {**item, **{name: row[index] for name, index in self.carried.items()}, **self.constants}


@dataclass(frozen=True, slots=True)
class ParsedPart:
    """An object, or a list of objects, stored as JSON in each row. `many` and `first` are those of sources.Parsed."""

    column: int
    many: bool
    first: bool
    extract: Extract
    writer: Writer
    optional: bool
    path: FieldPath

    @classmethod
    def of(cls, compiler: LevelCompiler, at: FieldAt, source: Parsed) -> "ParsedPart":
        column = at.index(source.column)
        items = Level(None)
        extract = Extract.of(items, at, source)
        writer = compiler.objects(items, source.type_name, at.selected.below, at.path, source.kinds)
        return cls(column, source.many, source.first, extract, writer, at.optional, at.path)

    def texts(self, run: Run, rows: Sequence[RowValues]) -> QuerySteps[list[str]]:
        items, lengths = self._items(rows)
        if not self.optional and None in lengths:
            raise UnplannedError(f"null for {'.'.join(self.path)}")
        written = yield from self.writer.texts(run, items)
        run.count(self.path, len(written))
        each = iter(written)
        if not self.many:
            return ["null" if length is None else next(each) for length in lengths]
        return [
            "null" if length is None else f"[{','.join([next(each) for _ in range(length)])}]" for length in lengths
        ]

    def _items(self, rows: Sequence[RowValues]) -> tuple[list[RowValues], list[int | None]]:
        """The items of all rows as tuples, and the number of items of each row; None for null."""
        column, extract = self.column, self.extract.row
        items: list[RowValues] = []
        lengths: list[int | None] = []
        for row in rows:
            value = decoded(row[column])
            if value is None or (self.first and not value):
                lengths.append(None)
            elif self.many:
                items += [extract(item, row) for item in value]
                lengths.append(len(value))
            else:
                items.append(extract(value[0] if self.first else value, row))
                lengths.append(1)
        return items, lengths


@dataclass(slots=True)
class ParsedListPart:
    """A connection over a list stored as JSON in each row."""

    column: int
    level: Level
    extract: Extract
    connection: ConnectionWriter
    arguments: Arguments
    path: FieldPath

    @classmethod
    def of(cls, compiler: LevelCompiler, at: FieldAt, source: ParsedList) -> "ParsedListPart":
        column = at.index(source.column)
        items = Level(None)
        extract = Extract.of(items, at, source)
        connection = ConnectionWriter.of(compiler, items, source.type_name, at.selected, at.path)
        return cls(column, items, extract, connection, Arguments.of_field(at.selected), at.path)

    def texts(self, run: Run, rows: Sequence[RowValues]) -> QuerySteps[list[str]]:
        window, column = self.arguments.window(run, CursorForm.ID), self.column
        stored = [row[column] for row in rows]
        if stored.count(_EMPTY) + stored.count(None) == len(stored):
            # Most checkouts and lines have no discounts, attributes or shipping lines.
            run.count(self.path, 0)
            return [self.connection.empty_text()] * len(rows)
        items: list[RowValues] = []
        pages: list[PageSlice] = []
        extract = self.extract.row
        if window.is_start and not self.level.placed:
            for row in rows:
                whole = decoded(row[column]) or []
                shown = whole[: window.size]
                end = len(items) + len(shown)
                pages.append((len(items), end, bool(shown) and len(whole) > len(shown), False))
                items += [extract(item, row) for item in shown]
            run.count(self.path, len(items))
            return (yield from self.connection.texts(run, CursorForm.ID, items, pages))
        for row in rows:
            page = page_of_items(decoded(row[column]) or [], window)
            pages.append((len(items), len(items) + len(page.rows), page.has_next, page.has_previous))
            if self.level.placed:
                items += [(*extract(each["item"], row), each["sort_value"], each["sort_id"]) for each in page.rows]
            else:
                items += [extract(each["item"], row) for each in page.rows]
        run.count(self.path, len(items))
        return (yield from self.connection.texts(run, CursorForm.ID, items, pages))


def decoded(value: object) -> Any:
    """The value of a JSON column; a value inside of JSON is already decoded and stays unchanged."""
    return orjson.loads(value) if isinstance(value, str) else value
