"""The advice about warnings of a search, and the length of its meaning."""

from typing import Any, cast

import pytest

from abandoned_checkouts.agents.calls import CallError, Calls
from abandoned_checkouts.agents.search_help import explained, fields_text, ignored_in, list_in, meaning_of


class Explorer:
    """Explains every search with the same text."""

    def __init__(self, text: str) -> None:
        self.text = text

    async def send(self, *_: object, **__: object) -> dict[str, Any]:
        return {"explanation": self.text}


@pytest.mark.parametrize(
    ("field", "code", "words"),
    [
        ("emial_state", "invalid_field", "Did you mean email_state? Fields: created_at, email_state"),
        ("total_price", "invalid_field", 'use sort "TOTAL_PRICE"'),
        ("default", "missing_named_field", "is not approved for the customer data"),
        ("status", "invalid_value", "The term finds nothing. Its values: open, closed."),
        ("created_at", "invalid_value", "Example: created_at:>2026-10-01."),
    ],
)
def test_advice(field: str, code: str, words: str) -> None:
    warning = {"field": field, "message": "Shopify's text.", "code": code}
    (one,) = explained([warning, warning])
    assert isinstance(one, dict) and words in str(one["advice"])
    assert one["ignored"] is (code != "invalid_value") and one["warning"] == "Shopify's text."
    assert ignored_in([warning, warning]) == ([field] if one["ignored"] else [])


def test_many_warnings_are_cut() -> None:
    many = [{"field": f"f{number}", "message": "No.", "code": "invalid_field"} for number in range(50)]
    found = explained(many)
    assert len(found) == 21 and found[-1] == "30 more"


async def test_a_long_meaning_is_cut() -> None:
    short = await meaning_of(cast(Calls, Explorer("x" * 2000)), "", "UTC", [])
    assert short == "x" * 2000
    long = await meaning_of(cast(Calls, Explorer("x" * 135_000)), "", "UTC", [])
    assert long.endswith("… (133,000 more characters)") and len(long) < 2100


def test_a_missing_list_is_an_error() -> None:
    with pytest.raises(CallError, match=r"null instead of shops\. Denied\."):
        list_in({"data": {"shops": None}, "errors": [{"message": "Denied."}]}, "shops")


def test_the_fields_are_those_of_shopify() -> None:
    assert "status (open, closed)" in fields_text() and "total_price" not in fields_text()
