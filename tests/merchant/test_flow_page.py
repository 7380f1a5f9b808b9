"""One flow."""

from tests.control.conftest import Desk
from tests.merchant.test_flows import stored

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
