"""A short-lived cache of the rights of tokens, so that a token is not looked up for every page of a list."""

import time
from collections import OrderedDict
from collections.abc import Hashable
from weakref import WeakSet

from abandoned_checkouts.checkouts.moment import Clock
from abandoned_checkouts.store.engine.actor import actor
from abandoned_checkouts.store.tenants.access_tokens import Access

# The time, in microseconds of real time, for which a process can still accept a revoked token that it has looked up.
KEPT_FOR = 500_000
_MOST = 2_000
# An access with its shop and settings.
_BYTES = 5_000


def _real_time() -> int:
    return time.monotonic_ns() // 1000


class RecentAccess:
    """The rights by a key, which identifies the token of a request and the endpoint.

    `real_time` returns microseconds. It is not the server's clock, which can stand still in a server for tests.
    """

    # Counts how often all caches of this process were emptied.
    _emptied = 0
    _instances: WeakSet["RecentAccess"] = WeakSet()

    def __init__(self, real_time: Clock = _real_time) -> None:
        self._real_time = real_time
        self._kept: OrderedDict[Hashable, tuple[int, int, Access]] = OrderedDict()
        self._instances.add(self)

    @classmethod
    def forget_all(cls) -> None:
        """Empty the caches of this process, because the store was replaced."""
        cls._emptied += 1

    def find(self, key: Hashable, now: int) -> Access | None:
        """The rights for a key, unless it expires before `now`, which is a moment of the server's clock."""
        kept = self._kept.get(key)
        if kept is None or kept[0] != self._emptied or self._real_time() - kept[1] >= KEPT_FOR:
            return None
        access = kept[2]
        if access.expires_at is not None and access.expires_at <= now:
            return None
        actor.set(access.actor)
        return access

    def keep(self, key: Hashable, access: Access | None) -> None:
        """Store the rights for a key; None deletes them."""
        if access is None:
            self._kept.pop(key, None)
            return
        self._kept[key] = (self._emptied, self._real_time(), access)
        if len(self._kept) > _MOST:
            self._kept.popitem(last=False)

    @property
    def bytes(self) -> int:
        """About how many bytes the cache takes."""
        return len(self._kept) * _BYTES

    @classmethod
    def bytes_of_all(cls) -> int:
        """About how many bytes all caches of this process take."""
        return sum(each.bytes for each in cls._instances)
