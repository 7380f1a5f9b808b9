"""Lists of codes in the store: each code is issued once, and nobody gets a second one soon."""

import asyncio
from collections.abc import Collection
from typing import Any

from abandoned_checkouts.checkouts.moment import DAY
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.flows.discount_codes import (
    CodeRequest,
    add_codes,
    delete_old_issued_codes,
    delete_unused_codes,
    forget_issued_codes,
    issue_code,
    last_code_at,
    list_counts,
)
from tests.intake.messages import START


def request(step: str, key: str, customers: Collection[int] = (), **changes: Any) -> CodeRequest:
    values: dict[str, Any] = {"again_after": 30 * DAY, "from_list": "spring", **changes}
    return CodeRequest(step, 1, 7, key, customers, **values)


async def issue(store: Database, shop: Shop, wanted: CodeRequest, now: int = START) -> tuple[str, int | None] | None:
    async with store.begin() as connection:
        return await issue_code(connection, shop, wanted, now)


async def counts(store: Database, shop: Shop) -> list[dict[str, Any]]:
    async with store.read() as connection:
        return await list_counts(connection, shop, START)


async def test_codes_of_a_list(store: Database, shop: Shop) -> None:
    codes = [("C", None), ("A", None), ("LATE", START + 9 * DAY), ("SOON", START + 2 * DAY), ("OVER", START + DAY)]
    async with store.begin() as connection:
        assert await add_codes(connection, shop, "spring", codes, START) == 5
        # A code that is known already is not added again, also not to another list.
        assert await add_codes(connection, shop, "other", [("A", None), ("B", None)], START) == 1
    assert [await issue(store, shop, request(f"s{place}", f"p{place}")) for place in range(5)] == [
        *(("SOON", START + 2 * DAY), ("LATE", START + 9 * DAY), ("A", None), ("C", None)),
        None,
    ]
    assert await counts(store, shop) == [
        {"list_name": "other", "left": 1, "issued": 0, "expired": 0},
        {"list_name": "spring", "left": 0, "issued": 4, "expired": 1},
    ]
    async with store.begin() as connection:
        assert await add_codes(connection, shop, "spring", [("A", None)], START) == 0, "it was issued"
        assert await delete_unused_codes(connection, shop, "spring") == 1


async def test_nobody_gets_a_second_code_soon(store: Database, shop: Shop) -> None:
    async with store.begin() as connection:
        await add_codes(connection, shop, "spring", [(f"C{number}", None) for number in range(9)], START)
    assert await issue(store, shop, request("a", "ada", {501, 502}))
    # By the key, by a customer number, and by a code for all.
    assert await issue(store, shop, request("b", "ada")) is None
    assert await issue(store, shop, request("c", "other address", {501})) is None
    assert await issue(store, shop, request("d", "ada", from_list=None, code="TEN")) is None
    assert await issue(store, shop, request("e", "grace", {777}))
    assert await issue(store, shop, request("f", "ada"), START + 30 * DAY)
    always = request("g", "ada", again_after=0, from_list=None, code="TEN")
    assert await issue(store, shop, always, START + 30 * DAY) == ("TEN", None)
    assert (await counts(store, shop))[0]["issued"] == 3


async def test_two_steps_at_once_issue_one_code_to_a_person(store: Database, shop: Shop) -> None:
    async with store.begin() as connection:
        await add_codes(connection, shop, "spring", [("A", None), ("B", None)], START)
    found = await asyncio.gather(*(issue(store, shop, request(f"s{place}", "ada")) for place in range(4)))
    assert [each for each in found if each is not None] == [("A", None)]


async def test_an_erasure_and_time_forget_who_got_a_code(store: Database, shop: Shop) -> None:
    for key, customers in (("ada", {501}), ("grace", {502})):
        await issue(store, shop, request(key, key, customers, from_list=None, code="TEN"))
    async with store.begin() as connection:
        await forget_issued_codes(connection, shop, [501], [])
        assert await last_code_at(connection, shop, "ada", [501]) is None
        assert await last_code_at(connection, shop, "grace", []) == START
        await delete_old_issued_codes(connection, START + 1)
        assert await last_code_at(connection, shop, "grace", [502]) is None
