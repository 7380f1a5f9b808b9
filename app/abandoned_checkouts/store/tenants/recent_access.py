"""A short-lived cache of the rights of tokens, so that a token is not looked up for every page of a list."""

from collections import OrderedDict
from collections.abc import Hashable

from abandoned_checkouts.store.tenants.access_tokens import Access

# The time, in microseconds, for which a process can still accept a revoked token that it has just looked up.
KEPT_FOR = 500_000
_MOST = 10_000


class RecentAccess:
    """The rights by a key, which identifies the token of a request and the endpoint."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[int, Access]] = OrderedDict()

    def find(self, key: Hashable, now: int) -> Access | None:
        kept = self._kept.get(key)
        if kept is None or not 0 <= now - kept[0] < KEPT_FOR:
            return None
        access = kept[1]
        return access if access.expires_at is None or access.expires_at > now else None

    def keep(self, key: Hashable, access: Access | None, now: int) -> None:
        """Store the rights for a key; None deletes them."""
        if access is None:
            self._kept.pop(key, None)
            return
        self._kept[key] = (now, access)
        if len(self._kept) > _MOST:
            self._kept.popitem(last=False)
