"""Filters write terms into the search text, and are read from it again."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abandoned_checkouts.merchant import filters
from abandoned_checkouts.merchant.filters import choices_in, period_in, with_choices

TODAY = date(2026, 11, 30)  # a Monday


@pytest.mark.parametrize(
    ("text", "chosen", "expected"),
    [
        ("", {"state": "recovery_state:recovered"}, "recovery_state:recovered"),
        ("tea kettle", {"state": "status:open", "least": "50"}, "status:open total_price:>=50 tea kettle"),
        ("status:open tea", {}, "tea"),
        ("status:open tea", {"state": "status:closed"}, "status:closed tea"),
        ("(a OR b) total_price:>=5", {"most": "9.50"}, "total_price:<=9.50 (a OR b)"),
        ("a OR status:open", {"country": "New York"}, 'country:"New York" (a OR status:open)'),
        ("a OR b", {}, "a OR b"),
        ("status:open AND tea", {"state": "status:closed"}, "status:closed tea"),
        ("tea AND status:open AND kettle", {}, "tea AND kettle"),
        ("(status:open) tea", {}, "(status:open) tea"),
        ("(a) OR (b)", {"least": "5"}, "total_price:>=5 ((a) OR (b))"),
        ("-(a OR b) status:open", {}, "-(a OR b)"),
        ('status:open "a AND" b', {}, '"a AND" b'),
        ("", {"product": 'a "b" \\'}, 'product_title:"a \\"b\\" \\\\"'),
        ("", {"period": "today"}, "created_at:>=2026-11-30 created_at:<2026-12-01"),
        ("", {"period": "yesterday"}, "created_at:>=2026-11-29 created_at:<2026-11-30"),
        ("", {"period": "last_week"}, "created_at:>=2026-11-23 created_at:<2026-11-30"),
        ("", {"from": "2026-01-01", "to": ""}, "created_at:>=2026-01-01"),
        ("", {"from": "2026-01-01", "to": "2026-01-01"}, "created_at:>=2026-01-01 created_at:<2026-01-02"),
        ("", {"to": "9999-12-31"}, "created_at:<9999-12-31"),
        ("", {"state": "status:odd", "mail": "x", "period": "next_year"}, ""),
    ],
)
def test_choices_are_written_into_the_text(text: str, chosen: dict[str, str], expected: str) -> None:
    assert with_choices(text, chosen, TODAY) == expected


def test_other_terms_stay_as_they_are() -> None:
    text = "-status:open created_at:>2026-01-01 country:D* email_state:sent,not_sent colour:red total_price:>5"
    assert choices_in(text) == {} and with_choices(text, {}, TODAY) == text
    times = "created_at:>='2026-01-01T08:00:00Z' created_at:<'2026-01-02T08:00:00Z' created_at:<=2026-01-03"
    assert choices_in(times) == {} and with_choices(times, {}, TODAY) == times
    # The second of two terms of one filter stays, too.
    assert with_choices("status:open status:closed", {"state": "status:open"}, TODAY) == "status:open status:closed"


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "state": st.sampled_from([term for term, _ in filters.STATE.choices]),
            "mail": st.sampled_from([term for term, _ in filters.MAIL.choices]),
            "consent": st.sampled_from([term for term, _ in filters.CONSENT.choices]),
            "period": st.sampled_from([name for name, _ in filters.PERIODS]),
            "least": st.sampled_from(["1", "2.50"]),
            "country": st.text(min_size=1, max_size=8).map(str.strip).filter(bool),
            "product": st.text(min_size=1, max_size=8).map(str.strip).filter(bool),
        },
    ),
    st.sampled_from(["", "kettle", "a OR b", "-sku:X", "(a) b"]),
)
def test_choices_are_read_from_the_text_again(chosen: dict[str, str], text: str) -> None:
    written = with_choices(text, chosen, TODAY)
    read = choices_in(written)
    assert period_in(read, TODAY) == chosen.get("period", "")
    assert {name: value for name, value in read.items() if name not in ("from", "to")} == {
        name: value for name, value in chosen.items() if name != "period"
    }
    again = {**read, "period": chosen.get("period", "")}
    assert with_choices(written, again, TODAY) == written
