"""Writing objects as JSON text, many at a time: Python code made once, that goes over rows and fills in a text.

For `{ id totalPriceSet { shopMoney { amount } } }` the code is

    def write(request, cursor, rows):
        texts = []
        add = texts.append
        for c0, c1, in rows:
            f0 = k0[c1]
            add(f'{{"id":"gid://shopify/AbandonedCheckout/{c0}","totalPriceSet":{{"shopMoney":{{"amount":{f0}}}}}}}')
        return texts

Names in the code are a letter and a number: `c` a column of the row, `k` a value the code was given (here a memory of
the texts of amounts), `f` what is worked out first for each row, `v` what a branch left behind, `p` the text of a
part. What the document brings, its aliases, stands in constants only. Nothing here knows of tables and fields:
`objects` says what to write.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from abandoned_checkouts.shopify.execution.plan.field_at import FieldPath
from abandoned_checkouts.shopify.execution.plan.level import Level
from abandoned_checkouts.shopify.execution.plan.run import Run
from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.reading.queries import QuerySteps


class Part(Protocol):
    """A field whose text is not made of the row's columns alone: something is read, parsed or resolved for it.

    `texts` does so for all the rows at once and returns the field's text for each of them, in their order.
    """

    def texts(self, run: Run, rows: Sequence[RowValues]) -> QuerySteps[list[str]]: ...


@dataclass(frozen=True, slots=True)
class Code:
    """An expression of the writer's code, which gives a text."""

    expression: str


# The text of an object in pieces: what is the same for all rows, and the code for what is not.
Template: TypeAlias = list[str | Code]


@dataclass(slots=True)
class Writer:
    """Writes an object for each row of its level, once its parts have found theirs."""

    level: Level
    parts: list[Part] = field(default_factory=list)
    # Objects within the row that may be null and hold others: where the column is that tells, and their path.
    counted: list[tuple[int, FieldPath]] = field(default_factory=list)
    source: str = ""
    _write: Callable[..., list[str]] | None = None

    @property
    def counts_objects(self) -> bool:
        """Whether writing a row counts objects, for the actual cost. Then a row that stands in the answer twice must
        be written twice; otherwise its text can be used again."""
        return bool(self.parts or self.counted)

    def texts(self, run: Run, rows: Sequence[RowValues], cursor: object = None) -> QuerySteps[list[str]]:
        """The text of each row's object. `cursor` makes a row's cursor of its sort_value and sort_id."""
        if not rows:
            return []
        found = []
        for part in self.parts:
            found.append((yield from part.texts(run, rows)))
        for index, path in self.counted:
            run.count(path, sum([row[index] is not None for row in rows]))
        assert self._write is not None
        return self._write(run.request, cursor, rows, *found)

    def finish(self, source: str, names: dict[str, object]) -> None:
        self.source = source
        self._write = function_from(source, "write", names)


class WriterBuilder:
    """Puts the code of one writer together, line by line; `finish` makes a function of it."""

    def __init__(self, level: Level) -> None:
        self.level = level
        self.writer = Writer(level)
        self._names: dict[str, object] = {}
        self._named: dict[int, str] = {}
        self._first: dict[str, str] = {}
        self._lines: list[str] = []
        self._depth = 2
        self._variables = 0

    def name(self, value: object) -> str:
        """A name for a value that the code needs: a function, a memory of texts."""
        name = self._named.get(id(value))
        if name is None:
            name = self._named[id(value)] = f"k{len(self._named)}"
            self._names[name] = value
        return name

    def part(self, part: Part) -> Code:
        """The text that a part has for the row."""
        self.writer.parts.append(part)
        return Code(f"p{len(self.writer.parts) - 1}")

    def once(self, expression: str) -> Code:
        """An expression that many fields of a row use, worked out once for each row."""
        return Code(self._first.setdefault(expression, f"f{len(self._first)}"))

    def variable(self) -> str:
        """A new name, for what the branches of an `if` leave behind by `keep`."""
        self._variables += 1
        return f"v{self._variables}"

    def keep(self, variable: str, template: Template) -> None:
        self.line(f"{variable} = {f_string(template)}")

    def line(self, text: str) -> None:
        self._lines.append("    " * self._depth + text)

    @contextmanager
    def indented(self, head: str) -> Iterator[None]:
        self.line(head)
        self._depth += 1
        yield
        self._depth -= 1

    def finish(self, template: Template) -> None:
        """Make the function. To be called when every writer of the level's rows has asked for its columns."""
        columns = self.level.unpacked
        texts = [f"p{number}" for number in range(len(self.writer.parts))]
        lists = [f"{name}s" for name in texts]
        if texts:
            head = f"for ({columns}), {', '.join(texts)} in zip(rows, {', '.join(lists)}):"
        else:
            head = f"for {columns} in rows:"
        code = [
            f"def write({', '.join(['request', 'cursor', 'rows', *lists])}):",
            "    texts = []",
            "    add = texts.append",
            f"    {head}",
            *(f"        {name} = {expression}" for expression, name in self._first.items()),
            *self._lines,
            f"        add({f_string(template)})",
            "    return texts",
        ]
        self.writer.finish("\n".join(code) + "\n", self._names)


def f_string(template: Template) -> str:
    """The template as Python writes a text with expressions in it."""
    pieces = [_escaped(piece) if isinstance(piece, str) else f"{{{piece.expression}}}" for piece in template]
    return f"f'{''.join(pieces)}'"


def _escaped(text: str) -> str:
    """As it stands inside an f-string: the quote put in front has Python choose single ones around it."""
    return repr(f'"{text}')[2:-1].replace("{", "{{").replace("}", "}}")


def function_from(source: str, name: str, names: dict[str, object]) -> Callable[..., Any]:
    """The function of that name that the code defines; `names` are the values it knows beside its arguments."""
    defined: dict[str, Any] = dict(names)
    exec(compile(source, "<plan>", "exec"), defined)
    function: Callable[..., object] = defined[name]
    return function


def object_template(members: Iterable[tuple[str, Template]]) -> Template:
    """An object of members, each by its key; neighbouring constants are put together."""
    template: Template = []
    separator = "{"
    for key, value in members:
        for piece in (f'{separator}"{key}":', *value):
            _append(template, piece)
        separator = ","
    _append(template, "}" if template else "{}")
    return template


def _append(template: Template, piece: str | Code) -> None:
    if isinstance(piece, str) and template and isinstance(template[-1], str):
        template[-1] += piece
    else:
        template.append(piece)
