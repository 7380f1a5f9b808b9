"""Rows are written in the same way with and without generated code; the code is generated for the second time.

The equality promise (tests/promises/test_equality.py) runs each document twice, and compares both with graphql-core.
"""

from collections.abc import Callable
from typing import Any

import pytest

from abandoned_checkouts.shopify.execution.plan import writer as writer_module
from abandoned_checkouts.shopify.execution.plan.first_rows import MOST_ROWS, first_rows
from abandoned_checkouts.shopify.execution.plan.leaves import quoted
from abandoned_checkouts.shopify.execution.plan.level import Level
from abandoned_checkouts.shopify.execution.plan.templates import (
    Branch,
    Code,
    CursorText,
    FunctionCode,
    PartText,
    Shared,
    Template,
    object_template,
)
from abandoned_checkouts.shopify.execution.plan.unplanned import UnplannedError
from abandoned_checkouts.shopify.execution.plan.writer import Writer, WriterBuilder, WriterCode

ROWS = [(1, "a%s", 5, "s", 1), (2, '"{', None, "s", 2), (3, "é", 7, "s", 3)]
PARTS = (["[1]", "[2]", "[3]"], ['"x"', '"y"', '"z"'])


def cursor(value: object, number: int) -> str:
    return f"{value}-{number}"


def code_of(template: Template, lines: str = "") -> WriterCode:
    level = Level(None, placed=True, columns=["id", "name", "present"])
    names: dict[str, object] = {"k0": quoted, "k1": lambda request, number: f"{request}/{number}", "k2": UnplannedError}
    return WriterCode(level, template, names, {}, [lines] if lines else [])


def written(code: WriterCode, parts: int = 0, *, by_id: bool = False) -> tuple[object, object]:
    """The texts of generated code, and those without it, or the reasons why there are none."""
    without = first_rows(code.template, by_id)
    assert without is not None
    writer = Writer(code.level, parts=[None] * parts, uses_places="CursorText" in repr(code.template))  # type: ignore[list-item]
    generated = writer_module.function_from(code.source(writer, by_id), "write", code.names)
    rows = [row[:-2] for row in ROWS] if by_id else ROWS
    texts = [*PARTS[:parts], ["one", "two", "three"]] if by_id else PARTS[:parts]
    found: list[object] = []
    for function in (generated, without):
        try:
            found.append(function("request", cursor, rows, *texts))
        except UnplannedError as reason:
            found.append(str(reason))
    return found[0], found[1]


def shared(function: Callable[..., str], code: Template, *columns: int, uses_request: bool = False) -> Template:
    """A text by a function of columns, and by its code, in which `c0` is the first of them."""
    arguments = tuple(f"c{column}" for column in columns)
    return [Shared(function, columns, FunctionCode(code, {}, {}), arguments, uses_request)]


ID = shared(lambda number: f"#{number}", ["#", Code("c0")], 0)
NAME = shared(quoted, [Code("k0(c0)")], 1)
BOTH = shared(lambda one, two: f"{one}/{quoted(two)}", [Code("c0"), "/", Code("k0(c1)")], 0, 1)
NONE = shared(lambda: "{}", ["{}"])
OWN = shared(lambda request, number: f"{request}/{number}", [Code("k1(request, c0)")], 0, uses_request=True)
INSIDE: Template = object_template([("id", ID), ("part", [PartText("p0", 0)])])
BRANCH = "        v1 = 'null' if c2 is None else f'{{\"id\":#{c0},\"part\":{p0}}}'"


@pytest.mark.parametrize(
    ("template", "lines", "parts"),
    [
        (object_template([]), "", 0),
        (object_template([("a % {b}", ['"100 %s {}"'])]), "", 0),
        (object_template([("id", ID), ("name", NAME), ("both", BOTH), ("none", NONE), ("own", OWN)]), "", 0),
        (object_template([("cursor", ['"', CursorText("place"), '"'])]), "", 0),
        (object_template([("x", [PartText("p0", 0)]), ("y", [PartText("p1", 1)])]), "", 2),
        (object_template([("some", [Branch("v1", 2, INSIDE, None)])]), BRANCH, 1),
    ],
)
def test_both_forms_of_a_template_write_the_same(template: Template, lines: str, parts: int) -> None:
    generated, without = written(code_of(template, lines), parts)
    assert generated == without


def test_cursors_of_a_list_sorted_by_id_are_texts_beside_the_rows() -> None:
    template = object_template([("cursor", ['"', CursorText("place"), '"']), ("id", ID)])
    generated, without = written(code_of(template), by_id=True)
    assert (
        generated
        == without
        == [f'{{"cursor":"{text}","id":#{id_}}}' for text, id_ in zip(("one", "two", "three"), (1, 2, 3), strict=True)]
    )


def test_an_object_that_may_not_be_null_ends_both() -> None:
    lines = "        if c2 is None:\n            raise k2('null for Int!')\n        v1 = 'there'"
    generated, without = written(code_of([Branch("v1", 2, ["there"], "null for Int!")], lines))
    assert generated == without == "null for Int!"


def test_a_part_that_has_only_code_needs_it() -> None:
    assert first_rows(["{", Code("c0"), "}"], False) is None
    assert first_rows([Branch("v1", 2, [Code("c0")], None)], False) is None


def test_code_is_generated_for_the_second_time_or_for_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    generated: list[str] = []
    function_from = writer_module.function_from

    def counted(source: str, name: str, names: dict[str, object]) -> Any:
        generated.append(source)
        return function_from(source, name, names)

    monkeypatch.setattr(writer_module, "function_from", counted)
    for rows, times in ((3, [0, 1, 1]), (MOST_ROWS + 1, [1, 1, 1])):
        generated.clear()
        builder = WriterBuilder(Level(None, columns=["id"]))
        builder.finish(ID)
        for count in times:
            texts = builder.writer.written(_Run(), [(number,) for number in range(rows)], None)  # type: ignore[arg-type]
            assert texts == [f"#{number}" for number in range(rows)]
            assert len(generated) == count


class _Run:
    request = None
