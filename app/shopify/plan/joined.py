"""Objects that are rows of another table: one SELECT for all that the rows of a scope point at, each read once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.shopify.plan.scope import Reading, Scope
from app.shopify.plan.selection import Selected
from app.shopify.plan.unplanned import UnplannedError
from app.shopify.plan.writer import Asking, Writer
from app.shopify.schema.sources import Joined
from app.store.wanted import RowsWanted

if TYPE_CHECKING:
    from app.shopify.plan.compile import Compiling
    from app.shopify.plan.run import Run


@dataclass(frozen=True, slots=True)
class JoinedPart:
    """`names` are the columns of the other table that name a row, at `there` in its rows and at `here` in ours."""

    table: str
    scope: Scope
    writer: Writer
    names: tuple[str, ...]
    here: tuple[int, ...]
    there: tuple[int, ...]
    optional: bool
    path: tuple[str, ...]

    @classmethod
    def of(
        cls,
        compiling: "Compiling",
        scope: Scope,
        selected: Selected,
        source: Joined,
        reading: Reading,
        path: tuple[str, ...],
        optional: bool,
    ) -> "JoinedPart":
        other = Scope(source.table)
        there = tuple(other.place(name) for name in source.on)
        here = []
        for name in source.on.values():
            column = reading(name)
            if column is None:
                raise UnplannedError(f"{selected.name} is joined by {name}, which is not in {scope.table}")
            here.append(scope.place(column))
        writer = compiling.objects(other, source.type_name, selected.below, path)
        return cls(source.table, other, writer, tuple(source.on), tuple(here), there, optional, path)

    def texts(self, run: "Run", rows: Sequence[Any]) -> Asking:
        here = self.here[0]
        values = {row[here] for row in rows}
        values.discard(None)
        found: dict[Any, str] = {}
        if values:
            shop, columns = run.request.shop.id, tuple(self.scope.columns)
            theirs = yield RowsWanted(self.table, shop, columns, self.names[0], list(values))
            if len(self.names) == 1:
                keys = [row[self.there[0]] for row in theirs]
            else:
                asked = {tuple([row[place] for place in self.here]) for row in rows}
                theirs = [row for row in theirs if tuple([row[place] for place in self.there]) in asked]
                keys = [tuple([row[place] for place in self.there]) for row in theirs]
            if self.writer.counts:
                rows_of = dict(zip(keys, theirs, strict=True))
                shown = [rows_of.get(key) for key in self._keys(rows)]
                written = iter((yield from self.writer.texts(run, [row for row in shown if row is not None])))
                return self._completed(run, [None if row is None else next(written) for row in shown])
            found = dict(zip(keys, (yield from self.writer.texts(run, theirs)), strict=True))
        return self._completed(run, [found.get(key) for key in self._keys(rows)])

    def _keys(self, rows: Sequence[Any]) -> list[Any]:
        if len(self.names) == 1:
            here = self.here[0]
            return [row[here] for row in rows]
        return [tuple([row[place] for place in self.here]) for row in rows]

    def _completed(self, run: "Run", texts: list[str | None]) -> list[str]:
        missing = texts.count(None)
        run.count(self.path, len(texts) - missing)
        if not missing:
            return texts  # type: ignore[return-value]
        if not self.optional:
            raise UnplannedError(f"no row of {self.table}")
        return ["null" if text is None else text for text in texts]
