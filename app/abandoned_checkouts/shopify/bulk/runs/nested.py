"""The lists nested in the nodes of a list, directly or through other objects, for example a checkout's customer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graphql import GraphQLObjectType, SelectionSetNode, get_named_type

from abandoned_checkouts.shopify.bulk.runs.line_selections import NestedField
from abandoned_checkouts.shopify.bulk.runs.lines import Blocks, Nested, NestedCompiler
from abandoned_checkouts.shopify.bulk.runs.lists import NestedItems, NestedResolved, NestedRows
from abandoned_checkouts.shopify.execution.plan.field_at import FieldAt, FieldPath
from abandoned_checkouts.shopify.execution.plan.field_sources import WINDOW, source_of
from abandoned_checkouts.shopify.execution.plan.level import Level, RowReader, through
from abandoned_checkouts.shopify.execution.plan.run import Run
from abandoned_checkouts.shopify.execution.plan.selection import Selected
from abandoned_checkouts.shopify.language.cost.rule import is_connection
from abandoned_checkouts.shopify.schema.resolving.sources import Embedded, Joined, Listed, ParsedList
from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.reading.queries import RowsQuery


def nested_in(
    compiler: NestedCompiler,
    level: Level,
    kind: GraphQLObjectType,
    sets: Iterable[SelectionSetNode],
    path: FieldPath,
) -> list[Nested]:
    """The lists nested in the nodes of a list, in the order of the query."""
    found = compiler.line_selections.nested(kind, sets, _can_enter)
    return [_nested(compiler, level, each, path) for each in found]


def _can_enter(selected: Selected) -> bool:
    source = source_of(selected.field)
    return isinstance(source, Joined) or (isinstance(source, Embedded) and source.kinds is None)


def _nested(compiler: NestedCompiler, level: Level, nested: NestedField, path: FieldPath) -> Nested:
    steps: list[tuple[FieldAt, Joined]] = []
    inner = level
    reading: RowReader = level.own
    for selected in nested.through:
        source = source_of(selected.field)
        if isinstance(source, Embedded):
            reading = through(source.columns, reading)
        else:
            assert isinstance(source, Joined)
            steps.append((FieldAt(inner, reading, selected, path), source))
            inner = Level(source.table)
            reading = inner.own
    found = _list(compiler, FieldAt(inner, reading, nested.selected, path), nested)
    for at, source in reversed(steps):
        found = NestedInRow.of(at, inner, source, found)
        inner = at.level
    return found


def _list(compiler: NestedCompiler, at: FieldAt, nested: NestedField) -> Nested:
    selected = at.selected
    source = source_of(selected.field)
    arguments = {argument.name.value for node in selected.nodes for argument in node.arguments or ()}
    if is_connection(get_named_type(selected.field.type)) and not arguments - WINDOW:
        if isinstance(source, Listed):
            return NestedRows.of(compiler, at, source)
        if isinstance(source, ParsedList):
            return NestedItems.of(compiler, at, source)
    return NestedResolved.of(compiler, at, nested)


@dataclass(frozen=True, slots=True)
class NestedInRow:
    """A list nested in a row of another table, to which each row refers."""

    table: str
    level: Level
    names: tuple[str, ...]
    here: tuple[int, ...]
    there: tuple[int, ...]
    found: Nested

    @classmethod
    def of(cls, at: FieldAt, inner: Level, source: Joined, found: Nested) -> "NestedInRow":
        there = tuple(inner.index(name) for name in source.on)
        return cls(source.table, inner, tuple(source.on), at.indexes(source.on), there, found)

    def blocks(self, run: Run, rows: Sequence[RowValues], suffixes: Sequence[str]) -> Blocks:
        values = {row[self.here[0]] for row in rows}
        values.discard(None)
        theirs: Sequence[RowValues] = ()
        if values:
            columns, joins = tuple(self.level.columns), tuple(self.level.joins)
            theirs = yield RowsQuery(self.table, run.request.shop.id, columns, self.names[0], list(values), joins)
        row_of = {tuple([row[index] for index in self.there]): row for row in theirs}
        joined = [row_of.get(tuple([row[index] for index in self.here])) for row in rows]
        present = [(row, suffix) for row, suffix in zip(joined, suffixes, strict=True) if row is not None]
        blocks = yield from self.found.blocks(run, [row for row, _ in present], [suffix for _, suffix in present])
        remaining = iter(blocks)
        return ["" if row is None else next(remaining) for row in joined]
