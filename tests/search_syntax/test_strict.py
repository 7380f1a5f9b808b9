"""Errors of strict mode: the message, and the search text with carets under the error."""

from __future__ import annotations

import pytest

from search_syntax import Field, FieldSet, Kind, check, parse, refusal, too_long
from search_syntax.strict import underlined
from tests.search_syntax.shop import FIELDS, NOW, ZONE


def refusals(query_text: str) -> list[str]:
    query = parse(query_text)
    return [refusal(query, one) for one in check(query, FIELDS, zone=ZONE, now=NOW).warnings]


def test_carets_stand_under_the_place() -> None:
    assert refusals("stauts:open bob") == [
        'stauts: Invalid search field for this query. Did you mean "status"?\n  stauts:open bob\n  ^^^^^^'
    ]
    assert refusals("bob status:opne,closed") == [
        'status: Input `opne` is not an accepted value. Did you mean "open"?\n'
        "  bob status:opne,closed\n"
        "             ^^^^"
    ]
    assert refusals("created_at:>'tomor row'") == [
        "created_at: Input `tomor row` is not an accepted value.\n  created_at:>'tomor row'\n              ^^^^^^^^^^^"
    ]
    assert refusals("updated_at:>2024-01-01T00:00:00Z")[0].splitlines()[1:] == [
        "  updated_at:>2024-01-01T00:00:00Z",
        "                            ^^",
    ]


@pytest.mark.parametrize(
    ("search", "advice"),
    [
        (
            "created_at:>=2026-11-23T11:25:00Z status:open",
            "Put the time in quotes: created_at:>='2026-11-23T11:25:00Z'.",
        ),
        ("(created_at:2026-11-23T11:25:00Z)", "Put the time in quotes: created_at:'2026-11-23T11:25:00Z'."),
        # Here the field is not the rest of a time.
        ("created_at:2026 25:1", None),
        ("bob:25:1", None),
        ("total_price:>5", "It is an extended field, which is off here. Turn it on."),
        ("totl:5", None),
    ],
)
def test_the_error_says_what_to_do(search: str, advice: str | None) -> None:
    declared = [Field("default", Kind.TEXT), Field("created_at", Kind.TIME)]
    declared.append(Field("total_price", Kind.MONEY, extended=True))
    query = parse(search)
    warning = check(query, FieldSet(declared, switch="Turn it on.")).warnings[0]
    shown = refusal(query, warning).splitlines()[0]
    ending = f" {advice}" if advice else ""
    assert shown == f"{warning.field}: Invalid search field for this query.{ending}"


def test_a_missing_value_is_pointed_at_too() -> None:
    assert refusals("status:")[0].splitlines()[1:] == ["  status:", "         ^"]


def test_long_and_broken_texts_show_what_is_near() -> None:
    lines = refusals("bob " * 50 + "odd:1 " + "norman " * 50)[0].splitlines()
    assert lines[1].startswith("  …") and lines[1].endswith("…") and len(lines[1]) <= 76
    assert lines[1][lines[2].index("^") :].startswith("odd:1")
    lines = refusals("bob\nodd:1\tx\nnorman")[0].splitlines()
    assert lines[1:] == ["  odd:1 x", "  ^^^"]
    assert refusals("a\\\nb:1")[0].splitlines()[2] == "  ^^"


@pytest.mark.parametrize(
    ("text", "start", "shown"),
    [
        # The line of the error, whichever line it is.
        ("\nodd:1", 1, ["  odd:1", "  ^^^"]),
        ("odd:1 x\nbob\nnorman", 0, ["  odd:1 x", "  ^^^"]),
        ("bob\nx odd:1\nnorman\nx", 6, ["  x odd:1", "    ^^^"]),
        # 72 columns of it: around the error, or the end of the line if the error is near it.
        ("o" * 72, 0, ["  " + "o" * 72, "  ^^^"]),
        ("x" * 70 + "odd", 70, ["  …" + "x" * 69 + "odd", "  " + " " * 70 + "^^^"]),
        ("x" * 100 + "odd" + "y" * 10, 100, ["  …" + "x" * 59 + "odd" + "y" * 10, "  " + " " * 60 + "^^^"]),
        ("x" * 100 + "odd" + "y" * 100, 100, ["  …" + "x" * 36 + "odd" + "y" * 33 + "…", "  " + " " * 37 + "^^^"]),
        ("odd" + "y" * 100, 0, ["  odd" + "y" * 69 + "…", "  ^^^"]),
        # The carets end with the shown part.
        ("x" * 100 + "z" * 100, 198, ["  …" + "z" * 72, "  " + " " * 71 + "^^"]),
    ],
)
def test_the_line_of_an_error(text: str, start: int, shown: list[str]) -> None:
    assert underlined(text, start, start + 3).splitlines() == shown


def test_too_long() -> None:
    assert too_long("é" * 4096) is None
    assert too_long("é" * 4096 + "x") == "The search query has 8,193 bytes; the maximum is 8,192 bytes."
    assert too_long("\ud800") is None
