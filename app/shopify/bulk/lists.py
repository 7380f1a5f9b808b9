"""Lists below nodes: rows of a table of their own, items kept as JSON, or what a resolver gives."""

from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import orjson
from graphql import get_named_type

from app.shopify.bulk.by_resolvers import lines_in
from app.shopify.bulk.expand import MARK, Hanging
from app.shopify.cost.rule import is_connection
from app.shopify.plan.arguments import Arguments
from app.shopify.plan.parsed import Extract, decoded
from app.shopify.plan.resolved import ResolvedPart
from app.shopify.plan.run import Run
from app.shopify.plan.scope import Reading, Scope
from app.shopify.plan.selection import Selected
from app.shopify.plan.unplanned import UnplannedError
from app.shopify.schema.fields import cut_of_items
from app.shopify.schema.sources import Listed, ParsedList
from app.store.pages import Window
from app.store.stream import EVERYTHING
from app.store.wanted import ChildrenWanted

if TYPE_CHECKING:
    from app.shopify.bulk.lines import LineCompiling, Lines

# For each of some rows the lines of all that hangs on it.
Blocks: TypeAlias = Generator[Any, Any, list[str]]


class Hung(Protocol):
    """`ends` is how the lines end that hang on each of the rows."""

    def blocks(self, run: Run, rows: Sequence[Any], ends: Sequence[str]) -> Blocks: ...


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of another table: one SELECT for all parents at once."""

    source: Listed
    lines: "Lines"
    arguments: Arguments
    here: int
    there: int

    @classmethod
    def of(
        cls,
        compiling: "LineCompiling",
        scope: Scope,
        selected: Selected,
        source: Listed,
        reading: Reading,
        path: tuple[str, ...],
    ) -> "Rows":
        ((child, parent),) = source.on.items()
        column = reading(parent)
        if column is None:
            raise UnplannedError(f"{selected.name} hangs on {parent}, which is not in {scope.table}")
        rows = Scope(source.table)
        there = rows.place(child)
        lines = _lines(compiling, rows, source.type_name, selected, path)
        return cls(source, lines, compiling.arguments(selected), scope.place(column), there)

    def blocks(self, run: Run, rows: Sequence[Any], ends: Sequence[str]) -> Blocks:
        source, here, there = self.source, self.here, self.there
        parents = [row[here] for row in rows]
        wanted = [parent for parent in dict.fromkeys(parents) if parent is not None]
        if not wanted:
            return [""] * len(rows)
        ((name, _),) = source.on.items()
        window = Window(first=EVERYTHING, reverse=_is_reversed(self.arguments, run))
        found = yield ChildrenWanted(
            source.table,
            run.request.shop.id,
            source.order,
            window,
            tuple(self.lines.scope.columns),
            placed=False,
            parent=name,
            parents=wanted,
            per_parent=False,
            limit=EVERYTHING,
        )
        # Rows of one parent stand together.
        counts = Counter([row[there] for row in found])
        if len(wanted) == len(parents):
            end_of = dict(zip(parents, ends, strict=True))
            blocks = yield from self.lines.blocks(run, found, [end_of[row[there]] for row in found])
            joined, start = {}, 0
            for parent, count in counts.items():
                joined[parent] = "".join(blocks[start : start + count])
                start += count
            return [joined.get(parent, "") for parent in parents]
        groups: dict[Any, Sequence[Any]] = {}
        start = 0
        for parent, count in counts.items():
            groups[parent] = found[start : start + count]
            start += count
        return (yield from _blocks(self.lines, run, [groups.get(parent, ()) for parent in parents], ends))


@dataclass(frozen=True, slots=True)
class Items:
    """A list kept as JSON in each row."""

    column: int
    extract: Extract
    lines: "Lines"
    arguments: Arguments

    @classmethod
    def of(
        cls,
        compiling: "LineCompiling",
        scope: Scope,
        selected: Selected,
        source: ParsedList,
        reading: Reading,
        path: tuple[str, ...],
    ) -> "Items":
        column = reading(source.column)
        if column is None:
            raise UnplannedError(f"{selected.name} is in {source.column}, which is not in {scope.table}")
        items = Scope(None)
        extract = Extract.of(items, scope, reading, source.carried, source.constants)
        lines = _lines(compiling, items, source.type_name, selected, path)
        return cls(scope.place(column), extract, lines, compiling.arguments(selected))

    def blocks(self, run: Run, rows: Sequence[Any], ends: Sequence[str]) -> Blocks:
        window = Window(first=EVERYTHING, reverse=_is_reversed(self.arguments, run))
        extract, groups = self.extract.row, []
        for row in rows:
            items = cut_of_items(decoded(row[self.column]) or [], window).rows
            groups.append([extract(each["item"], row) for each in items])
        return (yield from _blocks(self.lines, run, groups, ends))


@dataclass(frozen=True, slots=True)
class Resolved:
    """A list, or an object with lists in it, that plans do not know: its resolver answers for each row."""

    part: ResolvedPart
    is_list: bool

    @classmethod
    def of(
        cls, compiling: "LineCompiling", scope: Scope, hanging: Hanging, reading: Reading, path: tuple[str, ...]
    ) -> "Resolved":
        parent, selected = hanging.parent, hanging.selected
        nodes = tuple(compiling.expanding.whole(parent, node) for node in selected.nodes)
        key = (nodes[0].alias or nodes[0].name).value
        whole = Selected(key, selected.name, selected.field, nodes)
        part = ResolvedPart.of(compiling, scope, parent, whole, reading, (*path, key))
        return cls(part, is_connection(get_named_type(selected.field.type)))

    def blocks(self, run: Run, rows: Sequence[Any], ends: Sequence[str]) -> Blocks:
        values = map(orjson.loads, (yield from self.part.texts(run, rows)))
        if self.is_list:
            values = ({MARK: value} for value in values)  # type: ignore[assignment]
        return ["".join(lines_in(value, end)) for value, end in zip(values, ends, strict=True)]


def _lines(compiling: "LineCompiling", scope: Scope, kind: str, selected: Selected, path: tuple[str, ...]) -> "Lines":
    _, sets = compiling.expanding.node_sets(get_named_type(selected.field.type), selected.below)
    return compiling.lines(scope, kind, sets, (*path, selected.key))


def _is_reversed(arguments: Arguments, run: Run) -> bool:
    return bool(arguments.of(run).get("reverse"))


def _blocks(lines: "Lines", run: Run, groups: Sequence[Sequence[Any]], ends: Sequence[str]) -> Blocks:
    """The blocks of all groups' rows at once, put together again for each group."""
    rows = [row for group in groups for row in group]
    repeated = [end for group, end in zip(groups, ends, strict=True) for _ in group]
    blocks = yield from lines.blocks(run, rows, repeated)
    joined, start = [], 0
    for group in groups:
        end = start + len(group)
        joined.append("".join(blocks[start:end]))
        start = end
    return joined
