"""Connections: pages of lists as edges, nodes and page info. A row's edge or node is written like any object; what is
left is to cut the texts where one parent's page ends and the next begins."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from graphql import get_named_type

from app.shopify.cursor import CursorForm, encode_cursor
from app.shopify.plan.arguments import Arguments
from app.shopify.plan.parsed import Extract, decoded
from app.shopify.plan.scope import Reading, Scope
from app.shopify.plan.selection import Selected
from app.shopify.plan.unplanned import UnplannedError
from app.shopify.plan.writer import Asking, Code, Template, Writer, formatted, listed_members, made
from app.shopify.schema.connection import window_from
from app.shopify.schema.fields import cut_of_items
from app.shopify.schema.sources import Listed, ParsedList
from app.store.pages import Window, cut
from app.store.wanted import ChildrenWanted

if TYPE_CHECKING:
    from app.shopify.plan.compile import Compiling
    from app.shopify.plan.run import Run

# Where a page's rows start and end among all rows, and whether the list goes on behind and ahead of it.
Page: TypeAlias = tuple[int, int, bool, bool]

_EMPTY: Page = (0, 0, False, False)
_TOLD = "has_next, has_previous, first_cursor, last_cursor"
_PAGE_INFO = {
    "hasNextPage": "false_true[has_next]",
    "hasPreviousPage": "false_true[has_previous]",
    "startCursor": "first_cursor",
    "endCursor": "last_cursor",
}

# Children are read without a window function as long as parents have, one with another, at most twice what is wanted.
_SLACK = 2
_LEAST = 500


@dataclass(slots=True)
class Connection:
    """`writers` write the rows for each response key that selects edges or nodes."""

    writers: list[Writer]
    cursors: bool
    # Writes a page out of texts; the other one names only the places of its edges and nodes in the text around them.
    _write: Callable[..., str]
    _around: Callable[..., str]

    @classmethod
    def of(
        cls, compiling: "Compiling", scope: Scope, kind: str, selected: Selected, path: tuple[str, ...]
    ) -> "Connection":
        type_: Any = get_named_type(selected.field.type)
        writers: list[Writer] = []
        members: list[tuple[str, Template]] = []
        cursors = False
        for inner in compiling.selections.of(type_, selected.below):
            here = (*path, inner.key)
            if inner.name == "edges":
                edge = get_named_type(inner.field.type).name
                writers.append(compiling.edges(scope, kind, edge, inner.below, here))
            elif inner.name == "nodes":
                writers.append(compiling.objects(scope, kind, inner.below, here))
            elif inner.name == "pageInfo":
                info: Any = get_named_type(inner.field.type)
                fields = compiling.selections.of(info, inner.below)
                cursors = cursors or any(field.name.endswith("Cursor") for field in fields)
                scope.placed = scope.placed or cursors
                members.append((inner.key, listed_members((field.key, _told(field.name)) for field in fields)))
                continue
            elif inner.name == "__typename":
                members.append((inner.key, [f'"{type_.name}"']))
                continue
            else:
                raise UnplannedError(f"{type_.name} has a field {inner.name} that plans do not know")
            members.append((inner.key, ["[", Code(f"shown({len(writers) - 1}, columns, start, end)"), "]"]))
        source = f"def write({_TOLD}, columns, start, end):\n    return {formatted(listed_members(members))}\n"
        names = {"false_true": ("false", "true")}
        write = made(source, "write", {**names, "shown": _shown})
        around = made(source, "write", {**names, "shown": _marked})
        return cls(writers, cursors, write, around)

    def parts(self, run: "Run", form: CursorForm, rows: Sequence[Any], page: Page) -> Generator[Any, Any, list[bytes]]:
        """The one page of all rows, in parts: a large text that is put together once less often is made quicker."""
        cursor = partial(encode_cursor, form)
        columns = yield from self._columns(run, cursor, rows)
        first = last = "null"
        if self.cursors and rows:
            first, last = (f'"{cursor(*rows[place][-2:])}"' for place in (0, -1))
        parts: list[bytes] = []
        for place, text in enumerate(self._around(page[2], page[3], first, last, columns, 0, 0).split(_MARK)):
            # Between two texts stands the number of the column that belongs there.
            parts.append(b",".join(map(str.encode, columns[int(text)])) if place % 2 else text.encode())
        return parts

    def _columns(self, run: "Run", cursor: Any, rows: Sequence[Any]) -> Generator[Any, Any, list[list[str]]]:
        columns = []
        for writer in self.writers:
            columns.append((yield from writer.texts(run, rows, cursor)))
        return columns

    def texts(self, run: "Run", form: CursorForm, rows: Sequence[Any], pages: Sequence[Page]) -> Asking:
        """The text of each page; its rows are a part of all rows, which end in their sort_value and sort_id."""
        cursor = partial(encode_cursor, form)
        columns = yield from self._columns(run, cursor, rows)
        if not self.cursors:
            return [self._write(*page[2:], "", "", columns, page[0], page[1]) for page in pages]
        texts = []
        for page in pages:
            start, end, has_next, has_previous = page
            first = last = "null"
            if end > start:
                first, last = (f'"{cursor(*rows[place][-2:])}"' for place in (start, end - 1))
            texts.append(self._write(has_next, has_previous, first, last, columns, start, end))
        return texts


# No text of an answer has a control character in it.
_MARK = "\x00"


def _shown(place: int, columns: list[list[str]], start: int, end: int) -> str:
    return ",".join(columns[place][start:end])


def _marked(place: int, *_: Any) -> str:
    return f"{_MARK}{place}{_MARK}"


def _told(name: str) -> Template:
    if name == "__typename":
        return ['"PageInfo"']
    if name not in _PAGE_INFO:
        raise UnplannedError(f"PageInfo has a field {name} that plans do not know")
    return [Code(_PAGE_INFO[name])]


@dataclass(slots=True)
class ListedPart:
    """The rows of another table that belong to each row: one SELECT for all of them."""

    source: Listed
    scope: Scope
    connection: Connection
    arguments: Arguments
    here: int
    there: int
    path: tuple[str, ...]

    @classmethod
    def of(
        cls,
        compiling: "Compiling",
        scope: Scope,
        selected: Selected,
        source: Listed,
        reading: Reading,
        path: tuple[str, ...],
    ) -> "ListedPart":
        ((child, parent),) = source.on.items()
        column = reading(parent)
        if column is None:
            raise UnplannedError(f"{selected.name} hangs on {parent}, which is not in {scope.table}")
        rows = Scope(source.table)
        there = rows.place(child)
        connection = compiling.connection(rows, source.type_name, selected, path)
        arguments = compiling.arguments(selected)
        return cls(source, rows, connection, arguments, scope.place(column), there, path)

    def texts(self, run: "Run", rows: Sequence[Any]) -> Asking:
        source = self.source
        window = window_from(source.form, **self.arguments.of(run))
        here = self.here
        parents = [row[here] for row in rows]
        found: Sequence[Any] = ()
        pages: dict[Any, Page] = {}
        if window.size:
            found = yield from self._found(run, window, [parent for parent in set(parents) if parent is not None])
            found, pages = _cut(found, self.there, window)
        shown = [pages.get(parent, _EMPTY) for parent in parents]
        run.count(self.path, sum([end - start for start, end, _, _ in shown]))
        if len(set(parents)) < len(parents) and any(writer.counts for writer in self.connection.writers):
            found, shown = _repeated(found, shown)
        return (yield from self.connection.texts(run, source.form, found, shown))

    def _found(self, run: "Run", window: Window, parents: list[Any]) -> Any:
        source, (parent, _) = self.source, next(iter(self.source.on.items()))
        shop, columns = run.request.shop.id, tuple(self.scope.columns)
        enough = max(_LEAST, _SLACK * (window.size + 1) * len(parents))
        placed = self.scope.placed
        wanted = partial(ChildrenWanted, source.table, shop, source.order, window, columns, placed, parent, parents)
        found = yield wanted(per_parent=False, limit=enough)
        if len(found) == enough:
            found = yield wanted(per_parent=True)
        return found


def _repeated(found: Sequence[Any], shown: Sequence[Page]) -> tuple[list[Any], list[Page]]:
    """The same pages, each with rows of its own."""
    rows: list[Any] = []
    pages: list[Page] = []
    for start, end, has_next, has_previous in shown:
        pages.append((len(rows), len(rows) + end - start, has_next, has_previous))
        rows += found[start:end]
    return rows, pages


def _cut(found: Sequence[Any], place: int, window: Window) -> tuple[Sequence[Any], dict[Any, Page]]:
    """The rows of all pages, and each parent's page among them. Rows of one parent stand together."""
    ends: dict[Any, int] = {}
    for number, row in enumerate(found, 1):
        ends[row[place]] = number
    if window.backward:
        return _cut_each(found, ends, window)
    pages: dict[Any, Page] = {}
    size, start, has_previous = window.size, 0, window.after is not None
    for parent, end in ends.items():
        if end - start > size:
            return _cut_each(found, ends, window)
        pages[parent] = (start, end, False, has_previous)
        start = end
    return found, pages


def _cut_each(found: Sequence[Any], ends: Mapping[Any, int], window: Window) -> tuple[Sequence[Any], dict[Any, Page]]:
    """The same where some parent has more than its page, or pages are read from their ends."""
    rows: list[Any] = []
    pages: dict[Any, Page] = {}
    start = 0
    for parent, end in ends.items():
        page = cut(found[start:end], window)
        pages[parent] = (len(rows), len(rows) + len(page.rows), page.has_next, page.has_previous)
        rows += page.rows
        start = end
    return rows, pages


@dataclass(slots=True)
class ParsedListPart:
    """A connection over a list kept as JSON in each row."""

    column: int
    scope: Scope
    extract: Extract
    connection: Connection
    arguments: Arguments
    path: tuple[str, ...]

    @classmethod
    def of(
        cls,
        compiling: "Compiling",
        scope: Scope,
        selected: Selected,
        source: ParsedList,
        reading: Reading,
        path: tuple[str, ...],
    ) -> "ParsedListPart":
        column = reading(source.column)
        if column is None:
            raise UnplannedError(f"{selected.name} is in {source.column}, which is not in {scope.table}")
        items = Scope(None)
        extract = Extract.of(items, scope, reading, source.carried, source.constants)
        connection = compiling.connection(items, source.type_name, selected, path)
        return cls(scope.place(column), items, extract, connection, compiling.arguments(selected), path)

    def texts(self, run: "Run", rows: Sequence[Any]) -> Asking:
        window = window_from(CursorForm.ID, **self.arguments.of(run))
        items: list[Any] = []
        pages: list[Page] = []
        extract = self.extract.row
        for row in rows:
            page = cut_of_items(decoded(row[self.column]) or [], window)
            pages.append((len(items), len(items) + len(page.rows), page.has_next, page.has_previous))
            if self.scope.placed:
                items += [(*extract(each["item"], row), each["sort_value"], each["sort_id"]) for each in page.rows]
            else:
                items += [extract(each["item"], row) for each in page.rows]
        run.count(self.path, len(items))
        return (yield from self.connection.texts(run, CursorForm.ID, items, pages))
