"""Operations run by a plan where there is one. If a field fails, graphql-core cancels its siblings while they read,
which must not damage connections."""

import asyncio

from abandoned_checkouts.config import Settings
from tests.databases import Databases
from tests.shopify.caller import Caller, caller_for

# `shop` is never null, so the cursor that cannot be read ends the whole answer while the others are still reading.
DROPPED = """{
  node(id: "gid://shopify/AbandonedCheckout/1") { id ... on AbandonedCheckout { customer { id } } }
  other: node(id: "gid://shopify/Customer/902") { id }
  webhookSubscriptions(first: 5) { nodes { id } }
  shop { metafields(first: 1, after: "nonsense") { nodes { id } } }
}"""
WHOLE = """{
  node(id: "gid://shopify/AbandonedCheckout/1") { id }
  webhookSubscriptions(first: 5) { nodes { id } }
  abandonedCheckoutsCount { count }
}"""


async def test_reads_that_are_dropped_leave_the_store_as_it_was(caller: Caller) -> None:
    """Connections used to be thrown away with the statement that they ran, and the pool with them."""
    for _ in range(25):
        answers = await asyncio.gather(*(caller.answer(DROPPED) for _ in range(3)), caller.answer(WHOLE))
        for answer in answers[:3]:
            assert [error["message"] for error in answer["errors"]] == ["Malformed cursor"], answer
            assert answer["data"] is None
        assert "errors" not in answers[3], answers[3]
        assert answers[3]["data"]["abandonedCheckoutsCount"] == {"count": 12}


# By id: whether a token with read_orders alone may read its type by `node`.
NODES = {
    "AbandonedCheckout/1": True,
    "AbandonedCheckout/424242": True,
    "Customer/902": False,
    "Product/1": False,
    "Nothing/1": True,
}


async def test_node_has_a_plan_for_callers_who_may_not_read_all_types(databases: Databases) -> None:
    """Most tokens lack a scope of some type. That alone must not make their lookups slow."""
    answers = {}
    for executor in ("plan", "core"):
        url = databases.new("sqlite")
        settings = Settings(database_url=url, executor=executor, throttle=False, work=False)
        async for caller in caller_for(url, settings, {"orders": ["read_orders"]}):
            for name in NODES:
                text = f'{{ node(id: "gid://shopify/{name}") {{ id __typename }} }}'
                answer = (await caller.post(text, token="orders", headers={"X-Explain-Plan": "1"})).json()
                answers[name, executor] = answer
    for name, is_readable in NODES.items():
        by_plan, ordinary = answers[name, "plan"], answers[name, "core"]
        assert by_plan.get("errors") == ordinary.get("errors") and by_plan["data"] == ordinary["data"], name
        assert ("errors" not in by_plan) == is_readable, (name, by_plan)
        assert ("plan" in by_plan["extensions"]) == is_readable, (name, by_plan)


async def test_search_entries_are_in_the_order_of_the_fields(databases: Databases) -> None:
    """A saved search is read first, so its field is done after the one that follows."""
    orders = {}
    for executor in ("plan", "core"):
        url = databases.new("sqlite")
        settings = Settings(database_url=url, executor=executor, throttle=False, work=False)
        async for caller in caller_for(url, settings):
            saved = await caller.answer(
                'mutation { savedSearchCreate(input: {resourceType: ORDER, name: "a", query: "status:nonsense"}) '
                "{ savedSearch { id } } }"
            )
            number = saved["data"]["savedSearchCreate"]["savedSearch"]["id"]
            answer = await caller.answer(
                f'{{ z: abandonedCheckouts(first: 1, savedSearchId: "{number}") {{ nodes {{ id }} }} '
                'b: abandonedCheckouts(first: 1, query: "b:1") { nodes { id } } '
                'a: abandonedCheckoutsCount(query: "c:1") { count } }'
            )
            orders[executor] = [entry["path"] for entry in answer["extensions"]["search"]]
    assert orders["plan"] == orders["core"] == [["z"], ["b"], ["a"]]
