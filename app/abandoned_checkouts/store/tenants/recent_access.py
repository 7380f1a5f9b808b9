"""A short-lived cache of access by token, so that the token of a caller is not looked up for every page of a list."""

from collections import OrderedDict
from collections.abc import Hashable

from abandoned_checkouts.store.tenants.access_tokens import Access

# How long a process may still accept a revoked token that it has just looked up, in microseconds.
KEPT_FOR = 500_000
_MOST = 10_000


class RecentAccess:
    """Access by a key that identifies the request's token and the endpoint."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[int, Access]] = OrderedDict()

    def find(self, key: Hashable, now: int) -> Access | None:
        kept = self._kept.get(key)
        if kept is None or not 0 <= now - kept[0] < KEPT_FOR:
            return None
        access = kept[1]
        return access if access.expires_at is None or access.expires_at > now else None

    def keep(self, key: Hashable, access: Access | None, now: int) -> None:
        """Store the access for a key; None deletes it."""
        if access is None:
            self._kept.pop(key, None)
            return
        self._kept[key] = (now, access)
        if len(self._kept) > _MOST:
            self._kept.popitem(last=False)
