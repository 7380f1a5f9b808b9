"""Objects that are rows of another table: one SELECT for all rows of a level, which reads each joined row once."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

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
    """`names` are the key columns of the other table. `there` are their indexes in its rows, `here` in our rows."""

    table: str
    level: Level
    writer: Writer
    names: tuple[str, ...]
    here: tuple[int, ...]
    there: tuple[int, ...]
    optional: bool
    path: FieldPath
    kept: dict[Hashable, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, compiler: LevelCompiler, at: FieldAt, source: Joined) -> "JoinedPart":
        other = Level(source.table)
        there = tuple(other.index(name) for name in source.on)
        here = at.indexes(source.on)
        writer = compiler.objects(other, source.type_name, at.selected.below, at.path)
        return cls(source.table, other, writer, tuple(source.on), here, there, at.optional, at.path)

    def texts(self, run: Run, rows: Sequence[RowValues]) -> QuerySteps[list[str]]:
        theirs = yield from self._joined_rows(run, rows)
        their_keys = self._keys(theirs, self.there)
        keys = self._keys(rows, self.here)
        if not self.writer.counts_objects:
            text_of = dict(zip(their_keys, (yield from self.writer.texts(run, theirs)), strict=True))
            return self._completed(run, keys, [text_of.get(key) for key in keys])
        # A row joined to several of ours is written for each of them, so that its objects are counted as often.
        row_of = dict(zip(their_keys, theirs, strict=True))
        joined = [row_of.get(key) for key in keys]
        written = iter((yield from self.writer.texts(run, [row for row in joined if row is not None])))
        return self._completed(run, keys, [None if row is None else next(written) for row in joined])

    def _joined_rows(self, run: Run, rows: Sequence[RowValues]) -> QuerySteps[Sequence[RowValues]]:
        """The rows of the other table, each once. The query uses the first key column."""
        here = self.here[0]
        values = {row[here] for row in rows}
        values.discard(None)
        if not values:
            return ()
        shop, (columns, joins) = run.request.shop.id, self.level.read
        theirs: Sequence[RowValues] = yield RowsQuery(
            self.table, shop, columns, self.names[0], list(values), joins, self.kept
        )
        if len(self.names) == 1:
            return theirs
        keys = set(self._keys(rows, self.here))
        their_keys = self._keys(theirs, self.there)
        return [row for row, key in zip(theirs, their_keys, strict=True) if key in keys]

    def _keys(self, rows: Sequence[RowValues], indexes: Sequence[int]) -> list[object]:
        """The key of each row: a value, or a tuple of values."""
        if len(indexes) == 1:
            (index,) = indexes
            return [row[index] for row in rows]
        return [tuple([row[index] for index in indexes]) for row in rows]

    def _completed(self, run: Run, keys: Sequence[object], texts: list[str | None]) -> list[str]:
        missing = texts.count(None)
        run.count(self.path, len(texts) - missing)
        if not missing:
            return texts  # type: ignore[return-value]
        # A required row without a key is that of an absent object, whose text is not used: see sources.Embedded.
        if not self.optional and any(
            text is None and not _is_absent(key) for key, text in zip(keys, texts, strict=True)
        ):
            raise UnplannedError(f"no row of {self.table}")
        return ["null" if text is None else text for text in texts]


def _is_absent(key: object) -> bool:
    return key is None or (isinstance(key, tuple) and None in key)
