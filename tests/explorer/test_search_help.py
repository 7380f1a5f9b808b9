"""The help for a search text."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abandoned_checkouts.explorer.search_help import SearchHelpError, help_with, search_help
from search_syntax import FieldSet, check, parse
from tests.explorer.fields import FIELDS, SETS

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def ask(**parameters: str) -> dict[str, object]:
    return search_help({"field": "abandonedCheckouts", **parameters}, SETS, NOW)


@pytest.mark.parametrize(
    ("query", "caret", "offered"),
    [("st", 2, "status:"), ("status:", 7, "open"), ("status:cl", 9, "closed"), ("x status:op y", 11, "open")],
)
def test_suggestions_depend_on_the_caret(query: str, caret: int, offered: str) -> None:
    given_help = ask(query=query, caret=str(caret))
    suggestions = given_help["suggestions"]
    assert isinstance(suggestions, list)
    first = suggestions[0]
    assert first["label"] == offered
    taken = query[: first["start"]] + first["text"] + query[first["end"] :]
    assert offered in taken


def test_a_warning_has_its_place_and_a_suggestion() -> None:
    query = "🙂 status:opne"
    warnings = ask(query=query)["warnings"]
    assert isinstance(warnings, list)
    [warning] = warnings
    assert query[warning["start"] : warning["end"]] == "opne"
    assert warning["suggestion"] == "open"
    repaired = query[: warning["start"]] + warning["suggestion"] + query[warning["end"] :]
    assert ask(query=repaired)["warnings"] == []


@pytest.mark.parametrize(
    ("field", "records"),
    [("abandonedCheckouts", "abandoned checkouts"), ("abandonedCheckoutsCount", "abandoned checkouts")],
)
def test_the_explanation_names_the_records(field: str, records: str) -> None:
    assert ask(field=field, query="status:open")["explanation"] == f"Finds {records} where status is open."


def test_now_is_the_clock_of_the_server() -> None:
    assert "before 2026-11-21T12:00" in str(ask(query="created_at:<now")["explanation"])


def test_fields_that_the_callers_search_ignored_are_ignored_here() -> None:
    found = str(ask(query="sku:A status:open", ignored="status")["explanation"])
    assert 'sku is "A"' in found and 'Ignored: "status"' in found


def test_extended_fields_are_suggested_if_they_are_on() -> None:
    assert "sku:" not in str(ask(query="sk")["suggestions"])
    extended = FieldSet(FIELDS.declared, extended=True)
    offered = search_help({"query": "sk"}, {"abandonedCheckouts": extended}, NOW)["suggestions"]
    assert isinstance(offered, list)
    (sku,) = [one for one in offered if one["label"] == "sku:"]
    assert (sku["extended"], sku["detail"]) == (True, "Only searched by our extension (this server's own)")


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"field": "orders"}, "`field` must be one of abandonedCheckouts, abandonedCheckoutsCount."),
        ({"caret": "x"}, "`caret` must be a whole number"),
        ({"caret": "-1"}, "`caret` must be a whole number"),
        ({"caret": "²"}, "`caret` must be a whole number"),
        ({"zone": "Europe/Nowhere"}, "`zone` must be an IANA time zone"),
        ({"zone": "../../etc/passwd"}, "`zone` must be an IANA time zone"),
        ({"zone": "Europe"}, "`zone` must be an IANA time zone"),
        ({"query": "x" * 10_001}, "`query` has 10,001 characters; the maximum is 10,000."),
    ],
)
def test_invalid_parameters_are_reported(parameters: dict[str, str], message: str) -> None:
    with pytest.raises(SearchHelpError) as refused:
        ask(**parameters)
    assert message in str(refused.value)


@pytest.mark.parametrize("caret", ["", "999999999999999999999"])
def test_a_caret_after_the_end_is_the_end(caret: str) -> None:
    assert ask(query="status:cl", caret=caret) == ask(query="status:cl", caret="9")


@given(query=st.text(max_size=60), caret=st.integers(0, 60))
def test_every_text_has_help(query: str, caret: int) -> None:
    zone = ZoneInfo("Europe/Berlin")
    given_help = help_with(parse(query), min(caret, len(query)), FIELDS, zone=zone, now=NOW, noun="records")
    warnings, suggestions = given_help["warnings"], given_help["suggestions"]
    assert isinstance(warnings, list)
    assert isinstance(suggestions, list)
    assert len(warnings) == len(check(parse(query), FIELDS, zone=zone, now=NOW).warnings)
    for one in [*warnings, *suggestions]:
        assert 0 <= one["start"] <= one["end"] <= len(query), one
    assert isinstance(given_help["explanation"], str)
    assert given_help["explanation"]
