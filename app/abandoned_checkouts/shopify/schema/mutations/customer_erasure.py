"""Customers who wish their data to be erased, and those who take that back."""

from abandoned_checkouts.shopify.language.errors import user_errors
from abandoned_checkouts.shopify.language.errors.user_errors import MutationError
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.store.privacy.erasure_requests import cancel_erasure, request_erasure


async def request(asked: Request, number: int | None) -> list[MutationError]:
    """A wish that is noted already is noted; nothing is wrong with asking twice."""
    async with asked.begin() as connection:
        wish = await request_erasure(connection, asked.shop, number, now=asked.now)
    return [user_errors.ERASURE_CUSTOMER_UNKNOWN.told()] if wish == "unknown" else []


async def cancel(asked: Request, number: int | None) -> list[MutationError]:
    async with asked.begin() as connection:
        wish = await cancel_erasure(connection, asked.shop, number)
    if wish == "unknown":
        return [user_errors.ERASURE_CUSTOMER_UNKNOWN.told()]
    return [user_errors.NOT_BEING_ERASED.told()] if wish == "not_wished" else []
