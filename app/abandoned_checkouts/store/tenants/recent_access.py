"""A short-lived cache of the rights of tokens, so that a token is not looked up in the store for every request."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from time import monotonic_ns
from weakref import WeakSet

from abandoned_checkouts.checkouts.moment import Clock
from abandoned_checkouts.store.engine.actor import actor
from abandoned_checkouts.store.tenants.access_tokens import Access

# Microseconds of real time for which an entry is used. A revoked token can still be accepted for this time.
KEPT_FOR = 500_000
# The same for an entry since whose look-up nothing was written to the store.
LONGEST_KEPT = 10_000_000
_MOST = 2_000
# Roughly the bytes of an entry, with its shop and settings.
_BYTES = 5_000


def _real_time() -> int:
    return monotonic_ns() // 1000


def _no_mark() -> None:
    return None


@dataclass(slots=True)
class _Entry:
    """`emptied` is the number of times that the caches were emptied before the look-up, `mark` the mark of the store
    before it. `used_until` is real time."""

    emptied: int
    mark: object
    looked_up_at: int
    used_until: int
    access: Access
    actor: str


class RecentAccess:
    """The rights by key. The key identifies the token and the endpoint.

    `real_time` returns microseconds. It is not the server's clock, which can stand still in a server for tests. `mark`
    returns a value that changes with each transaction that writes to the store, or None if that is not known.
    """

    # The number of times that forget_all was called.
    _emptied = 0
    _instances: WeakSet["RecentAccess"] = WeakSet()

    def __init__(self, real_time: Clock = _real_time, mark: Callable[[], object] = _no_mark) -> None:
        self._real_time, self._mark = real_time, mark
        self._kept: OrderedDict[Hashable, _Entry] = OrderedDict()
        # The look-ups that run now, by the count of `_emptied` and the key.
        self._running: dict[tuple[int, Hashable], asyncio.Future[None]] = {}
        self._instances.add(self)

    @classmethod
    def forget_all(cls) -> None:
        """Empty all caches of this process, because the content of the store was replaced."""
        cls._emptied += 1

    def find(self, key: Hashable, now: int) -> Access | None:
        """The rights for a key, which become those of the current actor. None if there is no entry, or if the token has
        expired at `now`, a moment of the server's clock."""
        access = self.seen(key, now)
        if access is not None:
            actor.set(self._kept[key].actor)
        return access

    def seen(self, key: Hashable, now: int) -> Access | None:
        """The same for a request that changes nothing, so that it needs no actor."""
        kept = self._kept.get(key)
        if kept is None or kept.emptied != self._emptied:
            return None
        time = self._real_time()
        if time >= kept.used_until and not self._is_renewed(kept, time):
            return None
        access = kept.access
        return None if access.expires_at is not None and access.expires_at <= now else access

    def _is_renewed(self, kept: _Entry, time: int) -> bool:
        """Whether an old entry is used again, because a look-up would find the same."""
        if kept.mark is None or time - kept.looked_up_at >= LONGEST_KEPT or self._mark() != kept.mark:
            return False
        kept.used_until = time + KEPT_FOR
        return True

    async def looked_up(
        self, key: Hashable, now: int, look_up: Callable[[], Awaitable[Access | None]]
    ) -> Access | None:
        """The rights for a key for which `find` returned None, from the store. Raises the errors of `look_up`.

        When an entry becomes too old, all requests of a client that run at this moment need it again. One of them looks
        it up for the others. If it finds nothing or fails, the others look it up themselves.
        """
        running = self._running.get((self._emptied, key))
        if running is not None:
            # Shielded, because a cancelled request must not cancel what the others wait for.
            await asyncio.shield(running)
            access = self.find(key, now)
            if access is not None:
                return access
        emptied, mark = self._emptied, self._mark()
        own: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._running.setdefault((emptied, key), own)
        try:
            access = await look_up()
            self.keep(key, access, emptied, mark)
        finally:
            if self._running.get((emptied, key)) is own:
                del self._running[emptied, key]
            own.set_result(None)
        return access

    def keep(self, key: Hashable, access: Access | None, emptied: int | None = None, mark: object = None) -> None:
        """Store the rights for a key. None deletes the entry. `emptied` is the number of times that the caches were
        emptied before the rights were read, by default until now, and `mark` the mark of the store before that."""
        if access is None:
            self._kept.pop(key, None)
            return
        count = self._emptied if emptied is None else emptied
        time = self._real_time()
        self._kept[key] = _Entry(count, mark, time, time + KEPT_FOR, access, access.actor)
        if len(self._kept) > _MOST:
            self._kept.popitem(last=False)

    @property
    def bytes(self) -> int:
        """Roughly the number of bytes that the cache takes."""
        return len(self._kept) * _BYTES

    @classmethod
    def bytes_of_all(cls) -> int:
        """About how many bytes all caches of this process take."""
        return sum(each.bytes for each in cls._instances)
