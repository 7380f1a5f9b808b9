"""Customers who wish their data to be erased, and those who take that back."""

from app.shopify.mutations import problems
from app.shopify.mutations.problems import Problem
from app.shopify.request import Request
from app.store.erasure import cancel_erasure, request_erasure


async def request(asked: Request, number: int | None) -> list[Problem]:
    """A wish that is noted already is noted; nothing is wrong with asking twice."""
    async with asked.begin() as connection:
        wish = await request_erasure(connection, asked.shop, number, now=asked.now)
    return [problems.ERASURE_CUSTOMER_UNKNOWN.told()] if wish == "unknown" else []


async def cancel(asked: Request, number: int | None) -> list[Problem]:
    async with asked.begin() as connection:
        wish = await cancel_erasure(connection, asked.shop, number)
    if wish == "unknown":
        return [problems.ERASURE_CUSTOMER_UNKNOWN.told()]
    return [problems.NOT_BEING_ERASED.told()] if wish == "not_wished" else []
