"""Every row of the case tables: tree, parsed, canonical text, explanation, warnings and the checkouts it finds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.search_syntax.answers import ANSWERS, answers, tables

ROWS = [(name, row) for name, rows in tables().items() for row in rows]


@pytest.mark.parametrize(("table", "row"), ROWS, ids=[f"{name}: {row['query']!a}" for name, row in ROWS])
def test_row(table: str, row: dict[str, Any]) -> None:
    found = answers(row["query"])
    for name in ANSWERS:
        message = (
            f"\n{table}: {row['query']!r}\nsource: {row['source']}"
            f"\n{name} should be {row[name]!r}\n{name} is {found[name]!r}"
        )
        # as text, so that the order of keys counts and 1 is not true
        assert json.dumps(found[name]) == json.dumps(row[name]), message


def test_there_are_enough_rows_and_each_has_its_source() -> None:
    assert len(ROWS) >= 250
    for table, row in ROWS:
        assert row["source"].split(":")[0] in ("documented", "recorded", "ours"), (table, row["query"])
        assert row["source"].partition(": ")[2], (table, row["query"])
        assert set(row) == {"query", "source", *ANSWERS}, (table, row["query"])


@pytest.mark.parametrize("name", tables())
def test_no_query_occurs_twice_in_a_table(name: str) -> None:
    queries = [row["query"] for row in tables()[name]]
    assert sorted(queries) == sorted(set(queries))
