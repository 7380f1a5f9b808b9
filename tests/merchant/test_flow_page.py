"""One flow, and its dry run."""

from tests.control.conftest import Desk
from tests.merchant.test_flows import TWO, stored

NESTED = {
    "name": "Nested",
    "steps": [
        {
            "if": {"cart": {"value": ">=1"}, "person": {"orders": 0}},
            "then": [{"create_task": "Call"}],
            "else": [{"wait": "1 hour"}],
        },
        {"wait_until": "tuesday 09:00"},
        {"send_email": {}},
    ],
}


async def test_what_a_flow_does_in_both_languages(desk: Desk) -> None:
    number = await stored(desk, NESTED)
    english = (await desk.ask("GET", f"/merchant/flows/{number}")).text
    for text in ("the number of earlier orders is = 0", "1.1. At once: create the task", "Tuesday 09:00", "Otherwise"):
        assert text in english, text
    headers = {"X-Shopify-Access-Token": desk.writer, "Accept-Language": "he"}
    hebrew = (await desk.client.get(f"/merchant/flows/{number}", headers=headers)).text
    assert "יום שלישי" in hebrew and "Otherwise" not in hebrew and "create the task" not in hebrew
    assert "Mail of step 2" in english and f"/merchant/flows/{number}/preview?step=0" in english


async def test_the_dry_run_lists_who_and_why_not(desk: Desk) -> None:
    number = await stored(desk, {**TWO, "only_if": {"exclude": ["nobody@*"]}})
    page = (await desk.ask("GET", f"/merchant/flows/{number}/dry-run")).text
    assert "1 checkout was abandoned" in page and "ada@example.com" in page and "would run: 1" in page
    none = await stored(desk, {**TWO, "name": "None", "only_if": {"exclude": ["ada@*"]}})
    page = (await desk.ask("GET", f"/merchant/flows/{none}/dry-run?days=7")).text
    assert "would run: 0" in page and "the address is excluded: 1" in page
    assert 'value="30"' in (await desk.ask("GET", f"/merchant/flows/{none}/dry-run?days=999")).text
    assert (await desk.ask("GET", "/merchant/flows/424242/dry-run")).status_code == 404
