"""Connections over child rows in another table: one SELECT for the pages of all parent rows."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from abandoned_checkouts.shopify.execution.plan.arguments import Arguments
from abandoned_checkouts.shopify.execution.plan.connections import EMPTY_PAGE, ConnectionWriter, PageSlice
from abandoned_checkouts.shopify.execution.plan.field_at import FieldAt, FieldPath
from abandoned_checkouts.shopify.execution.plan.level import Level
from abandoned_checkouts.shopify.execution.plan.level_compiler import LevelCompiler
from abandoned_checkouts.shopify.execution.plan.run import Run
from abandoned_checkouts.shopify.schema.resolving.sources import Listed
from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.reading.pages import PageWindow, page_of
from abandoned_checkouts.store.reading.queries import ChildrenQuery, QuerySteps

# All children are read and cut into pages here, up to _ALWAYS_READ rows or twice the rows that the pages can show:
# a window function would cost more than the surplus rows. If there are more children, the database cuts the pages.
_ALWAYS_READ = 500
_TIMES_PAGES = 2


@dataclass(slots=True)
class ListedPart:
    """`here` is the index of the parent's key in our rows, `there` its index in the child rows, where it is the column
    `child`."""

    source: Listed
    level: Level
    connection: ConnectionWriter
    arguments: Arguments
    child: str
    here: int
    there: int
    path: FieldPath
    kept: dict[Hashable, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, compiler: LevelCompiler, at: FieldAt, source: Listed) -> "ListedPart":
        ((child, parent),) = source.on.items()
        here = at.index(parent)
        children = Level(source.table)
        there = children.index(child)
        connection = ConnectionWriter.of(compiler, children, source.type_name, at.selected, at.path)
        return cls(source, children, connection, Arguments.of_field(at.selected), child, here, there, at.path)

    def texts(self, run: Run, rows: Sequence[RowValues]) -> QuerySteps[list[str]]:
        form, here = self.source.form, self.here
        window = self.arguments.window(run, form)
        if len(rows) == 1 and window.first and rows[0][here] is not None:
            return (yield from self._of_one(run, window, window.first, rows[0][here]))
        parents = [row[here] for row in rows]
        distinct = set(parents)
        found: Sequence[RowValues] = ()
        pages: Mapping[object, PageSlice] = {}
        if window.size:
            query = self._query(run, window, [parent for parent in distinct if parent is not None])
            found = yield query
            if len(found) == query.limit:
                found = yield replace(query, per_parent=True)
            found, pages = _cut(found, self.there, window)
        shown = [pages.get(parent, EMPTY_PAGE) for parent in parents]
        run.count(self.path, sum([end - start for start, end, _, _ in shown]))
        if len(distinct) < len(parents) and self.connection.counts_objects:
            found, shown = _repeated(found, shown)
        return (yield from self.connection.texts(run, form, found, shown))

    def _of_one(self, run: Run, window: PageWindow, first: int, parent: object) -> QuerySteps[list[str]]:
        """The text of a page of the `first` children, for a single row."""
        query = self._query(run, window, [parent])
        found = yield query
        if len(found) == query.limit:
            found = yield replace(query, per_parent=True)
        has_next = len(found) > first
        if has_next:
            found = found[:first]
        run.count(self.path, len(found))
        page = (0, len(found), has_next, window.after is not None) if found else EMPTY_PAGE
        return (yield from self.connection.texts(run, self.source.form, found, (page,)))

    def _query(self, run: Run, window: PageWindow, parents: list[object]) -> ChildrenQuery:
        source, level = self.source, self.level
        columns, joins = level.read
        return ChildrenQuery(
            source.table,
            run.request.access.shop.id,
            source.order,
            window,
            columns,
            level.placed,
            self.child,
            parents,
            False,
            max(_ALWAYS_READ, _TIMES_PAGES * (window.size + 1) * len(parents)),
            joins,
            self.kept,
            self.here,
        )


def _repeated(found: Sequence[RowValues], shown: Sequence[PageSlice]) -> tuple[list[RowValues], list[PageSlice]]:
    """The same pages, with rows repeated so that pages do not share rows."""
    rows: list[RowValues] = []
    pages: list[PageSlice] = []
    for start, end, has_next, has_previous in shown:
        pages.append((len(rows), len(rows) + end - start, has_next, has_previous))
        rows += found[start:end]
    return rows, pages


def _cut(
    found: Sequence[RowValues], parent_at: int, window: PageWindow
) -> tuple[Sequence[RowValues], dict[object, PageSlice]]:
    """The rows of all pages, and each parent's page. The rows of a parent are adjacent."""
    ends: dict[object, int] = {}
    for number, row in enumerate(found, 1):
        ends[row[parent_at]] = number
    if window.backward:
        return _cut_each(found, ends, window)
    pages: dict[object, PageSlice] = {}
    size, start, has_previous = window.size, 0, window.after is not None
    for parent, end in ends.items():
        if end - start > size:
            return _cut_each(found, ends, window)
        pages[parent] = (start, end, False, has_previous)
        start = end
    return found, pages


def _cut_each(
    found: Sequence[RowValues], ends: Mapping[object, int], window: PageWindow
) -> tuple[Sequence[RowValues], dict[object, PageSlice]]:
    """The same if a parent has more rows than its page, or if pages are read backward."""
    rows: list[RowValues] = []
    pages: dict[object, PageSlice] = {}
    start = 0
    for parent, end in ends.items():
        page = page_of(found[start:end], window)
        pages[parent] = (len(rows), len(rows) + len(page.rows), page.has_next, page.has_previous)
        rows += page.rows
        start = end
    return rows, pages
