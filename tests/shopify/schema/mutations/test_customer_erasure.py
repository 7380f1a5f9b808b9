"""Erasure by mutations."""

from typing import Any

from tests.shopify.asker import Asker

REQUEST = "mutation($id: ID!) { answer: customer%sDataErasure(customerId: $id) { customerId userErrors { code } } }"


async def test_erasure_is_requested_and_cancelled(ask: Asker) -> None:
    gid = f"gid://shopify/Customer/{await ask.one('SELECT min(id) FROM customers')}"
    wished = "SELECT count(*) FROM customers WHERE erasure_requested_at IS NOT NULL"

    async def outcome(verb: str, gid: str) -> tuple[Any, list[Any]]:
        answer = (await ask(REQUEST % verb, id=gid))["answer"]
        return answer["customerId"], [each["code"] for each in answer["userErrors"]]

    assert await outcome("Cancel", gid) == (None, ["NOT_BEING_ERASED"])
    assert await outcome("Request", gid) == (gid, [])
    assert await outcome("Request", gid) == (gid, [])
    assert await ask.one(wished) == 1
    assert await outcome("Cancel", gid) == (gid, [])
    assert await ask.one(wished) == 0
    assert await outcome("Request", "gid://shopify/Customer/1") == (None, ["DOES_NOT_EXIST"])
