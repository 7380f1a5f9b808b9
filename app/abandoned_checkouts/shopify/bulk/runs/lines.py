"""The lines of a list: its nodes and everything nested in them, in the order of the file.

The lines nested in a node follow the node's line.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from graphql import SelectionSetNode

from abandoned_checkouts.shopify.bulk.runs.line_selections import LineSelections
from abandoned_checkouts.shopify.bulk.runs.line_suffix import suffix_below
from abandoned_checkouts.shopify.execution.plan.field_at import FieldPath
from abandoned_checkouts.shopify.execution.plan.level import Level
from abandoned_checkouts.shopify.execution.plan.level_compiler import LevelCompiler
from abandoned_checkouts.shopify.execution.plan.run import Run
from abandoned_checkouts.shopify.execution.plan.writer import Writer
from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.reading.queries import QuerySteps

# Yields queries; returns for each of several rows the text of the lines nested in it.
Blocks: TypeAlias = QuerySteps[list[str]]

# The length of the text before the id in a writer's object with only an id.
_BEFORE_ID = len('{"id":')


class Nested(Protocol):
    """A list nested in the nodes of another list, directly or through other objects.

    `suffixes` has for each row the suffix of the lines nested in it.
    """

    def blocks(self, run: Run, rows: Sequence[RowValues], suffixes: Sequence[str]) -> Blocks: ...


@dataclass(slots=True)
class LineSuffixes:
    """A part of the writer's text that does not come from the rows: the suffix of each line."""

    suffixes: Sequence[str] = ()

    def texts(self, run: Run, rows: Sequence[RowValues]) -> QuerySteps[list[str]]:
        return self.suffixes  # type: ignore[return-value]
        yield


@dataclass(frozen=True, slots=True)
class Lines:
    """The nodes of a list: the rows of `level`. `writer` writes the line of each node, `ids` its id as JSON."""

    level: Level
    writer: Writer
    suffixes: LineSuffixes
    ids: Writer | None
    nested: Sequence[Nested]

    def blocks(self, run: Run, rows: Sequence[RowValues], suffixes: Sequence[str]) -> Blocks:
        """Returns for each node the text of its line, with the suffix, and of the lines nested in it."""
        self.suffixes.suffixes = suffixes
        blocks = yield from self.writer.texts(run, rows)
        if self.ids is not None:
            ids = yield from self.ids.texts(run, rows)
            below = [suffix_below(text[_BEFORE_ID:-1]) for text in ids]
            for each in self.nested:
                blocks = list(map(str.__add__, blocks, (yield from each.blocks(run, rows, below))))
        return blocks


class NestedCompiler(LevelCompiler, Protocol):
    """The compiler, as nested lists use it."""

    line_selections: LineSelections

    def lines(self, level: Level, kind: str, sets: Iterable[SelectionSetNode], path: FieldPath) -> Lines:
        """The lines of a list whose nodes are the rows of the level.

        Raises UnplannedError if only resolvers can answer.
        """
