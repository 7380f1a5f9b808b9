"""Reports over the control API."""

import pytest

from tests.control.conftest import Desk

DAYS = "from=2026-09-21&to=2026-09-22"


async def test_figures_of_a_period(desk: Desk) -> None:
    found = (await desk.ask("GET", f"/control/reports/overview?{DAYS}", token=desk.reader)).json()
    assert (found["from"], found["to"], found["timezone"]) == ("2026-09-21", "2026-09-22", "America/New_York")
    assert (found["abandoned"], found["abandoned_value"], found["shoppers"]) == (1, "39.00", 1)
    assert (found["recovered"], found["lost_value"], found["is_complete"]) == (0, "39.00", False)
    assert (found["before"]["from"], found["before"]["abandoned"]) == ("2026-09-19", 0)
    assert [(slot["abandoned"], slot["hour"]) for slot in found["slots"]] == [(1, 10)]


async def test_tables(desk: Desk) -> None:
    days = (await desk.ask("GET", f"/control/reports/day?{DAYS}")).json()["day"]
    assert [(row["day"], row["abandoned"]) for row in days] == [("2026-09-21", 1), ("2026-09-22", 0)]
    (product,) = (await desk.ask("GET", f"/control/reports/product?{DAYS}")).json()["product"]
    assert (product["title"], product["abandoned_value"]) == ("Teapot", "39.00")
    assert (await desk.ask("GET", f"/control/reports/flow?{DAYS}")).json() == {
        "from": "2026-09-21",
        "to": "2026-09-22",
        "timezone": "America/New_York",
        "currency": "USD",
        "flow": [],
    }
    assert (await desk.ask("GET", "/control/reports/other")).status_code == 404


async def test_another_currency_has_no_checkouts(desk: Desk) -> None:
    found = (await desk.ask("GET", f"/control/reports/overview?{DAYS}&currency=EUR&money=buyer")).json()
    assert (found["currency"], found["currencies"], found["abandoned"]) == ("EUR", ["EUR", "USD"], 0)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("period=8", "'8' is not a period; use today, 7, 30, 90, or two dates."),
        ("from=2026-09-21", "a period needs from and to."),
        ("from=soon&to=2026-09-21", "'soon' is not a date such as 2026-11-30."),
        ("money=mine", "'mine' is not allowed in money; use shop or buyer"),
        ("currency=euro", "'euro' is not a currency; use a code such as EUR"),
    ],
)
async def test_wrong_parameters(desk: Desk, query: str, message: str) -> None:
    refused = await desk.ask("GET", f"/control/reports/day?{query}")
    assert refused.status_code == 422
    assert message in refused.json()["errors"]
