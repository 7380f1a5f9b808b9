"""Objects kept as JSON in a column: decoded once a row, their members laid out as rows of a scope of their own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from app.shopify.plan.scope import Reading, Scope
from app.shopify.plan.selection import Selected
from app.shopify.plan.unplanned import UnplannedError
from app.shopify.plan.writer import Asking, Writer, made
from app.shopify.schema.sources import Parsed

if TYPE_CHECKING:
    from app.shopify.plan.compile import Compiling
    from app.shopify.plan.run import Run

# The column of a scope out of JSON that stands for the whole object.
WHOLE = "*"


@dataclass(slots=True)
class Extract:
    """Lays out the items of rows as tuples of the columns that the items' scope turned out to need.

    `carried` maps a column to its place in the row around the item; `constants` gives a column outright.
    """

    scope: Scope
    carried: Mapping[str, int]
    constants: Mapping[str, Any]
    _made: Callable[[Any, Any], tuple[Any, ...]] | None = field(default=None)

    @classmethod
    def of(
        cls, scope: Scope, outer: Scope, reading: Reading, carried: Mapping[str, str], constants: Mapping[str, Any]
    ) -> "Extract":
        places: dict[str, int] = {}
        fixed = dict(constants)
        for name, of in carried.items():
            column = reading(of)
            if column is None:
                fixed.setdefault(name, None)
            elif name not in constants:
                places[name] = outer.place(column)
        return cls(scope, places, fixed)

    def row(self, item: Any, row: Any) -> tuple[Any, ...]:
        if self._made is None:
            self._made = self._make()
        return self._made(item, row)

    def _make(self) -> Callable[[Any, Any], tuple[Any, ...]]:
        names: dict[str, Any] = {}
        members = []
        for place, column in enumerate(self.scope.columns):
            if column == WHOLE:
                members.append("whole(item, row)")
                names["whole"] = self._whole
            elif column in self.constants:
                names[f"k{place}"] = self.constants[column]
                members.append(f"k{place}")
            elif column in self.carried:
                members.append(f"row[{self.carried[column]}]")
            else:
                members.append(f"get({column!r})")
        found = "".join(f"{member}, " for member in members)
        return made(f"def row(item, row):\n    get = item.get\n    return ({found})\n", "row", names)

    def _whole(self, item: Mapping[str, Any], row: Any) -> dict[str, Any]:
        return {**item, **{name: row[place] for name, place in self.carried.items()}, **self.constants}


@dataclass(frozen=True, slots=True)
class ParsedPart:
    column: int
    many: bool
    first: bool
    extract: Extract
    writer: Writer
    optional: bool
    path: tuple[str, ...]

    @classmethod
    def of(
        cls,
        compiling: "Compiling",
        scope: Scope,
        selected: Selected,
        source: Parsed,
        reading: Reading,
        path: tuple[str, ...],
        optional: bool,
    ) -> "ParsedPart":
        column = reading(source.column)
        if column is None:
            raise UnplannedError(f"{selected.name} is in {source.column}, which is not in {scope.table}")
        items = Scope(None)
        extract = Extract.of(items, scope, reading, source.carried, source.constants)
        writer = compiling.objects(items, source.type_name, selected.below, path, source.kinds)
        return cls(scope.place(column), source.many, source.first, extract, writer, optional, path)

    def texts(self, run: "Run", rows: Sequence[Any]) -> Asking:
        column, extract, items = self.column, self.extract.row, []
        # How many items each row has; None is null.
        counts: list[int | None] = []
        for row in rows:
            value = decoded(row[column])
            if value is None or (self.first and not value):
                counts.append(None)
            elif self.many:
                items += [extract(item, row) for item in value]
                counts.append(len(value))
            else:
                items.append(extract(value[0] if self.first else value, row))
                counts.append(1)
        if not self.optional and None in counts:
            raise UnplannedError(f"null for {'.'.join(self.path)}")
        written = yield from self.writer.texts(run, items)
        run.count(self.path, len(written))
        each = iter(written)
        if not self.many:
            return ["null" if count is None else next(each) for count in counts]
        return ["null" if count is None else f"[{','.join([next(each) for _ in range(count)])}]" for count in counts]


def decoded(value: Any) -> Any:
    """JSON of a column, or what an enclosing JSON value already holds."""
    return orjson.loads(value) if value.__class__ is str else value
