"""The throttle over HTTP: exact for simultaneous requests, with Shopify's messages and the limits of the shop's
plan."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from abandoned_checkouts.config import Settings
from abandoned_checkouts.shopify.http.throttling import Throttle
from abandoned_checkouts.shopify.permissions.rate_limits import PLANS
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.change_settings import change_settings
from abandoned_checkouts.store.tenants.shops import find_shop
from abandoned_checkouts.store.tenants.throttle_buckets import TableBuckets
from tests.databases import Databases
from tests.shopify.caller import ALL_SCOPES, NOW, Caller, caller_for

PAGE = "{ abandonedCheckouts(first: %d) { nodes { id } } }"
LIST = "abandonedCheckouts(first: 250) { nodes { id customer { id } billingAddress { id } taxLines { title } } }"
# The requested cost is much higher than the actual cost, because the shop has only twelve checkouts.
DEAR = f"{{ a: {LIST} b: {LIST} }}"


def cost(answer: dict[str, Any]) -> dict[str, Any]:
    return dict(answer["extensions"]["cost"])


def available(answer: dict[str, Any]) -> int:
    return int(cost(answer)["throttleStatus"]["currentlyAvailable"])


async def test_a_hundred_at_once_are_counted_to_the_point(caller: Caller) -> None:
    """The clock does not move, so no points are restored, and every missing point was spent."""
    answers = await asyncio.gather(*(caller.answer(DEAR) for _ in range(100)))
    ran = [answer for answer in answers if "data" in answer]
    refused = [answer for answer in answers if "data" not in answer]
    (actual,) = {cost(answer)["actualQueryCost"] for answer in ran}
    requested = cost(ran[0])["requestedQueryCost"]
    last = await caller.answer(PAGE % 0)
    assert available(last) == 2000 - len(ran) * actual - cost(last)["actualQueryCost"]
    assert all(0 <= available(answer) <= 2000 for answer in answers)
    for answer in refused:
        assert available(answer) < requested, "refused although the points were there"
        assert answer == {
            "errors": [
                {
                    "message": "Throttled",
                    "extensions": {
                        "code": "THROTTLED",
                        "documentation": "https://shopify.dev/api/usage/rate-limits",
                    },
                }
            ],
            "extensions": {
                "cost": {
                    "requestedQueryCost": requested,
                    "actualQueryCost": None,
                    "throttleStatus": {
                        "maximumAvailable": 2000,
                        "currentlyAvailable": available(answer),
                        "restoreRate": 100,
                    },
                }
            },
        }


async def test_what_is_not_used_is_given_back_and_time_restores(sqlite_caller: Caller) -> None:
    first = await sqlite_caller.answer(DEAR)
    assert cost(first)["actualQueryCost"] < cost(first)["requestedQueryCost"]
    assert available(first) == 2000 - cost(first)["actualQueryCost"]
    for _ in range(5):
        latest = await sqlite_caller.answer(DEAR)
    sqlite_caller.clock.now += 250_000
    after = await sqlite_caller.answer(PAGE % 1)
    assert available(after) == min(2000, available(latest) + 25) - cost(after)["actualQueryCost"]


async def test_a_query_over_the_limit_is_refused_and_costs_nothing(sqlite_caller: Caller) -> None:
    lists = " ".join(f"f{number}: {LIST}" for number in range(40))
    answer = await sqlite_caller.answer(f"{{ {lists} }}")
    (error,) = answer["errors"]
    requested = error["extensions"]["cost"]
    assert requested > 1000
    assert error["extensions"] == {
        "code": "MAX_COST_EXCEEDED",
        "cost": requested,
        "maxCost": 1000,
        "documentation": "https://shopify.dev/api/usage/limits#rate-limits",
    }
    assert error["message"].startswith(
        f"Query cost is {requested}, which exceeds the single query max cost limit (1000)."
    )
    assert list(answer) == ["errors"]
    after = cost(await sqlite_caller.answer("{ shop { id } }"))
    assert after["throttleStatus"]["currentlyAvailable"] == 2000 - after["actualQueryCost"]


@pytest.mark.parametrize(
    ("plan", "most", "rate"), [("advanced", 4000, 200), ("plus", 20000, 1000), ("other", 2000, 100)]
)
async def test_a_shop_has_the_limits_of_its_plan(sqlite_caller: Caller, plan: str, most: int, rate: int) -> None:
    database = await open_database(sqlite_caller.settings.database_url)
    async with database.begin() as connection:
        shop = await find_shop(connection, "acme.myshopify.com")
        assert shop is not None
        await change_settings(connection, shop, {"plan": plan}, NOW)
    await database.close()
    answer = await sqlite_caller.answer(PAGE % 0)
    assert cost(answer)["throttleStatus"] == {
        "maximumAvailable": most,
        "currentlyAvailable": most - cost(answer)["actualQueryCost"],
        "restoreRate": rate,
    }


async def test_each_app_has_a_bucket_of_its_own(sqlite_caller: Caller) -> None:
    database = await open_database(sqlite_caller.settings.database_url)
    async with database.begin() as connection:
        shop = await find_shop(connection, "acme.myshopify.com")
        assert shop is not None
        sqlite_caller.tokens["second"] = await issue_token(connection, shop, ALL_SCOPES, now=NOW)
    await database.close()
    await sqlite_caller.answer(DEAR)
    for token in ("second", "foreign"):
        assert available(await sqlite_caller.answer("{ shop { id } }", token=token)) == 1999


async def test_the_setting_turns_it_off(sqlite_url: str) -> None:
    settings = Settings(database_url=sqlite_url, throttle=False, work=False)
    async for caller in caller_for(sqlite_url, settings):
        answers = await asyncio.gather(*(caller.answer(DEAR) for _ in range(20)))
        assert Counter("data" in answer for answer in answers) == {True: 20}
        assert {available(answer) for answer in answers} == {2000}


@pytest.mark.parametrize(
    ("header", "value"), [("Shopify-GraphQL-Cost-Debug", "1"), ("X-GraphQL-Cost-Include-Fields", "true")]
)
async def test_the_debug_header_lists_what_each_field_costs(sqlite_caller: Caller, header: str, value: str) -> None:
    document = "{ mine: abandonedCheckouts(first: 10) { nodes { id customer { id } } } shop { id } }"
    plain = await sqlite_caller.answer(document)
    assert "fields" not in cost(plain)
    shown = cost(await sqlite_caller.answer(document, headers={header: value}))
    assert list(shown) == ["requestedQueryCost", "actualQueryCost", "throttleStatus", "fields"]
    by_path = {tuple(field["path"]): field for field in shown["fields"]}
    assert list(by_path[("mine",)]) == ["path", "definedCost", "requestedTotalCost", "requestedChildrenCost"]
    top = [field["requestedTotalCost"] for path, field in by_path.items() if len(path) == 1]
    assert sum(top) == shown["requestedQueryCost"]


async def test_small_costs_are_written_together_while_there_are_many_points(databases: Databases) -> None:
    database = await open_database(databases.new("postgresql"))
    # So late that only other queries write what was spent.
    buckets, other = TableBuckets(database, soon=3600), TableBuckets(database)
    throttle, plan = Throttle(buckets), PLANS["standard"]

    async def spent(*costs: int) -> list[int]:
        """The points that are left after each query, as this server knows."""
        return [(await throttle.spend(1, 2, plan, cost, NOW)).bucket.available // 1_000_000 for cost in costs]

    async def written() -> int:
        left: int = await other.change(1, 2, lambda state: (state or (0, 0), (state or (0, 0))[0]))
        return left // 1_000_000

    assert (await spent(10), await written()) == ([1_990], 1_990)
    # At most a twentieth of the bucket is not written.
    assert (await spent(60, 40), await written()) == ([1_930, 1_890], 1_990)
    assert (await spent(1), await written()) == ([1_889], 1_889)
    # With less than half of the bucket, each query is written.
    assert (await spent(850, 39), await written()) == ([1_039, 1_000], 1_039)
    assert (await spent(1), await written()) == ([999], 999)
    for each in (buckets, other):
        await each.close()
    await database.close()
