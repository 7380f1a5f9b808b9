"""The searches behind the numbers of the overview are searches that the list understands."""

from datetime import UTC, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest

from abandoned_checkouts.merchant import report_links as links
from abandoned_checkouts.reports.bands import band_of
from abandoned_checkouts.reports.days import parse_period
from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from search_syntax import check, parse

PERIOD = parse_period("2026-11-01", "2026-11-30")
ABANDONED = "abandoned_at:>='2026-11-01' abandoned_at:<'2026-12-01'"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (links.abandoned_in(PERIOD), ABANDONED),
        (links.recovered_in(PERIOD), f"{ABANDONED} recovery_state:recovered"),
        (links.lost_in(PERIOD), f"{ABANDONED} recovery_state:not_recovered"),
        (links.counted_in(PERIOD, "mailed"), f"{ABANDONED} counted_as:mailed"),
        (links.begun_in(PERIOD), "created_at:>='2026-11-01' created_at:<'2026-12-01'"),
        (links.mailed_by(PERIOD, "7.0"), "mailed_at:>='2026-11-01' mailed_at:<'2026-12-01' mailed_step:7.0"),
        (links.recovered_after(PERIOD, "7.0"), f"{ABANDONED} recovered_step:7.0"),
        (
            links.skipped_for(PERIOD, "the flow … already writes to the buyer"),
            "skipped_at:>='2026-11-01' skipped_at:<'2026-12-01' "
            'skipped_reason:"the flow … already writes to the buyer"',
        ),
        (links.skipped_for(PERIOD, 'a "quote"'), "skipped_at:>='2026-11-01' skipped_at:<'2026-12-01'"),
        (links.in_band(PERIOD, band_of(60_0000)), f"{ABANDONED} total_price:>=50.00 total_price:<100.00"),
        (links.in_band(PERIOD, band_of(10**14)), f"{ABANDONED} total_price:>=500000000.00"),
        (links.in_band(PERIOD, band_of(60_0000), is_lowest=True), f"{ABANDONED} total_price:<100.00"),
        (links.in_slot(PERIOD, band_of(10**14), 0), f"{ABANDONED} total_price:>=500000000.00 abandoned_hour:0"),
        (
            links.visited_after(PERIOD, "7.*"),
            "visited_at:>='2026-11-01' visited_at:<'2026-12-01' visited_step:7.*",
        ),
        (
            links.skipped_for(PERIOD, "the cart is empty", "7.1"),
            "skipped_at:>='2026-11-01' skipped_at:<'2026-12-01' skipped_step:7.1 skipped_reason:\"the cart is empty\"",
        ),
        (links.of_group(7, "held_out"), "flow_group:7.held_out"),
        (links.of_product(PERIOD, "7", "Teapot"), f"{ABANDONED} product_id:7"),
        (
            links.of_product(PERIOD, "t12", 'A "Gift": (card)'),
            f"{ABANDONED} product_title:A product_title:Gift product_title:card",
        ),
    ],
)
def test_searches(query: str, expected: str) -> None:
    assert query == expected
    meaning = check(
        parse(query),
        checkout_fields(extended=True, reports=True),
        zone=ZoneInfo("UTC"),
        now=datetime(2026, 12, 1, tzinfo=UTC),
    )
    assert meaning.warnings == ()


def test_an_address_is_quoted() -> None:
    assert links.list_address("a:>='1' b") == "/merchant/checkouts?query=a%3A%3E%3D%271%27+b"


def test_an_address_has_the_search_and_the_note_of_its_figure() -> None:
    for query in (ABANDONED, "product_title:\u05e7\u05d5\u05de\u05e7\u05d5\u05dd", 'a~"b" & c?d=e#f%g*.-_+'):
        assert links.list_address(query) == f"/merchant/checkouts?{urlencode({'query': query})}"
    assert links.list_address("a", "mails") == "/merchant/checkouts?query=a&figure=mails"
