"""Templates: the text of an object, as strings that are the same for all rows and parts that differ from row to row.

A part has two forms with the same result. One is an expression in the code of a writer, which is generated for a
document (see writer). The other is a function that all documents share; `first_rows` writes with these functions, so
that no code is generated for a document that is sent once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(slots=True)
class Code:
    """An expression in the writer's code. Its value is a text. Without another form, it needs the generated code."""

    expression: str


@dataclass(slots=True)
class Quoted(Code):
    """The JSON of a text in the row. `plain` has the same for a text without characters that are escaped in JSON."""

    plain: "Template"


@dataclass(slots=True)
class Keyed(Code):
    """A text of a cache: `key` is the code for its key. `is_once` is whether it is computed once per row."""

    texts: Mapping[Any, str]
    key: str
    is_once: bool = False


@dataclass(frozen=True, slots=True)
class FunctionCode:
    """The code of a function for one row. In its expressions, `c` with a number is an argument, `f` a value of `once`,
    and `m` a constant of `names`."""

    template: "Template"
    once: Mapping[str, str]
    names: Mapping[str, object]


@dataclass(slots=True)
class Shared:
    """A text made of columns of the row: by a function that all plans share, or by its `code` with `arguments`.

    The function takes the values of the row at the indexes `columns`, after the request if `uses_request`.
    """

    function: Callable[..., str]
    columns: tuple[int, ...]
    code: FunctionCode
    arguments: tuple[str, ...]
    uses_request: bool = False


@dataclass(slots=True)
class Branch(Code):
    """An object that is null if the column at the index `present` is null. The code sets a variable before."""

    present: int
    template: "Template"
    # Why the object may not be null, if that is so.
    required: str | None


@dataclass(slots=True)
class PartText(Code):
    """The text of the part with that number."""

    number: int


@dataclass(slots=True)
class CursorText(Code):
    """The cursor of the row."""


Template: TypeAlias = list[str | Code | Shared]


def object_template(members: Iterable[tuple[str, Template]]) -> Template:
    """The template of an object with these members. Adjacent strings are merged."""
    template: Template = []
    text = "{"
    for key, value in members:
        text += f'"{key}":' if text == "{" and not template else f',"{key}":'
        for part in value:
            if isinstance(part, str):
                text += part
            elif text:
                template += (text, part)
                text = ""
            else:
                template.append(part)
    template.append(text + "}")
    return template


def f_string(template: Template, *, is_plain: bool = False) -> str:
    """The template as the source of a Python f-string, for one without Shared. With `is_plain`, texts in the row are
    not escaped."""
    return f"f'{_inside(template, is_plain)}'"


def has_texts(template: Template) -> bool:
    """Whether the source of the template for texts that are not escaped differs."""
    return any(
        isinstance(part, Quoted)
        or (isinstance(part, Branch) and has_texts(part.template))
        or (isinstance(part, Shared) and has_texts(part.code.template))
        for part in template
    )


def codes_of(template: Template) -> Iterator[str]:
    """The expressions of a template of one row."""
    for part in template:
        if isinstance(part, Code):
            yield part.expression


def renamed_template(template: Template, renamed: Callable[[str], str]) -> Template:
    """The template of one row with other names in its expressions."""
    result: Template = []
    for part in template:
        if isinstance(part, Quoted):
            result.append(Quoted(renamed(part.expression), renamed_template(part.plain, renamed)))
        else:
            result.append(Code(renamed(part.expression)) if isinstance(part, Code) else part)
    return result


def _inside(template: Template, is_plain: bool) -> str:
    parts = []
    for part in template:
        if isinstance(part, str):
            parts.append(_escaped(part))
        elif is_plain and isinstance(part, Quoted):
            parts.append(_inside(part.plain, is_plain))
        else:
            assert isinstance(part, Code)
            parts.append(f"{{{part.expression}}}")
    return "".join(parts)


def _escaped(text: str) -> str:
    """The text escaped for an f-string. The added double quote makes repr use single quotes."""
    return repr(f'"{text}')[2:-1].replace("{", "{{").replace("}", "}}")
