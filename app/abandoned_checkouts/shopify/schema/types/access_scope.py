"""Access scopes: the permissions of a token."""

from collections.abc import Iterable

import strawberry

# The scopes that clients of abandoned checkouts request. Other scopes are stored and returned as granted.
OFFERED = (
    "read_customers",
    "write_customers",
    "read_customer_data_erasure",
    "write_customer_data_erasure",
    "read_locations",
    "read_marketing_events",
    "write_marketing_events",
    "read_orders",
    "write_orders",
    "read_all_orders",
    "read_products",
    "write_products",
)


@strawberry.type(description="A permission of an app.")
class AccessScope:
    description: str = strawberry.field(description="A short description of the permission.")
    handle: str = strawberry.field(description="The name of the permission, for example `read_orders`.")


def access_scopes(handles: Iterable[str]) -> list[AccessScope]:
    """The scopes, sorted by handle."""
    return [AccessScope(description=_description(handle), handle=handle) for handle in sorted(set(handles))]


def _description(handle: str) -> str:
    """For example "Read customer data erasure" for read_customer_data_erasure."""
    return handle.replace("_", " ").capitalize()
