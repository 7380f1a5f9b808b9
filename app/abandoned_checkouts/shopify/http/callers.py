"""The shop and app behind an access token, kept for a moment so that pages of a list do not look it up again."""

from starlette.requests import Request

from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.checkouts.moment import Clock
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.access_tokens import Access, find_access
from abandoned_checkouts.store.tenants.recent_access import RecentAccess


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
        """Whom the token speaks for; None if this API refuses it (see find_access). GraphQL and REST are alike here."""
        if not token or len(token) > 512:
            return None
        now, domain = self._clock(), host.lower().partition(":")[0]
        if (recent := self._recent.find((token, domain), now)) is not None:
            return recent
        async with self._database.read() as connection:
            access = await find_access(connection, token, now, Endpoint.GRAPHQL, domain)
        self._recent.keep((token, domain), access, now)
        return access
