"""Whom tokens speak for, kept for a moment, so that a caller who turns pages is not looked up at each of them."""

from collections import OrderedDict
from collections.abc import Hashable

from abandoned_checkouts.store.tenants.access_tokens import Access

# How long a revoked token may still be honoured by a process that has just seen it, in microseconds.
KEPT_FOR = 500_000
_MOST = 10_000


class RecentAccess:
    """Access by whatever tells one way of asking from another: the token, and where it was sent to."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[int, Access]] = OrderedDict()

    def find(self, key: Hashable, now: int) -> Access | None:
        kept = self._kept.get(key)
        if kept is None or not 0 <= now - kept[0] < KEPT_FOR:
            return None
        access = kept[1]
        return access if access.expires_at is None or access.expires_at > now else None

    def keep(self, key: Hashable, access: Access | None, now: int) -> None:
        """None forgets what was kept."""
        if access is None:
            self._kept.pop(key, None)
            return
        self._kept[key] = (now, access)
        if len(self._kept) > _MOST:
            self._kept.popitem(last=False)
