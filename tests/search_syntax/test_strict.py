"""Errors of strict mode: the message, and the search text with carets under the error."""

from __future__ import annotations

from search_syntax import check, parse, refusal, too_long
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


def test_a_missing_value_is_pointed_at_too() -> None:
    assert refusals("status:")[0].splitlines()[1:] == ["  status:", "         ^"]


def test_long_and_broken_texts_show_what_is_near() -> None:
    lines = refusals("bob " * 50 + "odd:1 " + "norman " * 50)[0].splitlines()
    assert lines[1].startswith("  …") and lines[1].endswith("…") and len(lines[1]) <= 76
    assert lines[1][lines[2].index("^") :].startswith("odd:1")
    lines = refusals("bob\nodd:1\tx\nnorman")[0].splitlines()
    assert lines[1:] == ["  odd:1 x", "  ^^^"]
    assert refusals("a\\\nb:1")[0].splitlines()[2] == "  ^^"


def test_too_long() -> None:
    assert too_long("é" * 4096) is None
    assert too_long("é" * 4096 + "x") == "The search query has 8,193 bytes; the maximum is 8,192 bytes."
    assert too_long("\ud800") is None
