"""The tools that control a twin, with the official client."""

import re
from typing import Any

import pytest
from mcp.client.client import Client

from abandoned_checkouts.twin.fault_keys import MEANINGS
from abandoned_checkouts.twin.journal_filters import FILTERS
from tests.agents.agent import agent, ask, refusal
from tests.agents.conftest import READER, UNAPPROVED

EVERYTHING = {"endpoint": "graphql"}


async def test_a_token_that_only_reads_controls_nothing(twin_app: Any) -> None:
    async with agent(twin_app, READER) as client:
        calls: list[tuple[str, dict[str, Any]]] = [
            ("create_checkout", {}),
            ("move_clock", {"duration": "1 day"}),
            ("move_clock", {"run": True}),
            ("set_faults", {"faults": []}),
            ("snapshot", {"name": "s"}),
            ("restore", {"name": "initial"}),
        ]
        for tool, arguments in calls:
            assert await refusal(client, tool, **arguments) == "The access token lacks the scope write_orders."
    async with agent(twin_app, UNAPPROVED) as client:
        for kind in ("requests", "deliveries", "mails"):
            assert "not approved for protected customer data" in await refusal(client, "journal", kind=kind)


async def test_the_journal_has_no_bodies_no_secrets_and_not_itself(twin_app: Any) -> None:
    async with agent(twin_app) as client:
        await ask(client, "graphql", document="query Mine { shop { name } }")
        await ask(client, "journal", kind="requests")
        found = (await ask(client, "journal", kind="requests", filters={"operation": "Mine", "status": 200}))[
            "requests"
        ]
        assert "request" not in found[0] and found[0]["requestedCost"] is not None
        whole = await ask(client, "journal", kind="requests", entry=found[0]["id"])
        assert "query Mine" in whole["request"]["body"]
        assert whole["request"]["headers"]["x-shopify-access-token"] == "…" and "shpat_demo" not in str(whole)
        latest = (await ask(client, "journal", kind="requests", limit=100))["requests"]
        assert [each["id"] for each in latest] == sorted((each["id"] for each in latest), reverse=True)
        assert not [each for each in latest if each["path"].startswith(("/mcp", "/docs", "/__twin"))]
        assert (await ask(client, "journal", kind="requests", since="2100-01-01T00:00:00Z"))["requests"] == []
        assert '"topic" is not a field here' in await refusal(
            client, "journal", kind="requests", filters={"topic": "x"}
        )


async def test_the_clock(twin_app: Any) -> None:
    async with agent(twin_app) as client:
        before = (await ask(client, "move_clock"))["currentInstant"]
        after = await ask(client, "move_clock", duration="1 day")
        assert after["currentInstant"][:10] > before[:10] and after["status"] == "freeze" and "ran" in after
        text = await refusal(client, "move_clock", duration="1 day", instant="2100-01-01T00:00:00Z")
        assert text == "Use one of duration, instant and run, not duration and instant."
        assert (await ask(client, "move_clock", run=True))["status"] == "running"


async def test_the_descriptions_list_all_filters_and_only_keys_of_faults(twin_app: Any) -> None:
    async with agent(twin_app) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    filters = str(tools["journal"].input_schema["properties"]["filters"]["description"])
    for kind, names in FILTERS.items():
        assert f"{kind.capitalize()}: {', '.join(names)}." in filters
    text = re.sub(r"\([^)]*\)", "", str(tools["set_faults"].description)).split("Match: ")[1].split("Example")[0]
    assert set(re.findall(r"\w+", text.replace("Effects:", ""))) <= MEANINGS.keys()


async def fault(client: Client, rule: dict[str, Any], tool: str, **arguments: object) -> str:
    """The message of a tool while a fault applies."""
    await ask(client, "set_faults", faults=[{**EVERYTHING, **rule}])
    try:
        return await refusal(client, tool, **arguments)
    finally:
        await ask(client, "set_faults", faults=[])


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"truncate": 0.5}, "The response is not complete JSON"),
        ({"connection": "reset"}, "The server did not respond completely: the connection was reset by a fault."),
        ({"nulls": ["abandonedCheckouts"]}, "The response has null instead of abandonedCheckouts."),
        ({"status": 503}, "503"),
    ],
)
async def test_a_fault_is_named(twin_app: Any, rule: dict[str, Any], words: str) -> None:
    async with agent(twin_app) as client:
        assert words in await fault(client, rule, "search_checkouts")


async def test_a_throttled_query_says_its_cost_and_how_long_to_wait(twin_app: Any) -> None:
    async with agent(twin_app) as client:
        text = await fault(client, {"throttled": True}, "search_checkouts")
    assert text.startswith("Throttled: the query costs ") and "Try again after 1 seconds." in text


async def test_a_fault_does_not_lock_an_agent_out(twin_app: Any) -> None:
    async with agent(twin_app) as client:
        await ask(client, "set_faults", faults=[{"status": 500}])
        await ask(client, "set_faults", faults=[])
        assert '"foo" is not a field of a fault' in await refusal(client, "set_faults", faults=[{"foo": 1}])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": "completed"}, "Use the argument state."),
        ({"total_price": "-500"}, '"total_price" is negative.'),
        ({"email": "not-an-email"}, "is not an e-mail address"),
        ({"emial": "x"}, 'Did you mean "email"?'),
        ({"shop": "other.myshopify.com"}, "The access token is for the shop demo-shop.myshopify.com."),
    ],
)
async def test_a_wrong_field_of_a_checkout_is_refused(twin_app: Any, fields: dict[str, Any], words: str) -> None:
    async with agent(twin_app) as client:
        assert words in await refusal(client, "create_checkout", fields=fields)


async def test_a_restored_snapshot_undoes_what_came_after_it(twin_app: Any) -> None:
    async with agent(twin_app) as client:
        await ask(client, "snapshot", name="before")
        assert "before" in [each["name"] for each in (await ask(client, "snapshot"))["snapshots"]]
        made = (await ask(client, "create_checkout", ago="2 hours"))["checkout"]["id"]
        await ask(client, "restore", name="before")
        assert await refusal(client, "checkout_story", checkout=str(made)) == f"The shop has no checkout {made}."
        assert "befor" in await refusal(client, "restore", name="befor")
        for name in ("a b", "../clock", "..", ""):
            assert "is not a name for a snapshot" in await refusal(client, "snapshot", name=name)
