"""Authentication and authorization by the headers Authorization (with or without "Bearer") and wix-site-id."""

from collections.abc import Mapping
from enum import Enum
from functools import partial

from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.access.rules import Action, Data, refused
from abandoned_checkouts.checkouts.moment import Clock
from abandoned_checkouts.http_kit.request_headers import bearer_token
from abandoned_checkouts.store.engine.actor import actor
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.access_tokens import Access, find_access
from abandoned_checkouts.store.tenants.recent_access import RecentAccess
from abandoned_checkouts.telemetry.current import note_caller
from abandoned_checkouts.wix.errors import PermissionDeniedError, UnauthenticatedError

_READ_ORDERS = "SCOPE.DC-STORES.READ-ORDERS"
_MANAGE_ORDERS = "SCOPE.DC-STORES.MANAGE-ORDERS"


class Permission(Enum):
    """The permission that a method requires: its name at Wix, the action, and the narrowest scope that grants it."""

    READ = ("ECOM.ABANDONED_CHECKOUT_READ", Action.READ, _READ_ORDERS)
    ANALYTICS = ("ecom:v1:abandoned_checkout:get_abandoned_checkout_analytics", Action.READ, _READ_ORDERS)
    DELETE = ("ECOM.ABANDONED_CHECKOUT_DELETE", Action.WRITE, _MANAGE_ORDERS)
    UPDATE = ("ECOM.ABANDONED_CHECKOUT_UPDATE", Action.WRITE, _MANAGE_ORDERS)


def token_of(authorization: str | None) -> str:
    """The token of an Authorization header. Raises UnauthenticatedError."""
    header = (authorization or "").strip()
    bearer = bearer_token(header)
    token = header if bearer is None else bearer
    if not token:
        raise UnauthenticatedError("the Authorization header is missing; send an API key or an access token in it")
    return token


class WixCallers:
    """Finds the access of a request. `clock` returns microseconds since 1970."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._recent = RecentAccess()

    async def allowed(self, headers: Mapping[str, str], permission: Permission) -> Access:
        """The access of the caller. Raises UnauthenticatedError, or PermissionDeniedError with the same text whether
        or not the site exists."""
        access = await self._access(token_of(headers.get("authorization")), headers.get("host", ""))
        note_caller(access.shop.domain, access.app_id)
        site_id = headers.get("wix-site-id")
        if site_id and site_id.strip().lower() != access.shop.uuid:
            raise PermissionDeniedError("the token does not belong to the site in the wix-site-id header")
        name, action, scope = permission.value
        if refused(access, Endpoint.WIX, Data.CHECKOUTS, action) is not None:
            raise PermissionDeniedError(
                f"the token lacks the permission {name}; the scope {scope} grants it",
                {"requiredPermission": name, "grantedBy": scope},
            )
        return access

    async def _access(self, token: str, host: str) -> Access:
        now, key = self._clock(), (token, host)
        if (recent := self._recent.find(key, now)) is not None:
            return recent
        work = partial(find_access, token=token, now=now, endpoint=Endpoint.WIX, host=host)
        access = await self._recent.looked_up(key, now, partial(self._database.fetch, work))
        if access is None:
            raise UnauthenticatedError("the token in the Authorization header is unknown, revoked or expired")
        # The look-up sets it for itself alone, because it runs on another thread.
        actor.set(access.actor)
        return access
