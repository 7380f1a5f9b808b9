"""Moves the clock forward, and runs work that becomes due on the way, each at its due time.

Background work runs in one sequence: that of a running clock and that of a jump do not overlap. The same jump therefore
does the same work in the same order.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Protocol

from abandoned_checkouts.checkouts.moment import MINUTE
from abandoned_checkouts.shopify.bulk.rules.files import KEPT_FOR
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.shops import all_shops
from abandoned_checkouts.store.twin.change_mark import ChangeMark
from abandoned_checkouts.store.twin.next_due import Delays, next_due
from abandoned_checkouts.twin.clock import BackwardsError, TwinClock
from abandoned_checkouts.twin.random_streams import RandomStreams
from abandoned_checkouts.twin.work_report import WorkReport

log = logging.getLogger(__name__)

# Bookkeeping for reports. Its amount depends on the number of turns, and nothing happens at its moment.
_NOT_REPORTED = "report counts"
# Seconds between two checks for due work while the clock runs.
EVERY = 0.5
# For how long a running clock relies on having found nothing due, in microseconds.
_HORIZON = MINUTE


@dataclass(slots=True)
class _Quiet:
    """At `moment`, nothing was due in the store with this mark (see store/twin/change_mark). If nothing is written,
    nothing becomes due before `until`; None if that was not looked up yet."""

    moment: int
    mark: int
    until: int | None = None


class Work(Protocol):
    """The background work of the server (see work/workers)."""

    async def settle(
        self, before_job: Callable[[str], None], before_round: Callable[[Counter[str]], bool]
    ) -> Counter[str]: ...


class Held(Protocol):
    """Later work of the twin itself: messages that a fault holds."""

    def next_due(self) -> int | None: ...
    async def send_due(self) -> int: ...


@dataclass(slots=True)
class Journey:
    """The current or last jump of the clock. Moments are in microseconds. `steps` is the amount of work that ran."""

    start: int
    target: int
    steps: int = 0
    cancelled: bool = False
    ended: bool = False


class TravelUnderWayError(Exception):
    """The clock is already moving."""


class Travel:
    """Runs the background work of the twin, and jumps. Its state belongs to a snapshot.

    Work that is due at the present moment may run before a jump or at its start: this depends on real time. The report
    of a jump is the same in both cases, because it has all work since the report before.
    """

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
        # The work since the last report.
        self._report = WorkReport()
        self._mark: ChangeMark | None = None
        self._quiet: _Quiet | None = None

    async def open(self) -> None:
        """Call it when the store is open, before other methods."""
        self._mark = await ChangeMark.of(self._database)

    def close(self) -> None:
        """Call it before the store is closed, and not before all work has ended."""
        if self._mark is not None:
            self._mark.close()
            self._mark = None

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

    async def settle(self) -> None:
        """Do all work that is due now."""
        async with self._turn:
            await self._settle()

    async def paused(self, change: Callable[[], Awaitable[None]], *, settled: bool = False) -> None:
        """Make a change while no background work runs. If `settled`, first do all work that is due now."""
        async with self._turn:
            if settled:
                await self._settle()
            await change()

    async def to(self, target: int, now: int) -> WorkReport:
        """Freeze the clock and move it to `target`. Returns when all work that became due has run.

        `now` is the present of the request: a running clock is later already. The report has all work since the report
        before. Raises BackwardsError for a target before `now`, and TravelUnderWayError.
        """
        self.refuse_while_travelling()
        if target < now:
            raise BackwardsError
        self._clock.freeze()
        start = self._clock()
        target = max(start, target)
        journey = self.journey = Journey(start, target)
        try:
            async with self._turn:
                await self._settle()
                while not journey.cancelled:
                    journey.steps = self._report.size
                    moment = await self._next(target)
                    if moment is None:
                        break
                    self._clock.freeze(moment)
                    await self._settle()
                if not journey.cancelled:
                    self._clock.freeze(target)
                report, self._report = self._report, WorkReport()
                journey.steps = report.size
        finally:
            journey.ended = True
        return report

    def refuse_while_travelling(self) -> None:
        """Raises TravelUnderWayError while the clock moves."""
        if self.is_under_way:
            raise TravelUnderWayError

    @property
    def is_under_way(self) -> bool:
        """Whether the clock moves."""
        return self.journey is not None and not self.journey.ended

    def cancel(self) -> bool:
        """Stop a jump after its present step. Returns False if there is none."""
        if self.journey is None or self.journey.ended:
            return False
        self.journey.cancelled = True
        return True

    def state(self) -> object:
        return {"report": self._report.state(), "journey": None if self.journey is None else asdict(self.journey)}

    def restore(self, state: object) -> None:
        kept = state if isinstance(state, dict) else {}
        self._report = WorkReport.from_state(kept.get("report"))
        self._quiet = None
        self.journey = None if kept.get("journey") is None else Journey(**kept["journey"])

    async def _next(self, target: int) -> int | None:
        due, held = await self._next_in_store(self._clock(), target), self._held.next_due()
        return min((moment for moment in (due, held) if moment is not None and moment <= target), default=None)

    async def _next_in_store(self, after: int, until: int) -> int | None:
        async with self._database.read() as connection:
            return await next_due(connection, await all_shops(connection), after, until, self._delays)

    async def _settle(self) -> None:
        if await self._is_settled():
            return
        quiet: _Quiet | None = None

        def before_round(done: Counter[str]) -> bool:
            nonlocal quiet
            quiet = None
            if self._stops_after(done):
                return False
            quiet = None if self._mark is None else _Quiet(self._clock(), self._mark.read())
            return True

        ran = await self._work.settle(self._random.use, before_round)
        # The last round found nothing to do. Writes of others since then change the mark.
        self._quiet = quiet
        self._random.use("late deliveries")
        ran["late deliveries"] = await self._held.send_due()
        del ran[_NOT_REPORTED]
        self._report.add(self._clock(), ran)

    def _stops_after(self, done: Counter[str]) -> bool:
        """Note the progress of a jump within a moment. Returns whether the work ends here: the jump was cancelled, or
        the server stops."""
        journey = self.journey
        if journey is None or journey.ended:
            return self._stopping
        journey.steps = self._report.size + done.total() - done[_NOT_REPORTED]
        return journey.cancelled or self._stopping

    async def _is_settled(self) -> bool:
        """Whether nothing can be due, because all work has run and nothing was written since."""
        now, held, quiet = self._clock(), self._held.next_due(), self._quiet
        if quiet is None or self._is_written() or (held is not None and held <= now):
            return False
        if quiet.until is None and now != quiet.moment:
            horizon = quiet.moment + _HORIZON
            quiet.until = await self._next_in_store(quiet.moment, horizon) or horizon
        return now == quiet.moment or (quiet.until is not None and now < quiet.until)

    def _is_written(self) -> bool:
        """Whether something may have been written since all work has run."""
        return self._quiet is None or self._mark is None or self._mark.read() != self._quiet.mark

    async def _run_on(self) -> None:
        woken = False
        while not self._stopping:
            self._wake.clear()
            try:
                async with self._turn:
                    # A request may have done the work already. A restore then need not wait for a look at the store.
                    if not woken or self._is_written():
                        await self._settle()
            except Exception:
                log.exception("background work failed; it is tried again")
            try:
                async with asyncio.timeout(EVERY):
                    woken = await self._wake.wait()
            except TimeoutError:
                woken = False
