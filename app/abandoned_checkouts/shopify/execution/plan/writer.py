"""Writes objects as JSON text, many at a time, by a generated Python function. `first_rows` writes without one.

For `{ id taxesIncluded total: totalPriceSet { shopMoney { amount } } }` the function is

    def write(request, cursor, rows):
        texts = []
        add = texts.append
        for c0, c1, c2, in rows:
            add(f'{{"id":"gid://shopify/AbandonedCheckout/{c0}","taxesIncluded":{k0[(c1 != 0)]},"total":{k1(c2)}}}')
        return texts

Names in the code are a letter and a number: `c` a column of the row, `k` a constant (here a cache of texts, and a
function that writes an amount), `m` a constant of a function that plans share, `f` a value computed once per row, `v`
the result of a branch, `p` the text of a part. Text from the document (aliases) occurs only in string constants. This
module does not know tables and fields: `objects` decides what to write.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import CodeType
from typing import Any, Protocol

from abandoned_checkouts.checkouts.caches import cached_texts
from abandoned_checkouts.shopify.execution.plan.field_at import FieldPath
from abandoned_checkouts.shopify.execution.plan.first_rows import MOST_ROWS, WriteRows, first_rows
from abandoned_checkouts.shopify.execution.plan.level import SORT, Level
from abandoned_checkouts.shopify.execution.plan.row_functions import RowFunction
from abandoned_checkouts.shopify.execution.plan.run import Run
from abandoned_checkouts.shopify.execution.plan.templates import (
    Code,
    CursorText,
    FunctionCode,
    PartText,
    Shared,
    Template,
    codes_of,
    f_string,
    has_texts,
    renamed_template,
)
from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.reading.json_rows import JsonRows
from abandoned_checkouts.store.reading.queries import PAUSE, QuerySteps

# Compiled code that is kept: the number of sources, and their longest text.
_MOST_COMPILED, _LONGEST_COMPILED = 64, 4_000
# The names in the code of a function for one row.
_OF_FUNCTION = re.compile(r"\b([cfm])(\d+)\b")
# Rows that are written between two pauses. That takes about a quarter of a millisecond for rows with many fields.
_SLICE = 32


class Part(Protocol):
    """A field whose text needs more than the row's columns: it is read, parsed or resolved.

    `texts` does this for all rows together and returns the field's text for each row, in the order of the rows.
    """

    def texts(self, run: Run, rows: Sequence[RowValues]) -> QuerySteps[list[str]]: ...


@dataclass(slots=True)
class Kept:
    """A line of a writer's code that sets a variable to a text. `head` is the line before the text."""

    head: str
    template: Template


@dataclass(slots=True)
class WriterCode:
    """The code of a writer, before it is generated: the template of a row, and the statements before it.

    `names` are the constants, `once` expressions with the names of their values.
    """

    level: Level
    template: Template
    names: dict[str, object]
    once: dict[str, str]
    lines: list["str | Kept"]

    @property
    def has_texts(self) -> bool:
        """Whether the source of the function that does not escape texts differs."""
        kept = [line.template for line in self.lines if isinstance(line, Kept)]
        return any(map(has_texts, (self.template, *kept)))

    def source(self, writer: "Writer", by_id: bool, is_plain: bool = False) -> str:
        """The source of the function that writes rows: with `by_id` those of a list sorted by id, which do not end with
        SORT, although the level is `placed`; with `is_plain` those whose texts need not be escaped."""
        columns = self.level.unpacked(by_id)
        texts = [f"p{number}" for number in range(len(writer.parts))]
        place = []
        if writer.uses_places and by_id:
            texts.append("place")
        elif writer.uses_places:
            place.append(f"        place = cursor({', '.join(SORT)})")
        lists = [f"{name}s" for name in texts]
        if texts:
            head = f"for ({columns}), {', '.join(texts)} in zip(rows, {', '.join(lists)}):"
        else:
            head = f"for {columns} in rows:"
        once = dict(self.once)
        lines = [
            line if isinstance(line, str) else f"{line.head}{f_string(self._inlined(line.template), is_plain=is_plain)}"
            for line in self.lines
        ]
        text = f_string(self._inlined(self.template, once), is_plain=is_plain)
        code = [
            f"def write({', '.join(['request', 'cursor', 'rows', *lists])}):",
            "    texts = []",
            "    add = texts.append",
            f"    {head}",
            *place,
            *(f"        {name} = {expression}" for expression, name in once.items()),
            *lines,
            f"        add({text})",
            "    return texts",
        ]
        return "\n".join(code) + "\n"

    def _inlined(self, template: Template, once: dict[str, str] | None = None) -> Template:
        """The template with the code of functions instead of calls. Values that they compute once are added to `once`;
        without it they are expressions, because the object may be absent."""
        result: Template = []
        for part in template:
            if isinstance(part, Shared):
                result += self._code_of(part.code, part.arguments, once)
            else:
                result.append(part)
        return result

    def _code_of(self, function: FunctionCode, arguments: Sequence[str], once: dict[str, str] | None) -> Template:
        values: dict[str, str] = {}

        def renamed(found: re.Match[str]) -> str:
            kind, number = found.groups()
            if kind == "c":
                return arguments[int(number)]
            return self._name(function.names[found[0]]) if kind == "m" else values[found[0]]

        for expression, name in function.once.items():
            value = _OF_FUNCTION.sub(renamed, expression)
            values[name] = value if once is None else once.setdefault(value, f"f{len(once)}")
        return renamed_template(function.template, lambda code: _OF_FUNCTION.sub(renamed, code))

    def _name(self, constant: object) -> str:
        for name, value in self.names.items():
            if value is constant:
                return name
        name = f"k{len(self.names)}"
        self.names[name] = constant
        return name


@dataclass(slots=True)
class Writer:
    """Writes an object for each row of its level, with the texts of its parts.

    Its code is generated when it writes for the second time, or many rows at once (see first_rows).
    """

    level: Level
    parts: list[Part] = field(default_factory=list)
    # Nullable objects in the row that contain objects: the index of the column that is null with them, and their path.
    counted: list[tuple[int, FieldPath]] = field(default_factory=list)
    # Whether the code writes cursors. For rows that do not end with SORT, they are then another text of each row.
    uses_places: bool = False
    code: WriterCode | None = None
    # The functions by `by_id` and `is_plain` (see WriterCode).
    _functions: dict[tuple[bool, bool], WriteRows] = field(default_factory=dict)
    _has_written: bool = False
    # Those of the last function, for explanations.
    _last: tuple[bool, bool] = (False, False)

    @property
    def counts_objects(self) -> bool:
        """Whether writing a row counts objects for the actual cost. Then a row that occurs twice in the response must
        be written twice; otherwise its text can be reused."""
        return bool(self.parts or self.counted)

    @property
    def source(self) -> str:
        """The code of the function that was used last."""
        assert self.code is not None
        return self.code.source(self, *self._last)

    def texts(
        self, run: Run, rows: Sequence[RowValues], cursor: object = None, places: list[str] | None = None
    ) -> QuerySteps[list[str]]:
        """The text of each row's object. `cursor` converts sort_value and sort_id to a cursor. If the rows do not end
        with these two, `places` has the cursors (see `uses_places`)."""
        if not rows:
            return []
        found = []
        for part in self.parts:
            found.append((yield from part.texts(run, rows)))
        if not run.pauses or len(rows) <= _SLICE:
            return self.written(run, rows, cursor, found, places)
        by_id, plain = places is not None, rows if isinstance(rows, JsonRows) else None
        self._count(run, rows)
        found += [places] if places and self.uses_places else ()
        texts: list[str] = []
        for start in range(0, len(rows), _SLICE):
            part_of_rows = slice(start, start + _SLICE)
            kind = by_id, plain is not None and plain.is_plain(start, start + _SLICE)
            write = self._functions.get(kind) or self._function(*kind, len(rows))
            texts += write(run.request, cursor, rows[part_of_rows], *(each[part_of_rows] for each in found))
            yield PAUSE
        return texts

    def written(
        self,
        run: Run,
        rows: Sequence[RowValues],
        cursor: object,
        found: Sequence[list[str]] = (),
        places: list[str] | None = None,
    ) -> list[str]:
        """The text of each row's object, from the texts of the parts, without a pause."""
        if self.counted:
            self._count(run, rows)
        kind = places is not None, isinstance(rows, JsonRows) and rows.is_plain(0, len(rows))
        write = self._functions.get(kind) or self._function(*kind, len(rows))
        if places is not None and self.uses_places:
            return write(run.request, cursor, rows, *found, places)
        return write(run.request, cursor, rows, *found)

    def _count(self, run: Run, rows: Sequence[RowValues]) -> None:
        # A look-up has one row: to make a list for each path would take as long as the rest.
        counts, only = run.counts, rows[0] if len(rows) == 1 else None
        for index, path in self.counted:
            number = len(rows) - [row[index] for row in rows].count(None) if only is None else only[index] is not None
            counts[path] = counts.get(path, 0) + number

    def _function(self, by_id: bool, is_plain: bool, rows: int) -> WriteRows:
        """The function that writes so many rows."""
        code = self.code
        assert code is not None
        self._last = by_id, is_plain
        if not self._has_written:
            self._has_written = True
            first = first_rows(code.template, by_id) if rows <= MOST_ROWS else None
            if first is not None:
                return first
        other = self._functions.get((by_id, not is_plain))
        if other is None or code.has_texts:
            other = function_from(code.source(self, by_id, is_plain), "write", code.names)
        self._functions[by_id, is_plain] = other
        return other


class WriterBuilder:
    """Collects the code of one writer line by line: `finish` completes the writer. With `is_of_one_row`, it collects
    the code of a function that writes one row, for `row_function`."""

    def __init__(self, level: Level, *, is_of_one_row: bool = False) -> None:
        self.level = level
        self.is_of_one_row = is_of_one_row
        self._letter = "m" if is_of_one_row else "k"
        self.writer = Writer(level)
        self._names: dict[str, object] = {}
        self._named: dict[int, str] = {}
        self._first: dict[str, str] = {}
        self._lines: list[str | Kept] = []
        self._depth = 2
        self._variables = 0

    def name(self, value: object) -> str:
        """A name for a constant in the code: a function or a cache of texts."""
        name = self._named.get(id(value))
        if name is None:
            name = self._named[id(value)] = f"{self._letter}{len(self._named)}"
            self._names[name] = value
        return name

    def part(self, part: Part) -> Code:
        """The part's text of the row."""
        number = len(self.writer.parts)
        self.writer.parts.append(part)
        return PartText(f"p{number}", number)

    def once(self, expression: str) -> Code:
        """The code for an expression that several fields use. It is evaluated once per row."""
        return Code(self._first.setdefault(expression, f"f{len(self._first)}"))

    def place(self) -> Code:
        """The code for the row's cursor."""
        self.level.placed = self.writer.uses_places = True
        return CursorText("place")

    def variable(self) -> str:
        """A new variable, which the branches of an `if` set by `keep`."""
        self._variables += 1
        return f"v{self._variables}"

    def keep(self, variable: str, template: Template) -> None:
        self._lines.append(Kept(f"{'    ' * self._depth}{variable} = ", template))

    def line(self, text: str) -> None:
        self._lines.append("    " * self._depth + text)

    @contextmanager
    def indented(self, head: str) -> Iterator[None]:
        self.line(head)
        self._depth += 1
        yield
        self._depth -= 1

    def finish(self, template: Template) -> None:
        """Complete the writer. Call this when all writers of the level have requested their columns."""
        self.writer.code = WriterCode(self.level, template, self._names, self._first, self._lines)

    def row_function(self, template: Template, *, uses_request: bool = False) -> RowFunction:
        """The function for one row of the level, of which only columns are used."""
        columns = self.level.columns
        used = " ".join(codes_of(template))
        once = {value: name for value, name in self._first.items() if re.search(rf"\b{name}\b", used)}
        parameters = ["request"] * uses_request + [f"c{number}" for number in range(len(columns))]
        code = [
            f"def write({', '.join(parameters)}):",
            *(f"    {name} = {expression}" for expression, name in once.items()),
            f"    return {f_string(template)}",
        ]
        source = "\n".join(code) + "\n"
        function = function_from(source, "write", self._names)
        return RowFunction(function, tuple(columns), source, FunctionCode(template, once, self._names))


def function_from(source: str, name: str, names: dict[str, object]) -> Callable[..., Any]:
    """The function with that name that the code defines. `names` are the global values of the code."""
    defined = dict(names)
    exec(_compiled(source), defined)
    # Removed from its own global values, because a reference cycle would wait for the garbage collector.
    function = defined.pop(name)
    assert callable(function)
    return function


@cached_texts(_MOST_COMPILED, _LONGEST_COMPILED, 12_000)
def _compiled(source: str) -> CodeType:
    """The code of a source. Documents often have equal parts, for example lists with nodes and the same page info."""
    return compile(source, "<plan>", "exec")
