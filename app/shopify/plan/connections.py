"""Connections: pages of lists as edges, nodes and page info. A row's edge or node is written like any object; what is
left is to cut the texts where one parent's page ends and the next begins."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from graphql import get_named_type

from app.shopify.cursor import CursorForm, encode_cursor
from app.shopify.plan.arguments import Arguments
from app.shopify.plan.parsed import Extract, decoded
from app.shopify.plan.scope import SORT, Reading, Scope
from app.shopify.plan.selection import Selected
from app.shopify.plan.unplanned import UnplannedError
from app.shopify.plan.writer import Asking, Code, Template, Writer, formatted, listed_members, made
from app.shopify.schema.connection import window_from
from app.shopify.schema.fields import cut_of_items
from app.shopify.schema.sources import Listed, ParsedList
from app.store.pages import Cut, Window, cut
from app.store.wanted import ChildrenWanted

if TYPE_CHECKING:
    from app.shopify.plan.compile import Compiling
    from app.shopify.plan.run import Run

_EMPTY = Cut((), has_next=False, has_previous=False)
_PAGE_INFO = {"hasNextPage": "has_next", "hasPreviousPage": "has_previous", "startCursor": "start", "endCursor": "end"}

# Children are read without a window function as long as parents have, one with another, at most twice what is wanted.
_SLACK = 2
_LEAST = 500


@dataclass(slots=True)
class Connection:
    """`writers` write the rows for each response key that selects edges or nodes."""

    scope: Scope
    writers: list[Writer]
    paths: list[tuple[str, ...]]
    cursors: bool
    _write: Callable[..., str]

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
                members.append((inner.key, listed_members((field.key, _told(field.name)) for field in fields)))
                continue
            elif inner.name == "__typename":
                members.append((inner.key, [f'"{type_.name}"']))
                continue
            else:
                raise UnplannedError(f"{type_.name} has a field {inner.name} that plans do not know")
            members.append((inner.key, ["[", Code(f"t{len(writers) - 1}"), "]"]))
        names = ", ".join(["has_next", "has_previous", "start", "end", *(f"t{place}" for place in range(len(writers)))])
        source = f"def write({names}):\n    return {formatted(listed_members(members))}\n"
        return cls(scope, writers, [], cursors, made(source, "write", {}))

    def texts(self, run: "Run", form: CursorForm, pages: Sequence[Cut]) -> Asking:
        """The text of each page. Rows end in their sort_value and sort_id."""
        cursor = partial(encode_cursor, form)
        rows = pages[0].rows if len(pages) == 1 else [row for page in pages for row in page.rows]
        columns = []
        for writer in self.writers:
            columns.append((yield from writer.texts(run, rows, cursor)))
        write, texts, start = self._write, [], 0
        first = last = "null"
        for page in pages:
            end = start + len(page.rows)
            if self.cursors:
                first = last = "null"
                if page.rows:
                    first, last = (f'"{cursor(*page.rows[place][-2:])}"' for place in (0, -1))
            joined = [",".join(column[start:end]) for column in columns]
            texts.append(write(_BOOLEANS[page.has_next], _BOOLEANS[page.has_previous], first, last, *joined))
            start = end
        return texts


_BOOLEANS = ("false", "true")


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
        rows = Scope(source.table, SORT)
        there = rows.place(child)
        connection = compiling.connection(rows, source.type_name, selected, path)
        arguments = compiling.arguments(selected)
        return cls(source, rows, connection, arguments, scope.place(column), there, path)

    def texts(self, run: "Run", rows: Sequence[Any]) -> Asking:
        source = self.source
        window = window_from(source.form, **self.arguments.of(run))
        parents = [row[self.here] for row in rows]
        pages: Mapping[Any, Cut] = {}
        if window.size:
            pages = yield from self._pages(run, window, list({parent for parent in parents if parent is not None}))
        cuts = [pages.get(parent, _EMPTY) for parent in parents]
        run.count(self.path, sum([len(page.rows) for page in cuts]))
        return (yield from self.connection.texts(run, source.form, cuts))

    def _pages(self, run: "Run", window: Window, parents: list[Any]) -> Any:
        source, (parent, _) = self.source, next(iter(self.source.on.items()))
        shop, columns = run.request.shop.id, tuple(self.scope.columns)
        enough = max(_LEAST, _SLACK * (window.size + 1) * len(parents))
        wanted = partial(ChildrenWanted, source.table, shop, source.order, window, columns, parent, parents)
        found = yield wanted(per_parent=False, limit=enough)
        if len(found) == enough:
            found = yield wanted(per_parent=True)
        return {parent: cut(rows, window) for parent, rows in _grouped(found, self.there).items()}


def _grouped(rows: Iterable[Any], place: int) -> dict[Any, list[Any]]:
    """Rows by their parent; those of one parent stand together."""
    groups: dict[Any, list[Any]] = {}
    known: Any = None
    group: list[Any] = []
    for row in rows:
        parent = row[place]
        if parent != known:
            known, group = parent, groups.setdefault(parent, [])
        group.append(row)
    return groups


@dataclass(slots=True)
class ParsedListPart:
    """A connection over a list kept as JSON in each row."""

    column: int
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
        items = Scope(None, SORT)
        extract = Extract.of(items, scope, reading, source.carried, source.constants)
        connection = compiling.connection(items, source.type_name, selected, path)
        return cls(scope.place(column), extract, connection, compiling.arguments(selected), path)

    def texts(self, run: "Run", rows: Sequence[Any]) -> Asking:
        window = window_from(CursorForm.ID, **self.arguments.of(run))
        pages, extract = [], self.extract.row
        for row in rows:
            page = cut_of_items(decoded(row[self.column]) or [], window)
            laid_out = [(*extract(each["item"], row), each["sort_value"], each["sort_id"]) for each in page.rows]
            pages.append(Cut(laid_out, page.has_next, page.has_previous))
        run.count(self.path, sum([len(page.rows) for page in pages]))
        return (yield from self.connection.texts(run, CursorForm.ID, pages))
