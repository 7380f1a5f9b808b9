"""Connections: pages of lists as edges, nodes and page info.

The edges or nodes of all pages are written together, like other objects. Each page then takes its part of these texts
and adds the page info.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from graphql import GraphQLObjectType, get_named_type

from abandoned_checkouts.checkouts.caches import cached_texts
from abandoned_checkouts.shopify.execution.plan.field_at import FieldPath
from abandoned_checkouts.shopify.execution.plan.level import Level
from abandoned_checkouts.shopify.execution.plan.level_compiler import LevelCompiler
from abandoned_checkouts.shopify.execution.plan.run import Run
from abandoned_checkouts.shopify.execution.plan.selection import Selected, object_type
from abandoned_checkouts.shopify.execution.plan.templates import Code, Template, f_string, object_template
from abandoned_checkouts.shopify.execution.plan.unplanned import UnplannedError
from abandoned_checkouts.shopify.execution.plan.writer import Writer, function_from
from abandoned_checkouts.shopify.values.cursor import CursorForm, encode_cursor, encode_id_cursors
from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.reading.queries import QuerySteps

# The start and end of a page in the rows of all pages, and whether the list has items after and before the page.
PageSlice: TypeAlias = tuple[int, int, bool, bool]

# A row's sort value and id → its cursor.
_CursorOf: TypeAlias = Callable[[object, int], str]

EMPTY_PAGE: PageSlice = (0, 0, False, False)

# The parameters of the code for a page: its PageSlice, its first and last cursor as JSON, and the texts of all rows,
# a list for each response key that selects edges or nodes.
_PARAMETERS = "start, end, has_next, has_previous, first_cursor, last_cursor, columns"
_PAGE_INFO = {
    "hasNextPage": "false_true[has_next]",
    "hasPreviousPage": "false_true[has_previous]",
    "startCursor": "first_cursor",
    "endCursor": "last_cursor",
}
# Pages whose functions are kept: their number, and their longest code.
_MOST_PAGES, _LONGEST_PAGE = 32, 400
# A control character, which cannot occur in JSON text.
_MARK = "\x00"


@dataclass(slots=True)
class ConnectionWriter:
    """`writers` write the edges or nodes of each response key that selects them.

    `cursors`: whether the page info includes the start or end cursor.
    """

    writers: list[Writer]
    cursors: bool
    # Both write a page; `_frame` writes marks instead of edges and nodes.
    _write: Callable[..., str]
    _frame: Callable[..., str]

    @classmethod
    def of(
        cls, compiler: LevelCompiler, level: Level, kind: str, selected: Selected, path: FieldPath
    ) -> "ConnectionWriter":
        """For a connection of `kind` over the rows of the level."""
        type_ = object_type(selected.field.type)
        writers: list[Writer] = []
        members: list[tuple[str, Template]] = []
        cursors = False
        for inner in compiler.selections.of(type_, selected.below):
            here = (*path, inner.key)
            if inner.name == "edges":
                edge = get_named_type(inner.field.type).name
                writers.append(compiler.edges(level, kind, edge, inner.below, here))
                value = _shown_here(len(writers) - 1)
            elif inner.name == "nodes":
                writers.append(compiler.objects(level, kind, inner.below, here))
                value = _shown_here(len(writers) - 1)
            elif inner.name == "pageInfo":
                value, names = _page_info(compiler, object_type(inner.field.type), inner)
                cursors = cursors or not names.isdisjoint({"startCursor", "endCursor"})
            elif inner.name == "__typename":
                value = [f'"{type_.name}"']
            else:
                raise UnplannedError(f"plans do not support the field {type_.name}.{inner.name}")
            members.append((inner.key, value))
        level.placed = level.placed or cursors
        return cls(writers, cursors, *_page_functions(f_string(object_template(members))))

    @property
    def counts_objects(self) -> bool:
        """See Writer.counts_objects."""
        return any(writer.counts_objects for writer in self.writers)

    def texts(
        self, run: Run, form: CursorForm, rows: Sequence[RowValues], pages: Sequence[PageSlice]
    ) -> QuerySteps[list[str]]:
        """The text of each page. `rows` has the rows of all pages, each with sort_value and sort_id at the end."""
        cursor = partial(encode_cursor, form)
        columns = yield from self._columns(run, cursor, rows)
        if not self.cursors:
            return [self._write(*page, "", "", columns) for page in pages]
        return [self._write(*page, *_ends(cursor, rows, page), columns) for page in pages]

    def empty_text(self) -> str:
        """The text of a page without rows."""
        return self._write(*EMPTY_PAGE, "null", "null", [[]] * len(self.writers))

    def chunks(
        self, run: Run, form: CursorForm, rows: Sequence[RowValues], page: PageSlice, id_at: int | None = None
    ) -> QuerySteps[list[bytes]]:
        """The text of a single page with all rows, in chunks, which avoids one copy of a large text. `id_at` is the
        index of the rows' id, if they are sorted by it and do not have sort_value and sort_id."""
        cursor = partial(encode_cursor, form)
        columns = yield from self._columns(run, cursor, rows, id_at)
        ends = _ends(cursor, rows, page, id_at) if self.cursors else ("", "")
        chunks: list[bytes] = []
        for number, text in enumerate(self._frame(*page, *ends, columns).split(_MARK)):
            # Every second part is the number of the column to insert.
            chunks.append(b",".join(map(str.encode, columns[int(text)])) if number % 2 else text.encode())
        return chunks

    def _columns(
        self, run: Run, cursor: _CursorOf, rows: Sequence[RowValues], id_at: int | None = None
    ) -> QuerySteps[list[list[str]]]:
        columns = []
        places: list[str] | None = None
        if id_at is not None:
            uses_places = any(writer.uses_places for writer in self.writers)
            places = encode_id_cursors([row[id_at] for row in rows]) if uses_places else []
        for writer in self.writers:
            if writer.parts or run.pauses:
                columns.append((yield from writer.texts(run, rows, cursor, places)))
            else:
                columns.append(writer.written(run, rows, cursor, (), places))
        return columns


@cached_texts(_MOST_PAGES, _LONGEST_PAGE, 4_000)
def _page_functions(page: str) -> tuple[Callable[..., str], Callable[..., str]]:
    """The functions that write a page, with its edges and nodes and with marks. Documents have few different pages."""
    source = f"def write({_PARAMETERS}):\n    return {page}\n"
    booleans = ("false", "true")
    write = function_from(source, "write", {"false_true": booleans, "shown": _shown})
    return write, function_from(source, "write", {"false_true": booleans, "shown": _marked})


def _shown_here(number: int) -> Template:
    return ["[", Code(f"shown({number}, columns, start, end)"), "]"]


def _shown(number: int, columns: list[list[str]], start: int, end: int) -> str:
    return ",".join(columns[number][start:end])


def _marked(number: int, *_: object) -> str:
    return f"{_MARK}{number}{_MARK}"


def _page_info(compiler: LevelCompiler, type_: GraphQLObjectType, selected: Selected) -> tuple[Template, set[str]]:
    """The template of the page info, and the names of its selected fields."""
    fields = compiler.selections.of(type_, selected.below)
    members: list[tuple[str, Template]] = []
    for field in fields:
        if field.name == "__typename":
            members.append((field.key, [f'"{type_.name}"']))
        elif field.name in _PAGE_INFO:
            members.append((field.key, [Code(_PAGE_INFO[field.name])]))
        else:
            raise UnplannedError(f"plans do not support the field {type_.name}.{field.name}")
    return object_template(members), {field.name for field in fields}


def _ends(cursor: _CursorOf, rows: Sequence[RowValues], page: PageSlice, id_at: int | None = None) -> tuple[str, str]:
    """The cursors of a page's first and last row, as JSON."""
    start, end, *_ = page
    if start == end:
        return ("null", "null")
    value_at, tie_at = (-2, -1) if id_at is None else (id_at, id_at)
    first, last = rows[start], rows[end - 1]
    return f'"{cursor(first[value_at], first[tie_at])}"', f'"{cursor(last[value_at], last[tie_at])}"'
