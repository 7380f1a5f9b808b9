"""Counts, which stop at a limit."""

import strawberry

from abandoned_checkouts.shopify.language.errors import texts
from abandoned_checkouts.shopify.language.errors.execution import Refusal
from abandoned_checkouts.shopify.schema.types.enums import CountPrecision


@strawberry.type(description="A count of items.")
class Count:
    count: int = strawberry.field(description="The number of items.")
    precision: CountPrecision = strawberry.field(description="Whether the count is exact.")


def count_of(number: int, limit: int | None) -> Count:
    """Shopify: counting stops at the limit, and then the count is a lower bound.

    Raises BAD_REQUEST for a negative limit.
    """
    if limit is not None and limit < 0:
        raise Refusal(texts.PAGE_NEGATIVE, argument="limit")
    reached = limit is not None and number >= limit
    return Count(count=number, precision="AT_LEAST" if reached else "EXACT")
