"""The tools that every server has, with the official client."""

from typing import Any

import pytest

from tests.agents.agent import agent, ask, refusal, text_of
from tests.agents.conftest import READER, UNAPPROVED

NOT_RECOVERED = "recovery_state:not_recovered"


async def created(client: Any, **arguments: object) -> int:
    return int((await ask(client, "create_checkout", **arguments))["checkout"]["id"])


async def test_an_agent_finds_checkouts_page_by_page_and_reads_a_story(twin_app: Any) -> None:
    async with agent(twin_app) as client:
        found = await ask(client, "search_checkouts", query=NOT_RECOVERED, first=3)
        assert found["count"] > 3 and len(found["checkouts"]) == 3
        assert "recovery_state is not_recovered" in found["meaning"] and "warnings" not in found
        more = await ask(client, "search_checkouts", query=NOT_RECOVERED, first=3, after=found["next"])
        assert {each["id"] for each in more["checkouts"]}.isdisjoint(each["id"] for each in found["checkouts"])
        number = found["checkouts"][0]["id"]
        story = await ask(client, "checkout_story", checkout=number)
        assert story["checkout"]["id"] == number and story["checkout"]["abandonedCheckoutUrl"]
        assert {"checkout_created", "checkout_abandoned"} <= {entry["name"] for entry in story["story"]}


async def test_a_recovered_checkout_of_the_demo_has_its_recovery_in_its_story(twin_app: Any) -> None:
    async with agent(twin_app) as client:
        (one,) = (await ask(client, "search_checkouts", query="recovery_state:recovered", first=1))["checkouts"]
        story = await ask(client, "checkout_story", checkout=one["id"])
        assert story["state"] == "recovered"
        assert "checkout_recovered" in [entry["name"] for entry in story["story"]]


@pytest.mark.parametrize("state", ["open", "completed"])
async def test_a_checkout_that_was_not_abandoned_has_a_story_too(twin_app: Any, state: str) -> None:
    async with agent(twin_app) as client:
        number = await created(client, state=state)
        story = await ask(client, "checkout_story", checkout=f"#{number}")
        assert (story["number"], story["state"]) == (number, state) and "checkout" not in story
        assert f"Checkout {number} is {state}. It was not abandoned" in story["note"]
        why = await refusal(client, "explain_whether_a_checkout_matches", checkout=str(number), query="status:open")
        assert why == story["note"]


async def test_an_order_is_not_a_checkout(twin_app: Any) -> None:
    async with agent(twin_app) as client:
        text = await refusal(client, "checkout_story", checkout="gid://shopify/Order/17")
        assert "is not the id of a checkout" in text
        assert await refusal(client, "checkout_story", checkout="17") == "The shop has no checkout 17."


async def test_a_search_that_shopify_ignores_says_so(twin_app: Any) -> None:
    async with agent(twin_app) as client:
        everything = (await ask(client, "search_checkouts"))["count"]
        found = await ask(client, "search_checkouts", query="colour:red total_price:>100", first=1)
        assert found["count"] == everything
        colour, total = found["warnings"]
        assert colour["field"] == "colour" and colour["ignored"] and "email_state" in colour["advice"]
        assert "switched off" in total["advice"] and "TOTAL_PRICE" in total["advice"]


async def test_an_explanation_shows_ignored_parts_and_the_values_of_the_checkout(twin_app: Any) -> None:
    async with agent(twin_app) as client:
        number = await created(client, fields={"total_price": "9.00"})
        query = "email_state:sent created_at:<2001-01-01 total_price:>100 -total_price:>100"
        why = await ask(client, "explain_whether_a_checkout_matches", checkout=str(number), query=query)
        assert why["matches"] is False
        assert [part.get("matches") for part in why["parts"]] == [False, False, None, None]
        assert [part.get("ignored") for part in why["parts"]] == [None, None, True, True]
        assert "2001" in why["parts"][1]["meaning"] and why["parts"][2]["warnings"]
        assert why["values"]["email_state"] == "not_sent" and why["values"]["created_at"]
        assert float(why["values"]["total_price"]) == 9


async def test_an_agent_without_approval_cannot_find_a_buyer_by_searching(twin_app: Any) -> None:
    async with agent(twin_app) as client:
        number = await created(client, fields={"email": "grace@example.com"})
    async with agent(twin_app, UNAPPROVED) as client:
        everything = (await ask(client, "search_checkouts", first=1))["count"]
        for words in ("grace@example.com", "nobody@example.com"):
            found = await ask(client, "search_checkouts", query=words, first=1)
            assert found["count"] == everything
            assert found["warnings"][0]["ignored"] and "not approved" in found["warnings"][0]["advice"]
            why = await ask(client, "explain_whether_a_checkout_matches", checkout=str(number), query=words)
            assert why["parts"][0]["ignored"] and "matches" not in why["parts"][0]
        assert "not approved" in await refusal(client, "checkout_story", checkout=str(number))


async def test_an_agent_without_the_scope_for_customers_gets_no_customer_and_no_recovery_link(twin_app: Any) -> None:
    async with agent(twin_app, READER) as client:
        found = await ask(client, "search_checkouts", first=2)
        assert found["checkouts"][0]["customer"] is None and "read_customers" in found["refused"]
        assert "recover" not in str(found["checkouts"])


async def test_reports_have_period_zone_and_currency(twin_app: Any) -> None:
    async with agent(twin_app) as client:
        for by in ("overview", "day", "product", "flow"):
            found = await ask(client, "report", by=by, first_day="2026-10-01", last_day="2026-10-02")
            period = {"from": "2026-10-01", "to": "2026-10-02", "timezone": "America/New_York", "currency": "USD"}
            assert period.items() <= found.items(), by
        for days in ({"first_day": "2026-10-01"}, {"first_day": "tomorrow", "last_day": "2026-10-02"}):
            text = await refusal(client, "report", **days)
            assert "Use first_day and last_day" in text and "from" not in text


async def test_graphql_returns_extensions_and_chooses_an_operation(twin_app: Any) -> None:
    document = (
        "query A($q: String) { abandonedCheckouts(first: 1, query: $q) { nodes { id } } } query B { shop { name } }"
    )
    async with agent(twin_app) as client:
        found = await ask(client, "graphql", document=document, variables={"q": "colour:red"}, operation_name="A")
        assert found["extensions"]["search"][0]["warnings"][0]["field"] == "colour" and "cost" in found["extensions"]
        assert "operation_name" in await refusal(client, "graphql", document=document)
        assert "nothing" in await refusal(client, "graphql", document="{ nothing }")


async def test_pages_of_the_documentation(twin_app: Any) -> None:
    async with agent(twin_app) as client:
        assert "(search.md)" in await text_of(client, "documentation")
        assert "# Searching" in await text_of(client, "documentation", page="search.md")
        first, second = [await text_of(client, "documentation", page="coverage", part=part) for part in (1, 2)]
        assert "(Part 1 of " in first and "(Part 2 of " in second and first[:100] != second[:100]
        assert "has 1 parts" in await refusal(client, "documentation", page="search", part=9)
        assert "is not the name" in await refusal(client, "documentation", page="../control")
        assert "no page" in await refusal(client, "documentation", page="nothing")
