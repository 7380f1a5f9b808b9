"""Nested lists: rows of another table, items stored as JSON, and values of resolvers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from graphql import get_named_type

from abandoned_checkouts.shopify.bulk.runs.by_resolvers import lines_in
from abandoned_checkouts.shopify.bulk.runs.line_selections import MARK, NestedField
from abandoned_checkouts.shopify.bulk.runs.lines import Blocks, Lines, NestedCompiler
from abandoned_checkouts.shopify.execution.plan.arguments import Arguments
from abandoned_checkouts.shopify.execution.plan.field_at import FieldAt
from abandoned_checkouts.shopify.execution.plan.level import Level
from abandoned_checkouts.shopify.execution.plan.parsed import Extract, decoded
from abandoned_checkouts.shopify.execution.plan.resolved import ResolvedPart
from abandoned_checkouts.shopify.execution.plan.run import Run
from abandoned_checkouts.shopify.execution.plan.selection import Selected
from abandoned_checkouts.shopify.language.cost.rule import is_connection
from abandoned_checkouts.shopify.schema.resolving.in_memory import page_of_items
from abandoned_checkouts.shopify.schema.resolving.sources import Listed, ParsedList
from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.reading.pages import PageWindow
from abandoned_checkouts.store.reading.queries import ChildrenQuery
from abandoned_checkouts.store.reading.streams import EVERYTHING


@dataclass(frozen=True, slots=True)
class NestedRows:
    """Rows of another table: one SELECT for all parents."""

    source: Listed
    lines: Lines
    arguments: Arguments
    here: int
    there: int

    @classmethod
    def of(cls, compiler: NestedCompiler, at: FieldAt, source: Listed) -> "NestedRows":
        ((child, parent),) = source.on.items()
        here = at.index(parent)
        rows = Level(source.table)
        there = rows.index(child)
        lines = _lines(compiler, rows, source.type_name, at)
        return cls(source, lines, Arguments.of_field(at.selected), here, there)

    def blocks(self, run: Run, rows: Sequence[RowValues], suffixes: Sequence[str]) -> Blocks:
        source, here, there = self.source, self.here, self.there
        parents = [row[here] for row in rows]
        distinct = [parent for parent in dict.fromkeys(parents) if parent is not None]
        if not distinct:
            return [""] * len(rows)
        ((name, _),) = source.on.items()
        window = PageWindow(first=EVERYTHING, reverse=_is_reversed(self.arguments, run))
        found = yield ChildrenQuery(
            source.table,
            run.request.shop.id,
            source.order,
            window,
            tuple(self.lines.level.columns),
            placed=False,
            parent=name,
            parents=distinct,
            per_parent=False,
            limit=EVERYTHING,
            joins=tuple(self.lines.level.joins),
        )
        # The rows of each parent are adjacent.
        counts = Counter([row[there] for row in found])
        if len(distinct) == len(parents):
            suffix_of = dict(zip(parents, suffixes, strict=True))
            blocks = yield from self.lines.blocks(run, found, [suffix_of[row[there]] for row in found])
            joined, start = {}, 0
            for parent, count in counts.items():
                joined[parent] = "".join(blocks[start : start + count])
                start += count
            return [joined.get(parent, "") for parent in parents]
        groups: dict[object, Sequence[RowValues]] = {}
        start = 0
        for parent, count in counts.items():
            groups[parent] = found[start : start + count]
            start += count
        return (yield from _blocks(self.lines, run, [groups.get(parent, ()) for parent in parents], suffixes))


@dataclass(frozen=True, slots=True)
class NestedItems:
    """A list stored as JSON in each row."""

    column: int
    extract: Extract
    lines: Lines
    arguments: Arguments

    @classmethod
    def of(cls, compiler: NestedCompiler, at: FieldAt, source: ParsedList) -> "NestedItems":
        column = at.index(source.column)
        items = Level(None)
        extract = Extract.of(items, at, source)
        lines = _lines(compiler, items, source.type_name, at)
        return cls(column, extract, lines, Arguments.of_field(at.selected))

    def blocks(self, run: Run, rows: Sequence[RowValues], suffixes: Sequence[str]) -> Blocks:
        window = PageWindow(first=EVERYTHING, reverse=_is_reversed(self.arguments, run))
        extract, groups = self.extract.row, []
        for row in rows:
            items = page_of_items(decoded(row[self.column]) or [], window).rows
            groups.append([extract(each["item"], row) for each in items])
        return (yield from _blocks(self.lines, run, groups, suffixes))


@dataclass(frozen=True, slots=True)
class NestedResolved:
    """A list, or an object with lists, that a plan cannot read: its resolver runs for each row."""

    part: ResolvedPart
    is_list: bool

    @classmethod
    def of(cls, compiler: NestedCompiler, at: FieldAt, nested: NestedField) -> "NestedResolved":
        parent, selected = nested.parent, at.selected
        nodes = tuple(compiler.line_selections.whole(parent, node) for node in selected.nodes)
        key = (nodes[0].alias or nodes[0].name).value
        whole = Selected(key, selected.name, selected.field, nodes)
        part = ResolvedPart.of(compiler, parent, FieldAt(at.level, at.reading, whole, (*at.path, key)))
        return cls(part, is_connection(get_named_type(selected.field.type)))

    def blocks(self, run: Run, rows: Sequence[RowValues], suffixes: Sequence[str]) -> Blocks:
        values = map(orjson.loads, (yield from self.part.texts(run, rows)))
        if self.is_list:
            values = ({MARK: value} for value in values)  # type: ignore[assignment]
        return ["".join(lines_in(value, suffix)) for value, suffix in zip(values, suffixes, strict=True)]


def _lines(compiler: NestedCompiler, level: Level, kind: str, at: FieldAt) -> Lines:
    """The lines of a list whose nodes are the rows of the level."""
    selected = at.selected
    _, sets = compiler.line_selections.node_sets(get_named_type(selected.field.type), selected.below)
    return compiler.lines(level, kind, sets, (*at.path, selected.key))


def _is_reversed(arguments: Arguments, run: Run) -> bool:
    return bool(arguments.of(run).get("reverse"))


def _blocks(lines: Lines, run: Run, groups: Sequence[Sequence[RowValues]], suffixes: Sequence[str]) -> Blocks:
    """The lines of all groups' rows, written together and then joined for each group."""
    rows = [row for group in groups for row in group]
    repeated = [suffix for group, suffix in zip(groups, suffixes, strict=True) for _ in group]
    blocks = yield from lines.blocks(run, rows, repeated)
    joined, start = [], 0
    for group in groups:
        end = start + len(group)
        joined.append("".join(blocks[start:end]))
        start = end
    return joined
