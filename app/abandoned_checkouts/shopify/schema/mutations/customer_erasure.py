"""Requests and cancels the erasure of a customer's data."""

from abandoned_checkouts.shopify.language.errors import user_errors
from abandoned_checkouts.shopify.language.errors.user_errors import MutationError
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.store.privacy.erasure_requests import cancel_erasure, request_erasure


async def create(request: Request, number: int | None) -> list[MutationError]:
    """Requesting twice is not an error."""
    async with request.begin() as connection:
        state = await request_erasure(connection, request.shop, number, now=request.now)
    return [user_errors.ERASURE_CUSTOMER_UNKNOWN.error()] if state == "unknown" else []


async def cancel(request: Request, number: int | None) -> list[MutationError]:
    async with request.begin() as connection:
        state = await cancel_erasure(connection, request.shop, number, now=request.now)
    if state == "unknown":
        return [user_errors.ERASURE_CUSTOMER_UNKNOWN.error()]
    return [user_errors.NOT_BEING_ERASED.error()] if state == "not_requested" else []
