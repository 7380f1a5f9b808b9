"""The shop and app behind an access token, kept for a moment so that pages of a list do not look it up again."""

from starlette.requests import Request

from abandoned_checkouts.checkouts.moment import Clock
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.access_tokens import Access, find_access
from abandoned_checkouts.store.tenants.recent_access import RecentAccess
from abandoned_checkouts.store.tenants.shops import find_shop


class ShopifyCallers:
    """Access by token. `clock` gives microseconds."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._recent = RecentAccess()

    async def of(self, http: Request) -> Access | None:
        """Whom a request speaks for, by its header."""
        return await self.access(http.headers.get("x-shopify-access-token"), http.headers.get("host", ""))

    async def access(self, token: str | None, host: str = "") -> Access | None:
        """Whom the token speaks for; None for an unknown, expired or revoked one.

        A host that is a shop's own domain is answered for that shop alone, as Shopify's hosts are; at any other
        host (an address, a tunnel) the token alone says which shop is meant.
        """
        if not token or len(token) > 512:
            return None
        now, domain = self._clock(), host.lower().partition(":")[0]
        if (recent := self._recent.find((token, domain), now)) is not None:
            return recent
        async with self._database.read() as connection:
            access = await find_access(connection, token, now)
            if access is not None and domain != access.shop.domain and await find_shop(connection, domain) is not None:
                access = None
        self._recent.keep((token, domain), access, now)
        return access
