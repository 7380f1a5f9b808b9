"""Writing objects as JSON text, many at a time: Python code made once, that goes over rows and fills in a text.

For `{ id totalPriceSet { shopMoney { amount } } }` the code is

    def write(request, cursor, rows):
        texts = []
        add = texts.append
        for c0, c1, in rows:
            add(f'{{"id":"gid://shopify/AbandonedCheckout/{c0}","totalPriceSet":{{"shopMoney":{{"amount":{k0[c1]}}}}}}}')
        return texts

Names in the code are numbers; what the document brings, its aliases, stands in constants only. The code knows nothing
of tables and fields: `objects` says what to write.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from app.shopify.plan.scope import Scope

if TYPE_CHECKING:
    from app.shopify.plan.run import Run

Asking: TypeAlias = Generator[Any, Any, list[str]]


class Part(Protocol):
    """A field that is not made of the row's columns alone. `texts` gives its text for each of the rows."""

    def texts(self, run: "Run", rows: Sequence[Any]) -> Asking: ...


@dataclass(frozen=True, slots=True)
class Code:
    """An expression in a text, in place of a constant."""

    expression: str


Template: TypeAlias = list[str | Code]


@dataclass(slots=True)
class Writer:
    """Writes the objects of some rows; first has the parts found that are to be fetched for all rows at once."""

    scope: Scope
    parts: list[Part] = field(default_factory=list)
    # Objects within the row that may be null and hold others: the column that tells, and the path.
    counted: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    source: str = ""
    _write: Callable[..., list[str]] | None = None

    @property
    def counts(self) -> bool:
        """Whether it counts objects: a row that stands in the answer twice has to be written twice then."""
        return bool(self.parts or self.counted)

    def texts(self, run: "Run", rows: Sequence[Any], cursor: Any = None) -> Asking:
        """The text of each row's object. `cursor` makes a row's cursor of its sort_value and sort_id."""
        if not rows:
            return []
        found = []
        for part in self.parts:
            found.append((yield from part.texts(run, rows)))
        for place, path in self.counted:
            run.count(path, sum([row[place] is not None for row in rows]))
        assert self._write is not None
        return self._write(run.request, cursor, rows, *found)

    def finish(self, source: str, names: dict[str, Any]) -> None:
        self.source = source
        self._write = made(source, "write", names)


class Writing:
    """The code of one writer while it is being made."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.writer = Writer(scope)
        self._names: dict[str, Any] = {}
        self._known: dict[int, str] = {}
        self._first: dict[str, str] = {}
        self._lines: list[str] = []
        self._depth = 2
        self._count = 0

    def name(self, value: Any) -> str:
        """A name for a value that the code needs: a function, a memory of texts."""
        known = self._known.get(id(value))
        if known is None:
            known = self._known[id(value)] = f"k{len(self._known)}"
            self._names[known] = value
        return known

    def part(self, part: Part) -> Code:
        """The text that a part has for the row."""
        self.writer.parts.append(part)
        return Code(f"p{len(self.writer.parts) - 1}")

    def once(self, expression: str) -> Code:
        """An expression that many fields of a row use, worked out once for each row."""
        return Code(self._first.setdefault(expression, f"f{len(self._first)}"))

    def kept(self, template: Template) -> Code:
        """A text kept under a name, as a branch leaves it behind."""
        self._count += 1
        name = f"v{self._count}"
        self.keep(name, template)
        return Code(name)

    def new(self) -> str:
        self._count += 1
        return f"v{self._count}"

    def keep(self, name: str, template: Template) -> None:
        self.line(f"{name} = {formatted(template)}")

    def line(self, text: str) -> None:
        self._lines.append("    " * self._depth + text)

    @contextmanager
    def indented(self, head: str) -> Iterator[None]:
        self.line(head)
        self._depth += 1
        yield
        self._depth -= 1

    def finish(self, template: Template) -> None:
        """Make the function. To be called when every writer of the scope's rows has asked for its columns."""
        count = len(self.writer.parts)
        found = [f"p{place}" for place in range(count)]
        columns = self.scope.unpacked
        target, each = (f"({columns}), {', '.join(found)}", "zip(rows, %s)") if found else (columns, "rows")
        body = [
            f"def write({', '.join(['request', 'cursor', 'rows', *(f'{name}s' for name in found)])}):",
            "    texts = []",
            "    add = texts.append",
            f"    for {target} in {each % ', '.join(f'{name}s' for name in found) if found else each}:",
            *(f"        {name} = {expression}" for expression, name in self._first.items()),
            *self._lines,
            f"        add({formatted(template)})",
            "    return texts",
        ]
        self.writer.finish("\n".join(body) + "\n", self._names)


def formatted(template: Template) -> str:
    """The template as Python writes a text with expressions in it."""
    return (
        "f'" + "".join(_escaped(part) if isinstance(part, str) else f"{{{part.expression}}}" for part in template) + "'"
    )


def _escaped(text: str) -> str:
    return repr(f'"{text}')[2:-1].replace("{", "{{").replace("}", "}}")


def made(source: str, name: str, names: dict[str, Any]) -> Callable[..., Any]:
    """The function of that name that the code defines."""
    defined: dict[str, Any] = dict(names)
    exec(compile(source, "<plan>", "exec"), defined)
    function: Callable[..., Any] = defined[name]
    return function


def listed_members(members: Iterable[tuple[str, Template]]) -> Template:
    """An object of members, each by its key; neighbouring constants are put together."""
    template: Template = []
    separator = "{"
    for key, value in members:
        for part in (f'{separator}"{key}":', *value):
            if isinstance(part, str) and template and isinstance(template[-1], str):
                template[-1] += part
            else:
                template.append(part)
        separator = ","
    end = "}" if template else "{}"
    if template and isinstance(template[-1], str):
        template[-1] += end
    else:
        template.append(end)
    return template
