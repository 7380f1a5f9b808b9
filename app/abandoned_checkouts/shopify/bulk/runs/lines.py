"""The lines of a list of a bulk query: the code that writes its nodes, and what is nested in them; then the texts are
put in the order of the file, each nested list's right after its node."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from graphql import SelectionSetNode

from abandoned_checkouts.shopify.bulk.runs.expand import Expanding
from abandoned_checkouts.shopify.bulk.runs.line_suffix import suffix_below
from abandoned_checkouts.shopify.execution.plan.field_at import FieldPath
from abandoned_checkouts.shopify.execution.plan.level import Level
from abandoned_checkouts.shopify.execution.plan.level_compiler import LevelCompiler
from abandoned_checkouts.shopify.execution.plan.run import Run
from abandoned_checkouts.shopify.execution.plan.writer import Writer
from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.reading.queries import QuerySteps

# For each of some rows the lines of all that is nested in it.
Blocks: TypeAlias = QuerySteps[list[str]]

# What is around the id in the text that a writer makes of it alone.
_BEFORE_ID = len('{"id":')


class Nested(Protocol):
    """Something nested in the nodes of a list: a list of their own, perhaps through other objects.

    `suffixes` are those of the lines that are nested in each of the rows.
    """

    def blocks(self, run: Run, rows: Sequence[RowValues], suffixes: Sequence[str]) -> Blocks: ...


@dataclass(slots=True)
class LineSuffixes:
    """A part of the writer's text that is not in the rows: the suffix of each line."""

    given: Sequence[str] = ()

    def texts(self, run: Run, rows: Sequence[RowValues]) -> QuerySteps[list[str]]:
        return self.given  # type: ignore[return-value]
        yield


@dataclass(frozen=True, slots=True)
class Lines:
    """The nodes of a list: rows of `level`, of which `writer` writes each node's own line."""

    level: Level
    writer: Writer
    suffixes: LineSuffixes
    ids: Writer | None
    nested: Sequence[Nested]

    def blocks(self, run: Run, rows: Sequence[RowValues], suffixes: Sequence[str]) -> Blocks:
        """For each node its own line, with that suffix, and those of all that is nested in it."""
        self.suffixes.given = suffixes
        blocks = yield from self.writer.texts(run, rows)
        if self.ids is not None:
            ids = yield from self.ids.texts(run, rows)
            below = [suffix_below(text[_BEFORE_ID:-1]) for text in ids]
            for each in self.nested:
                blocks = list(map(str.__add__, blocks, (yield from each.blocks(run, rows, below))))
        return blocks


class NestedCompiler(LevelCompiler, Protocol):
    """What nested lists ask of the compiler that makes them."""

    expanding: Expanding

    def lines(self, level: Level, kind: str, sets: Iterable[SelectionSetNode], path: FieldPath) -> Lines:
        """The lines of a list whose nodes are the rows of the level. Raises UnplannedError for what resolvers have to
        answer."""
