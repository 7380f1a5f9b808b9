"""Who calls: the shop and app behind an access token, kept for a moment so that pages do not ask again."""

from collections import OrderedDict
from collections.abc import Callable

from starlette.requests import Request

from app.store.database import Database
from app.store.shops import find_shop
from app.store.tokens import Access, find_access

# How long a revoked token may still be honoured by a process that has just seen it, in microseconds.
KEPT_FOR = 500_000
_KEPT = 10_000


class Callers:
    """Access by token. `clock` gives microseconds."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._clock = clock
        self._kept: OrderedDict[tuple[str, str], tuple[int, Access]] = OrderedDict()

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
        kept = self._kept.get((token, domain))
        if kept is not None and 0 <= now - kept[0] < KEPT_FOR and (kept[1].expires_at or now + 1) > now:
            return kept[1]
        async with self._database.read() as connection:
            access = await find_access(connection, token, now)
            if access is not None and domain != access.shop.domain and await find_shop(connection, domain) is not None:
                access = None
        if access is None:
            self._kept.pop((token, domain), None)
            return None
        self._kept[token, domain] = (now, access)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return access
