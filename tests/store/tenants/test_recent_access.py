"""The cache of the rights of tokens: requests that need the same rights at the same time share a look-up."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from abandoned_checkouts.store.tenants.access_tokens import Access
from abandoned_checkouts.store.tenants.recent_access import KEPT_FOR, LONGEST_KEPT, RecentAccess
from tests.checkouts.samples import a_shop

LookUp = Callable[[], Awaitable[Access | None]]
RIGHTS = Access(a_shop(), 1, 1, frozenset(), {}, None)


class Store:
    """Counts look-ups. Each of them waits until `end` is set, then returns or raises `result`."""

    def __init__(self, result: Access | Exception | None) -> None:
        self.result = result
        self.end = asyncio.Event()
        self.look_ups = 0

    async def look_up(self) -> Access | None:
        self.look_ups += 1
        await self.end.wait()
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


async def started(recent: RecentAccess, store: Store, number: int) -> list[asyncio.Task[Access | None]]:
    tasks = [asyncio.create_task(recent.looked_up("token", 0, store.look_up)) for _ in range(number)]
    await asyncio.sleep(0)
    return tasks


async def test_requests_at_the_same_time_share_a_look_up() -> None:
    recent, store = RecentAccess(), Store(RIGHTS)
    tasks = await started(recent, store, 4)
    store.end.set()
    assert await asyncio.gather(*tasks) == [RIGHTS] * 4
    assert store.look_ups == 1 and recent.find("token", 0) is RIGHTS


async def test_a_later_request_looks_up_again_when_the_entry_is_too_old() -> None:
    times = iter([0, KEPT_FOR, KEPT_FOR, KEPT_FOR])
    recent, store = RecentAccess(lambda: next(times)), Store(RIGHTS)
    store.end.set()
    assert await recent.looked_up("token", 0, store.look_up) is RIGHTS
    assert recent.find("token", 0) is None
    assert await recent.looked_up("token", 0, store.look_up) is RIGHTS
    assert store.look_ups == 2 and recent.find("token", 0) is RIGHTS


@pytest.mark.parametrize("result", [None, ValueError("the store is away")])
async def test_a_look_up_without_a_result_is_not_shared(result: Exception | None) -> None:
    recent, store = RecentAccess(), Store(result)
    tasks = await started(recent, store, 3)
    assert store.look_ups == 1
    store.end.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert found == [result] * 3 and store.look_ups == 3


async def test_a_cancelled_request_does_not_cancel_the_others() -> None:
    recent, store = RecentAccess(), Store(RIGHTS)
    first, second, third = await started(recent, store, 3)
    second.cancel()
    await asyncio.sleep(0)
    assert not first.done() and not third.done()
    first.cancel()
    store.end.set()
    assert await third is RIGHTS
    assert second.cancelled() and first.cancelled() and store.look_ups == 2


async def test_rights_that_were_read_before_the_caches_were_emptied_are_not_kept() -> None:
    recent, store = RecentAccess(), Store(RIGHTS)
    (early,) = await started(recent, store, 1)
    RecentAccess.forget_all()
    (late,) = await started(recent, store, 1)
    assert store.look_ups == 2
    store.end.set()
    await asyncio.gather(early, late)
    assert recent.find("token", 0) is RIGHTS
    again = Store(RIGHTS)
    (early,) = await started(recent := RecentAccess(), again, 1)
    RecentAccess.forget_all()
    again.end.set()
    assert await early is RIGHTS and recent.find("token", 0) is None


async def test_expired_rights_are_looked_up_by_each_request() -> None:
    recent, store = RecentAccess(), Store(Access(a_shop(), 1, 1, frozenset(), {}, 5))
    early = asyncio.create_task(recent.looked_up("token", 4, store.look_up))
    late = asyncio.create_task(recent.looked_up("token", 5, store.look_up))
    await asyncio.sleep(0)
    store.end.set()
    await asyncio.gather(early, late)
    assert store.look_ups == 2


class Times:
    """Real time and the mark of the store, as a test sets them."""

    def __init__(self) -> None:
        self.now, self.mark = 0, 1

    def cache(self) -> RecentAccess:
        return RecentAccess(lambda: self.now, lambda: self.mark)


async def test_an_entry_is_used_longer_while_nothing_is_written_to_the_store() -> None:
    times, store = Times(), Store(RIGHTS)
    recent = times.cache()
    store.end.set()
    await recent.looked_up("token", 0, store.look_up)
    for times.now in (KEPT_FOR, 3 * KEPT_FOR, LONGEST_KEPT - 1):
        assert recent.find("token", 0) is RIGHTS
    times.now = LONGEST_KEPT + KEPT_FOR
    assert recent.find("token", 0) is None


async def test_an_old_entry_is_not_used_after_a_change_of_the_store() -> None:
    times, store = Times(), Store(RIGHTS)
    recent = times.cache()
    looking = await started(recent, store, 1)
    times.mark = 2  # During the look-up, which may have read the store before the change.
    store.end.set()
    await asyncio.gather(*looking)
    assert recent.find("token", 0) is RIGHTS
    times.now = KEPT_FOR
    assert recent.find("token", 0) is None
