"""Access scopes: what a token may read and write, by handle."""

from collections.abc import Iterable

import strawberry

# The scopes that a client of abandoned checkouts asks for; others are kept and told as they were granted.
OFFERED = (
    "read_customers",
    "write_customers",
    "read_customer_data_erasure",
    "write_customer_data_erasure",
    "read_marketing_events",
    "write_marketing_events",
    "read_orders",
    "write_orders",
    "read_all_orders",
    "read_products",
    "write_products",
)


@strawberry.type(description="A permission, known by its handle.")
class AccessScope:
    description: str = strawberry.field(description="What it permits, in words.")
    handle: str = strawberry.field(description="The handle: read_orders.")


def access_scopes(handles: Iterable[str]) -> list[AccessScope]:
    """In the order of their handles."""
    return [AccessScope(description=_described(handle), handle=handle) for handle in sorted(set(handles))]


def _described(handle: str) -> str:
    """read_customer_data_erasure is "Read customer data erasure"."""
    return handle.replace("_", " ").capitalize()
