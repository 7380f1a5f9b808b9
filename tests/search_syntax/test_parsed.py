"""The entries of `extensions.search` recorded from a live shop, byte for byte."""

from __future__ import annotations

import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from search_syntax import check, parse, search_entry
from tests.recorded import recorded
from tests.search_syntax.resources import fields_of
from tests.search_syntax.shop import NOW

SHOP_ZONE = ZoneInfo("America/New_York")  # the zone that the recorded times show

ENTRIES: list[dict[str, Any]] = [one["entry"] for one in recorded("extensions_search.json")]


def as_answered(entry: dict[str, Any]) -> str:
    """The entry as bytes of an answer: the recording sorted its keys, the answers had them in this order."""
    orders = {"entry": ("path", "query", "parsed", "warnings"), "warning": ("field", "message", "code")}
    ordered = {key: entry[key] for key in orders["entry"]}
    ordered["warnings"] = [{key: one[key] for key in orders["warning"] if key in one} for one in entry["warnings"]]
    return json.dumps(ordered, separators=(",", ":"))


def test_all_entries_are_there() -> None:
    assert len(ENTRIES) == 25


@pytest.mark.parametrize("entry", ENTRIES, ids=[f"{'.'.join(one['path'])}: {one['query']}" for one in ENTRIES])
def test_entry(entry: dict[str, Any]) -> None:
    query = parse(entry["query"])
    fields = fields_of(entry["path"], entry["query"])
    meaning = check(query, fields, zone=SHOP_ZONE, now=NOW)
    made = search_entry(entry["path"], query, meaning, fields, zone=SHOP_ZONE, now=NOW)
    assert json.dumps(made, separators=(",", ":")) == as_answered(entry)
