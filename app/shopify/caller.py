"""Who calls: the shop and app behind an access token, kept for a moment so that pages do not ask again."""

from collections import OrderedDict
from collections.abc import Callable

from app.store.database import Database
from app.store.tokens import Access, find_access

# How long a revoked token may still be honoured by a process that has just seen it, in microseconds.
KEPT_FOR = 500_000
_KEPT = 10_000


class Callers:
    """Access by token. `clock` gives microseconds."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._clock = clock
        self._kept: OrderedDict[str, tuple[int, Access]] = OrderedDict()

    async def access(self, token: str | None) -> Access | None:
        """Whom the token speaks for; None for an unknown, expired or revoked one."""
        if not token or len(token) > 512:
            return None
        now = self._clock()
        kept = self._kept.get(token)
        if kept is not None and 0 <= now - kept[0] < KEPT_FOR and (kept[1].expires_at or now + 1) > now:
            return kept[1]
        async with self._database.read() as connection:
            access = await find_access(connection, token, now)
        if access is None:
            self._kept.pop(token, None)
            return None
        self._kept[token] = (now, access)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return access
