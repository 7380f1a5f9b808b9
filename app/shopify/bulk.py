"""Bulk operations of the dialect: where their results are.

The address of a result is a secret: whoever has it may fetch the file, as with Shopify, until the file is removed.
"""

from typing import Any

from app.checkouts.identity import derived_token
from app.shopify.request import Request

# Shopify, since 2026-01: so many operations of an app on a shop run or wait at the same time.
MOST_AT_ONCE = 5


def result_key(secret: str, number: int) -> str:
    """What an operation's address must hold; `secret` is the shop's."""
    return derived_token(secret, "bulk_operation", number)


def result_address(request: Request, number: Any, file: Any) -> str | None:
    """Where the result can be fetched; None where there is none."""
    if file is None:
        return None
    key = result_key(request.shop.secret, number)
    return f"{request.base}/bulk-operations/{request.shop.id}/{file}?key={key}"
