"""The entries of `extensions.search` recorded from a live shop, byte for byte."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from search_syntax import Field, FieldSet, Kind, check, parse, search_entry
from tests.places import RECORDED
from tests.recorded import recorded
from tests.search_syntax.resources import fields_of
from tests.search_syntax.shop import NOW

SHOP_ZONE = ZoneInfo("America/New_York")  # the zone that the recorded times show

NAME = "extensions_search.json"
# Without the file, test_all_entries_are_there is skipped.
ENTRIES: list[dict[str, Any]] = [one["entry"] for one in recorded(NAME)] if (RECORDED / NAME).exists() else []


def as_answered(entry: dict[str, Any]) -> str:
    """The entry as bytes of an answer: the recording sorted its keys, the answers had them in this order."""
    orders = {"entry": ("path", "query", "parsed", "warnings"), "warning": ("field", "message", "code")}
    ordered = {key: entry[key] for key in orders["entry"]}
    ordered["warnings"] = [{key: one[key] for key in orders["warning"] if key in one} for one in entry["warnings"]]
    return json.dumps(ordered, separators=(",", ":"))


def test_all_entries_are_there() -> None:
    recorded(NAME)
    assert len(ENTRIES) == 25


@pytest.mark.parametrize("entry", ENTRIES, ids=[f"{'.'.join(one['path'])}: {one['query']}" for one in ENTRIES])
def test_entry(entry: dict[str, Any]) -> None:
    query = parse(entry["query"])
    fields = fields_of(entry["path"], entry["query"])
    meaning = check(query, fields, zone=SHOP_ZONE, now=NOW)
    made = search_entry(entry["path"], query, meaning, fields, zone=SHOP_ZONE, now=NOW)
    assert json.dumps(made, separators=(",", ":")) == as_answered(entry)


def test_an_entry_has_path_query_meaning_and_warnings_in_this_order() -> None:
    fields = FieldSet([Field("created_at", Kind.TIME), Field("id", Kind.ID, positive=True)])
    query = parse("created_at:>2026-07-01 id:0 bob")
    meaning = check(query, fields, zone=SHOP_ZONE, now=NOW)
    made = search_entry(("mine", "nodes", 0), query, meaning, fields, zone=SHOP_ZONE, now=NOW)
    assert list(made) == ["path", "query", "parsed", "warnings"]
    assert made == {
        "path": ["mine", "nodes", 0],
        "query": "created_at:>2026-07-01 id:0 bob",
        "parsed": {
            "and": [
                {"field": "created_at", "range_gt": "2026-07-01T00:00:00-04:00"},
                {"field": "id", "match_all": "0"},
                {"field": "default", "match_all": "bob"},
            ]
        },
        "warnings": [
            {"field": "id", "message": "Expected field to be a positive integer or UUID, received `0`."},
            {
                "field": "default",
                "message": "Input must use named search fields in this query.",
                "code": "missing_named_field",
            },
        ],
    }


def test_now_is_written_as_the_present() -> None:
    fields = FieldSet([Field("created_at", Kind.TIME)])
    query = parse("created_at:<now")
    made = search_entry((), query, check(query, fields), fields, zone=UTC, now=NOW)
    assert made["parsed"] == {"field": "created_at", "range_lte": NOW.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}


@pytest.mark.parametrize(
    ("value", "shown"),
    [("5", 5), ("9223372036854775807", 2**63 - 1), ("9223372036854775808", "9223372036854775808"), ("-5", -5)],
)
def test_a_compared_id_is_a_number_if_json_readers_can_hold_it(value: str, shown: object) -> None:
    fields = FieldSet([Field("id", Kind.ID)])
    query = parse(f"id:>{value}")
    made = search_entry((), query, check(query, fields), fields, zone=UTC, now=NOW)
    assert made["parsed"] == {"field": "id", "range_gt": shown}
