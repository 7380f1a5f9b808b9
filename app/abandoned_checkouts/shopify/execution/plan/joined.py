"""Objects that are rows of another table: one SELECT for all that the rows of a level point at, each read once."""

from collections.abc import Sequence
from dataclasses import dataclass

from abandoned_checkouts.shopify.execution.plan.field_at import FieldAt, FieldPath
from abandoned_checkouts.shopify.execution.plan.level import Level
from abandoned_checkouts.shopify.execution.plan.level_compiler import LevelCompiler
from abandoned_checkouts.shopify.execution.plan.run import Run
from abandoned_checkouts.shopify.execution.plan.unplanned import UnplannedError
from abandoned_checkouts.shopify.execution.plan.writer import Writer
from abandoned_checkouts.shopify.schema.resolving.sources import Joined
from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.reading.queries import QuerySteps, RowsQuery


@dataclass(frozen=True, slots=True)
class JoinedPart:
    """`names` are the columns of the other table that name a row, at `there` in its rows and at `here` in ours."""

    table: str
    level: Level
    writer: Writer
    names: tuple[str, ...]
    here: tuple[int, ...]
    there: tuple[int, ...]
    optional: bool
    path: FieldPath

    @classmethod
    def of(cls, compiler: LevelCompiler, at: FieldAt, source: Joined) -> "JoinedPart":
        other = Level(source.table)
        there = tuple(other.index(name) for name in source.on)
        here = at.indexes(source.on)
        writer = compiler.objects(other, source.type_name, at.selected.below, at.path)
        return cls(source.table, other, writer, tuple(source.on), here, there, at.optional, at.path)

    def texts(self, run: Run, rows: Sequence[RowValues]) -> QuerySteps[list[str]]:
        theirs = yield from self._pointed_at(run, rows)
        keys = self._keys(theirs, self.there)
        wanted = self._keys(rows, self.here)
        if not self.writer.counts_objects:
            text_of = dict(zip(keys, (yield from self.writer.texts(run, theirs)), strict=True))
            return self._completed(run, [text_of.get(key) for key in wanted])
        # A row that many point at is written for each of them, so that what it holds is counted as often.
        row_of = dict(zip(keys, theirs, strict=True))
        shown = [row_of.get(key) for key in wanted]
        written = iter((yield from self.writer.texts(run, [row for row in shown if row is not None])))
        return self._completed(run, [None if row is None else next(written) for row in shown])

    def _pointed_at(self, run: Run, rows: Sequence[RowValues]) -> QuerySteps[Sequence[RowValues]]:
        """The rows of the other table, each once. The database is asked by the first column of their name."""
        here = self.here[0]
        values = {row[here] for row in rows}
        values.discard(None)
        if not values:
            return ()
        shop, columns = run.request.shop.id, tuple(self.level.columns)
        theirs: Sequence[RowValues] = yield RowsQuery(self.table, shop, columns, self.names[0], list(values))
        if len(self.names) == 1:
            return theirs
        asked = set(self._keys(rows, self.here))
        keys = self._keys(theirs, self.there)
        return [row for row, key in zip(theirs, keys, strict=True) if key in asked]

    def _keys(self, rows: Sequence[RowValues], indexes: Sequence[int]) -> list[object]:
        """What names each row: a value, or a tuple of them."""
        if len(indexes) == 1:
            (index,) = indexes
            return [row[index] for row in rows]
        return [tuple([row[index] for index in indexes]) for row in rows]

    def _completed(self, run: Run, texts: list[str | None]) -> list[str]:
        missing = texts.count(None)
        run.count(self.path, len(texts) - missing)
        if not missing:
            return texts  # type: ignore[return-value]
        if not self.optional:
            raise UnplannedError(f"no row of {self.table}")
        return ["null" if text is None else text for text in texts]
