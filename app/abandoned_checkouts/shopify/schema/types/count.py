"""Counts that may stop before the end."""

import strawberry

from abandoned_checkouts.shopify.language.errors import texts
from abandoned_checkouts.shopify.language.errors.execution import Refusal
from abandoned_checkouts.shopify.schema.types.enums import CountPrecision


@strawberry.type(description="How many there are.")
class Count:
    count: int = strawberry.field(description="The number.")
    precision: CountPrecision = strawberry.field(description="Whether there may be more than that.")


def count_of(number: int, limit: int | None) -> Count:
    """Shopify: counting stops at the limit, and then there are at least as many. Raises BAD_REQUEST for a limit below
    nothing."""
    if limit is not None and limit < 0:
        raise Refusal(texts.PAGE_NEGATIVE, argument="limit")
    reached = limit is not None and number >= limit
    return Count(count=number, precision="AT_LEAST" if reached else "EXACT")
