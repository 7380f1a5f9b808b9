"""The shop and app of an access token, cached for some seconds, so that each page of a list does not look it up."""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from starlette.requests import Request

from abandoned_checkouts.access.callers import CallerKind
from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.access.token_calendar import refuses_lasting_tokens
from abandoned_checkouts.checkouts.moment import Clock
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.http_kit.request_headers import basic_password
from abandoned_checkouts.shopify.http.refusals import NON_EXPIRING, NOT_FOUND, SHOPIFY_DOMAIN, check_available
from abandoned_checkouts.store.engine.actor import actor
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.tenants.access_tokens import Access, find_access
from abandoned_checkouts.store.tenants.merchant_sessions import KEY_PREFIX, access_by_key
from abandoned_checkouts.store.tenants.recent_access import RecentAccess
from abandoned_checkouts.store.tenants.shops import find_shop
from abandoned_checkouts.telemetry.current import note_caller

# A token, and the host that the request was sent to, in lower case.
CallerKey: TypeAlias = tuple[str, str]


class ShopifyCallers:
    """Access by token. `clock` returns microseconds. `mark` returns a value that changes when the store does."""

    def __init__(self, database: Database, clock: Clock, mark: Callable[[], object] | None = None) -> None:
        self._database = database
        self._clock = clock
        self._recent = RecentAccess() if mark is None else RecentAccess(mark=mark)

    async def of(self, http: Request) -> Access | None:
        """The access of a request, by its headers. See `access`."""
        headers = http.headers
        return await self.access(
            headers.get("x-shopify-access-token", ""), headers.get("authorization", ""), headers.get("host", "")
        )

    async def access(self, token: str, authorization: str = "", host: str = "") -> Access | None:
        """The access of a token; None if this API refuses it (see find_access). It is the same for GraphQL and REST.

        Without `token`, the token is the password of HTTP Basic in `authorization`. The user name is ignored, because
        clients send an API key there. Raises RefusedError for a shop that is unknown or unavailable.
        """
        key = caller_key(token, authorization, host)
        if key is None:
            return None
        now = self._clock()
        access = self._recent.find(key, now)
        if access is None:
            token, host = key
            look_up = partial(self._database.fetch, partial(_found, token=token, now=now, host=host))
            access = await self._recent.looked_up(key, now, look_up)
            if access is not None:
                # The look-up sets it for itself alone, because it runs on another thread.
                actor.set(access.actor)
        if access is not None:
            note_caller(access.shop.domain, access.app_id)
            check_available(access.shop)
            _check_expiry(access, now)
        return access

    def recent(self, key: CallerKey, now: int) -> Access | None:
        """The access of a caller that was looked up a moment ago, for a request that changes nothing."""
        return self._recent.seen(key, now)


def caller_key(token: str, authorization: str, host: str) -> CallerKey | None:
    """What identifies a caller; None without a token that can be one. See `ShopifyCallers.access`."""
    token = token or basic_password(authorization) or ""
    return (token, host.lower()) if token and len(token) <= 512 else None


async def _found(connection: Connection, token: str, now: int, host: str) -> Access | None:
    """The access of a token in the store. Raises RefusedError for the domain of an unknown shop."""
    domain = host.partition(":")[0]
    if domain.endswith(SHOPIFY_DOMAIN) and await find_shop(connection, domain) is None:
        raise RefusedError(*NOT_FOUND)
    if token.startswith(KEY_PREFIX):
        return await access_by_key(connection, token, now, host)
    return await find_access(connection, token, now, Endpoint.GRAPHQL, host)


def _check_expiry(access: Access, now: int) -> None:
    """Raises RefusedError for a non-expiring token of an app that must use expiring tokens."""
    if access.kind is CallerKind.OFFLINE and access.expires_at is None:
        kind = str(access.app_settings.get("kind", "admin"))
        if refuses_lasting_tokens(kind, access.app_created_at, now):
            raise RefusedError(*NON_EXPIRING)
