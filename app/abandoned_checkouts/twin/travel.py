"""Moves the clock forward, and runs work that becomes due on the way, each at its due time.

Background work runs in one sequence: that of a running clock and that of a jump do not overlap. The same jump therefore
does the same work in the same order.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from abandoned_checkouts.shopify.bulk.rules.files import KEPT_FOR
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.shops import all_shops
from abandoned_checkouts.store.twin.next_due import Delays, next_due
from abandoned_checkouts.twin.clock import BackwardsError, TwinClock
from abandoned_checkouts.twin.random_streams import RandomStreams

log = logging.getLogger(__name__)

# Seconds between two checks for due work while the clock runs.
EVERY = 0.5
# The maximum number of moments of a jump that its report lists. All are counted.
MOST_LISTED = 1000


class Work(Protocol):
    """The background work of the server (see work/workers)."""

    async def settle(self, before_job: Callable[[str], None]) -> Counter[str]: ...


class Held(Protocol):
    """Later work of the twin itself: messages that a fault holds."""

    def next_due(self) -> int | None: ...
    async def send_due(self) -> int: ...


@dataclass(slots=True)
class Journey:
    """The current or last jump of the clock. Moments are in microseconds."""

    start: int
    target: int
    steps: int = 0
    ran: Counter[str] = field(default_factory=Counter)
    moments: list[tuple[int, dict[str, int]]] = field(default_factory=list)
    cancelled: bool = False
    ended: bool = False


class TravelUnderWayError(Exception):
    """The clock is already moving."""


class Travel:
    """Runs the background work of the twin, and jumps."""

    def __init__(
        self, database: Database, clock: TwinClock, work: Work, held: Held, random: RandomStreams, *, erasure_delay: int
    ) -> None:
        self._held = held
        self._database, self._clock, self._work, self._random = database, clock, work, random
        self._delays = Delays(erasure=erasure_delay, bulk_result=KEPT_FOR)
        self._turn = asyncio.Lock()
        self._wake = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self.journey: Journey | None = None

    async def __aenter__(self) -> "Travel":
        self._task = asyncio.create_task(self._run_on(), name="twin")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Start no new work, and wait for running work."""
        self._stopping = True
        if self.journey is not None:
            self.journey.cancelled = True
        self.wake()
        if self._task is not None:
            await self._task

    def wake(self) -> None:
        """Look for work now, because something was written."""
        self._wake.set()

    async def settle(self) -> Counter[str]:
        """Do all work that is due now."""
        async with self._turn:
            return await self._settled()

    async def paused(self, change: Callable[[], Awaitable[None]]) -> None:
        """Make a change while no background work runs."""
        async with self._turn:
            await change()

    async def to(self, target: int) -> Journey:
        """Freeze the clock and move it to `target`. Returns when all work that became due has run.

        Raises BackwardsError for a moment in the past, and TravelUnderWayError.
        """
        if self.journey is not None and not self.journey.ended:
            raise TravelUnderWayError
        if target < self._clock():
            raise BackwardsError
        self._clock.freeze()
        journey = self.journey = Journey(self._clock(), target)
        try:
            async with self._turn:
                self._note(journey, await self._settled())
                while not journey.cancelled:
                    moment = await self._next(target)
                    if moment is None:
                        break
                    self._clock.freeze(moment)
                    self._note(journey, await self._settled())
                if not journey.cancelled:
                    self._clock.freeze(target)
        finally:
            journey.ended = True
        return journey

    def cancel(self) -> bool:
        """Stop a jump after its present step. Returns False if there is none."""
        if self.journey is None or self.journey.ended:
            return False
        self.journey.cancelled = True
        return True

    def _note(self, journey: Journey, ran: Counter[str]) -> None:
        journey.steps += sum(ran.values())
        journey.ran += ran
        if ran and len(journey.moments) < MOST_LISTED:
            journey.moments.append((self._clock(), dict(ran)))

    async def _next(self, target: int) -> int | None:
        async with self._database.read() as connection:
            due = await next_due(connection, await all_shops(connection), self._clock(), target, self._delays)
        held = self._held.next_due()
        return min((moment for moment in (due, held) if moment is not None and moment <= target), default=None)

    async def _settled(self) -> Counter[str]:
        ran = await self._work.settle(self._random.use)
        self._random.use("late deliveries")
        late = await self._held.send_due()
        return ran + Counter({"late deliveries": late}) if late else ran

    async def _run_on(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                await self.settle()
            except Exception:
                log.exception("background work failed; it is tried again")
            try:
                async with asyncio.timeout(EVERY):
                    await self._wake.wait()
            except TimeoutError:
                continue
