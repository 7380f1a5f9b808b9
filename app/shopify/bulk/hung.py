"""What hangs on the nodes of a list: lists of their own, perhaps through other objects, as through the customer of a
checkout."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import GraphQLObjectType, SelectionSetNode, get_named_type

from app.shopify.bulk.expand import Hanging
from app.shopify.bulk.lists import Blocks, Hung, Items, Resolved, Rows
from app.shopify.cost.rule import is_connection
from app.shopify.plan.objects import WINDOW, source_of
from app.shopify.plan.run import Run
from app.shopify.plan.scope import Reading, Scope, through
from app.shopify.plan.selection import Selected
from app.shopify.plan.unplanned import UnplannedError
from app.shopify.schema.sources import Embedded, Joined, Listed, ParsedList
from app.store.wanted import RowsWanted

if TYPE_CHECKING:
    from app.shopify.bulk.lines import LineCompiling

__all__ = ["Blocks", "Hung", "hung"]


def hung(
    compiling: "LineCompiling",
    scope: Scope,
    kind: GraphQLObjectType,
    sets: Iterable[SelectionSetNode],
    path: tuple[str, ...],
) -> list[Hung]:
    """All that hangs on the nodes of a list, in the order of the query."""
    hanging = compiling.expanding.hanging(kind, sets, _can_be_stepped_into)
    return [_one(compiling, scope, each, path) for each in hanging]


def _can_be_stepped_into(selected: Selected) -> bool:
    source = source_of(selected.field)
    return isinstance(source, Joined) or (isinstance(source, Embedded) and source.kinds is None)


def _one(compiling: "LineCompiling", scope: Scope, hanging: Hanging, path: tuple[str, ...]) -> Hung:
    steps: list[tuple[Scope, Joined, Reading]] = []
    inner = scope
    reading: Reading = scope.own
    for selected in hanging.through:
        source = source_of(selected.field)
        if isinstance(source, Embedded):
            reading = through(source.columns, reading)
        else:
            assert isinstance(source, Joined)
            steps.append((inner, source, reading))
            inner = Scope(source.table)
            reading = inner.own
    found = _list(compiling, inner, hanging, reading, path)
    for outer, source, outward in reversed(steps):
        found = Through.of(outer, inner, source, outward, found)
        inner = outer
    return found


def _list(compiling: "LineCompiling", scope: Scope, hanging: Hanging, reading: Reading, path: tuple[str, ...]) -> Hung:
    selected = hanging.selected
    source = source_of(selected.field)
    asked = {argument.name.value for node in selected.nodes for argument in node.arguments or ()}
    if is_connection(get_named_type(selected.field.type)) and not asked - WINDOW:
        if isinstance(source, Listed):
            return Rows.of(compiling, scope, selected, source, reading, path)
        if isinstance(source, ParsedList):
            return Items.of(compiling, scope, selected, source, reading, path)
    return Resolved.of(compiling, scope, hanging, reading, path)


@dataclass(frozen=True, slots=True)
class Through:
    """What hangs on the row of another table that each row points at."""

    table: str
    scope: Scope
    names: tuple[str, ...]
    here: tuple[int, ...]
    there: tuple[int, ...]
    found: Hung

    @classmethod
    def of(cls, outer: Scope, inner: Scope, source: Joined, reading: Reading, found: Hung) -> "Through":
        here = []
        for name in source.on.values():
            column = reading(name)
            if column is None:
                raise UnplannedError(f"{source.table} is joined by {name}, which is not in {outer.table}")
            here.append(outer.place(column))
        there = tuple(inner.place(name) for name in source.on)
        return cls(source.table, inner, tuple(source.on), tuple(here), there, found)

    def blocks(self, run: Run, rows: Sequence[Any], ends: Sequence[str]) -> Blocks:
        values = {row[self.here[0]] for row in rows}
        values.discard(None)
        theirs: Sequence[Any] = ()
        if values:
            columns = tuple(self.scope.columns)
            theirs = yield RowsWanted(self.table, run.request.shop.id, columns, self.names[0], list(values))
        known = {tuple([row[place] for place in self.there]): row for row in theirs}
        met = [known.get(tuple([row[place] for place in self.here])) for row in rows]
        present = [(row, end) for row, end in zip(met, ends, strict=True) if row is not None]
        blocks = yield from self.found.blocks(run, [row for row, _ in present], [end for _, end in present])
        each = iter(blocks)
        return ["" if row is None else next(each) for row in met]
