"""What hangs on the nodes of a list: lists of their own, perhaps through other objects, as through the customer of a
checkout."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import GraphQLObjectType, SelectionSetNode, get_named_type

from abandoned_checkouts.shopify.bulk.runs.expand import Hanging
from abandoned_checkouts.shopify.bulk.runs.lists import Blocks, Hung, Items, Resolved, Rows
from abandoned_checkouts.shopify.execution.plan.field_at import FieldAt, Path
from abandoned_checkouts.shopify.execution.plan.level import Level, Reading, through
from abandoned_checkouts.shopify.execution.plan.objects import WINDOW, source_of
from abandoned_checkouts.shopify.execution.plan.run import Run
from abandoned_checkouts.shopify.execution.plan.selection import Selected
from abandoned_checkouts.shopify.language.cost.rule import is_connection
from abandoned_checkouts.shopify.schema.resolving.sources import Embedded, Joined, Listed, ParsedList
from abandoned_checkouts.store.reading.queries import RowsQuery

if TYPE_CHECKING:
    from abandoned_checkouts.shopify.bulk.runs.lines import LineCompiler

__all__ = ["Blocks", "Hung", "hung"]


def hung(
    compiler: "LineCompiler",
    level: Level,
    kind: GraphQLObjectType,
    sets: Iterable[SelectionSetNode],
    path: Path,
) -> list[Hung]:
    """All that hangs on the nodes of a list, in the order of the query."""
    hanging = compiler.expanding.hanging(kind, sets, _can_be_stepped_into)
    return [_one(compiler, level, each, path) for each in hanging]


def _can_be_stepped_into(selected: Selected) -> bool:
    source = source_of(selected.field)
    return isinstance(source, Joined) or (isinstance(source, Embedded) and source.kinds is None)


def _one(compiler: "LineCompiler", level: Level, hanging: Hanging, path: Path) -> Hung:
    steps: list[tuple[FieldAt, Joined]] = []
    inner = level
    reading: Reading = level.own
    for selected in hanging.through:
        source = source_of(selected.field)
        if isinstance(source, Embedded):
            reading = through(source.columns, reading)
        else:
            assert isinstance(source, Joined)
            steps.append((FieldAt(inner, reading, selected, path), source))
            inner = Level(source.table)
            reading = inner.own
    found = _list(compiler, FieldAt(inner, reading, hanging.selected, path), hanging)
    for at, source in reversed(steps):
        found = Through.of(at, inner, source, found)
        inner = at.level
    return found


def _list(compiler: "LineCompiler", at: FieldAt, hanging: Hanging) -> Hung:
    selected = at.selected
    source = source_of(selected.field)
    asked = {argument.name.value for node in selected.nodes for argument in node.arguments or ()}
    if is_connection(get_named_type(selected.field.type)) and not asked - WINDOW:
        if isinstance(source, Listed):
            return Rows.of(compiler, at, source)
        if isinstance(source, ParsedList):
            return Items.of(compiler, at, source)
    return Resolved.of(compiler, at, hanging)


@dataclass(frozen=True, slots=True)
class Through:
    """What hangs on the row of another table that each row points at."""

    table: str
    level: Level
    names: tuple[str, ...]
    here: tuple[int, ...]
    there: tuple[int, ...]
    found: Hung

    @classmethod
    def of(cls, at: FieldAt, inner: Level, source: Joined, found: Hung) -> "Through":
        there = tuple(inner.index(name) for name in source.on)
        return cls(source.table, inner, tuple(source.on), at.indexes(source.on), there, found)

    def blocks(self, run: Run, rows: Sequence[Any], ends: Sequence[str]) -> Blocks:
        values = {row[self.here[0]] for row in rows}
        values.discard(None)
        theirs: Sequence[Any] = ()
        if values:
            columns = tuple(self.level.columns)
            theirs = yield RowsQuery(self.table, run.request.shop.id, columns, self.names[0], list(values))
        known = {tuple([row[index] for index in self.there]): row for row in theirs}
        met = [known.get(tuple([row[index] for index in self.here])) for row in rows]
        present = [(row, end) for row, end in zip(met, ends, strict=True) if row is not None]
        blocks = yield from self.found.blocks(run, [row for row, _ in present], [end for _, end in present])
        each = iter(blocks)
        return ["" if row is None else next(each) for row in met]
