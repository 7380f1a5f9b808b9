"""The roles of people who sign in to the merchant pages, and the scopes and permissions that a session gets from them.

Each role may do everything that the roles before it may do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from abandoned_checkouts.checkouts.setting_values import USER_PERMISSIONS


class Role(StrEnum):
    VIEWER = "viewer"
    AGENT = "agent"
    OWNER = "owner"

    @property
    def included(self) -> frozenset[str]:
        """The names of this role and of the roles below it."""
        roles = list(Role)
        return frozenset(roles[: roles.index(self) + 1])


@dataclass(frozen=True, slots=True)
class RoleRights:
    """The scopes and permissions of a session with this role. The permissions include the names of its role and of
    those below it."""

    scopes: frozenset[str]
    permissions: frozenset[str]


_READS = frozenset({"read_orders", "read_customers", "read_products", "read_locations"})
_MANAGE_CHECKOUTS, _EDIT_CUSTOMERS = USER_PERMISSIONS

ROLE_RIGHTS: Mapping[Role, RoleRights] = {
    Role.VIEWER: RoleRights(_READS, Role.VIEWER.included | {_MANAGE_CHECKOUTS}),
    Role.AGENT: RoleRights(_READS | {"write_orders"}, Role.AGENT.included | {_MANAGE_CHECKOUTS}),
    Role.OWNER: RoleRights(
        _READS
        | {
            "write_orders",
            "write_customers",
            "write_products",
            "write_marketing_events",
            "write_customer_data_erasure",
            "read_users",
            "write_users",
        },
        Role.OWNER.included | {_MANAGE_CHECKOUTS, _EDIT_CUSTOMERS},
    ),
}


def role_in(permissions: frozenset[str] | None) -> Role | None:
    """The highest role that the permissions include; None for callers that are not sessions of a user."""
    return next((role for role in reversed(Role) if role in (permissions or ())), None)
