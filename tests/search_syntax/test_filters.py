"""The split of a search into filters and search terms."""

from __future__ import annotations

import pytest

from search_syntax import Filter, parse, split_filters


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
        ("*", "*", "", [("default", "true")]),
        ("-*", "-*", "-*", []),
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
