"""Texts for people and for the admin: refusals with carets, and the split into filters and search terms."""

from __future__ import annotations

import pytest

from search_syntax import Filter, check, parse, refusal, split_filters, too_long
from tests.search_syntax.shop import FIELDS, NOW, ZONE


def refusals(query_text: str) -> list[str]:
    query = parse(query_text)
    return [refusal(query, one) for one in check(query, FIELDS, zone=ZONE, now=NOW).warnings]


def test_carets_stand_under_the_place() -> None:
    assert refusals("stauts:open bob") == [
        "Invalid search field for this query. (`stauts`; did you mean `status`?)\n  stauts:open bob\n  ^^^^^^"
    ]
    assert refusals("bob status:opne,closed") == [
        "Input `opne` is not an accepted value. (`status`; did you mean `open`?)\n"
        "  bob status:opne,closed\n"
        "             ^^^^"
    ]
    assert refusals("created_at:>'tomor row'") == [
        "Input `tomor row` is not an accepted value. (`created_at`)\n"
        "  created_at:>'tomor row'\n"
        "              ^^^^^^^^^^^"
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
    assert too_long("é" * 4096 + "x") == (
        "The search query is 8,193 bytes long; 8,192 bytes are the most that is accepted."
    )
    assert too_long("\ud800") is None


@pytest.mark.parametrize(
    ("query", "read_back", "terms", "filters"),
    [
        (  # recorded
            "title:'A Alpha' OR (status:ACTIVE tag:'t') -vendor:Archived",
            'title:"A Alpha" OR (status:ACTIVE tag:"t") -vendor:Archived',
            'title:"A Alpha" OR (status:ACTIVE tag:"t")',
            [("vendor_not", "Archived")],
        ),
        ("-inventory_total:<3", "inventory_total:>=3", "", [("inventory_total_min", "3")]),  # recorded
        ("-inventory_total:>=3", "inventory_total:<3", "", [("inventory_total_max", "3")]),
        (
            "a:<10 b:<=10 c:>2 d:>=2",
            "a:<10 b:<=10 c:>2 d:>=2",
            "",
            [
                ("a_max", "10"),
                ("b_max", "10"),
                ("c_min", "2"),
                ("d_min", "2"),
            ],
        ),
        ("tag:*", "tag:*", "", [("tag", "true")]),
        ("-tag:*", "-tag:*", "", [("tag_not", "true")]),
        (
            "fulfillment_status:unshipped,partial",
            "fulfillment_status:unshipped,partial",
            "",
            [
                ("fulfillment_status", "unshipped,partial"),
            ],
        ),
        ("title:head*", "title:head*", "", [("title", "head*")]),
        (
            "bob 'green hoodie' status:open -x",
            'bob "green hoodie" status:open -x',
            'bob "green hoodie" -x',
            [
                ("status", "open"),
            ],
        ),
        ("-(a:1 b:2)", "-(a:1 b:2)", "-(a:1 b:2)", []),
        ("(a:1 b:2)", "a:1 b:2", "", [("a", "1"), ("b", "2")]),
        ("a:1 OR b:2", "a:1 OR b:2", "a:1 OR b:2", []),
        ("a:1 (b:2 OR c) d", "a:1 b:2 OR c d", "b:2 OR c d", [("a", "1")]),
        ("", "", "", []),
    ],
)
def test_split(query: str, read_back: str, terms: str, filters: list[tuple[str, str]]) -> None:
    split = split_filters(parse(query))
    assert (split.query, split.search_terms) == (read_back, terms)
    assert split.filters == tuple(Filter(key, value) for key, value in filters)
