"""The background workers of one server process. Several processes can run workers on the same store."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable

from abandoned_checkouts.checkouts.moment import SECOND, Clock
from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.bulk.rules.files import Results
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.due_shops import Rotation
from abandoned_checkouts.store.engine.failures import StoreError, is_expected, log_text
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.rebuild.rebuild import rebuild_due
from abandoned_checkouts.store.reports.changes import add_changes
from abandoned_checkouts.telemetry.counters import count
from abandoned_checkouts.telemetry.metric_table import WORK_FAILURES
from abandoned_checkouts.work.abandon_due import abandon_due, lapse_due
from abandoned_checkouts.work.after_clock_change import plan_again
from abandoned_checkouts.work.bulk_plan import BulkPlan
from abandoned_checkouts.work.bulk_runner import BulkRunner, Pace
from abandoned_checkouts.work.clock_watch import ClockWatch
from abandoned_checkouts.work.deliver import AT_ONCE, Deliverer, Timing
from abandoned_checkouts.work.dispatch import BATCH, Dispatcher, consumers
from abandoned_checkouts.work.erase_due import erase_due
from abandoned_checkouts.work.export_job import run_exports
from abandoned_checkouts.work.flow_runner import FlowRunner
from abandoned_checkouts.work.mail_server import MailServer
from abandoned_checkouts.work.retention import forget_old_checkouts, forget_settled_work
from abandoned_checkouts.work.sender import MessageSender, Sender
from abandoned_checkouts.work.wake_signal import WakeSignal

log = logging.getLogger(__name__)

# Seconds between two checks for due work, for each kind of work, if nothing wakes it earlier.
EVERY_ABANDON, EVERY_DISPATCH, EVERY_DELIVER, EVERY_AUTOMATE = 1.0, 0.5, 0.5, 1.0
EVERY_WATCH, EVERY_SYNC, EVERY_COUNT = 1.0, 5.0, 5.0
EVERY_LAPSE, EVERY_RETENTION, EVERY_ERASE, EVERY_BULK = 60.0, 3600.0, 5.0, 0.5
EVERY_EXPORT = 1.0
# Seconds between two turns that signals cause. Under load, each message would cause a turn of every worker otherwise.
_INTERVAL = 0.05
# Seconds until the next attempt after an error, for example if the database cannot be reached.
_AFTER_ERROR = 5.0


class Workers:
    """Runs in `async with Workers(database, clock): …`, for as long as the server runs.

    `clock` returns microseconds since 1970 and decides what is due; pauses are in real time. `address` is this server's
    URL. `reach` says to which addresses events may be sent. Flows send mails through `mail_server`.
    Customers' data is erased `erasure_delay` microseconds after the request. Bulk operations run if there is a folder
    for their `results`. A server for tests records and changes what is sent and what bulk operations do, by
    `wrap_sender`, `on_mail` and `bulk_plan_of`, and works `in_order`: the same work in the same order each time. `sync`
    runs the sync that is due, if there is one.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        address: str = "http://127.0.0.1:8000",
        reach: Reach = Reach.PUBLIC,
        timing: Timing | None = None,
        mail_server: MailServer | None = None,
        erasure_delay: int = 0,
        results: Results | None = None,
        wrap_sender: Callable[[MessageSender], MessageSender] | None = None,
        on_mail: Callable[[Shop, Row], None] | None = None,
        bulk_plan_of: Callable[[Row, str, int], BulkPlan] | None = None,
        deliveries_at_once: int = AT_ONCE,
        in_order: bool = False,
        sync: Callable[[], Awaitable[int]] | None = None,
    ) -> None:
        self._watch = ClockWatch(clock)
        self._database, self._clock, self._erasure_delay = database, self._watch.now, erasure_delay
        self._timing = timing or Timing()
        sender = Sender(reach=reach)
        self._sender: MessageSender = sender if wrap_sender is None else wrap_sender(sender)
        self._flow_runner = FlowRunner(
            database, clock, self._sender, mail_server, address, self._watch, on_mail, in_order
        )
        self._dispatcher = Dispatcher(database, self._clock, consumers(address), in_order=in_order)
        self._deliverer = Deliverer(
            database, clock, self._sender, timing=timing, watch=self._watch, at_once=deliveries_at_once
        )
        self._results = results
        self._bulk = None if results is None else BulkRunner(database, self._clock, results, plan_of=bulk_plan_of)
        self._sync = sync
        self._due_checkouts, self._due_steps = WakeSignal(_INTERVAL), WakeSignal(_INTERVAL)
        self._new_events, self._new_deliveries = WakeSignal(_INTERVAL), WakeSignal(_INTERVAL)
        self._stopping, self._rotation = False, Rotation()
        # The last failure of each worker that has not succeeded since.
        self._failures: dict[str, str] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Workers":
        self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def start(self) -> None:
        self._watch.start()
        self._tasks = [
            asyncio.create_task(self._every(EVERY_WATCH, self._watch_clock), name="clock"),
            asyncio.create_task(self._abandoning(), name="abandon"),
            asyncio.create_task(self._dispatching(), name="dispatch"),
            asyncio.create_task(self._delivering(), name="deliver"),
            asyncio.create_task(self._waking_deliverer(), name="wake deliverer"),
            asyncio.create_task(self._automating(), name="automate"),
            asyncio.create_task(self._every(EVERY_BULK, self._run_bulk), name="bulk"),
            asyncio.create_task(self._every(EVERY_ERASE, self._erase), name="erase"),
            asyncio.create_task(self._every(EVERY_EXPORT, self._export), name="export"),
            asyncio.create_task(self._every(EVERY_LAPSE, self._lapse), name="lapse"),
            asyncio.create_task(self._every(EVERY_COUNT, self._count), name="count"),
            asyncio.create_task(self._every(EVERY_RETENTION, self._delete_old), name="retention"),
        ]
        if self._sync is not None:
            self._tasks.append(asyncio.create_task(self._every(EVERY_SYNC, self._sync), name="sync"))

    async def problem(self) -> str | None:
        """A text with the names of workers that have ended or fail, or None if all work."""
        ended = [task.get_name() for task in self._tasks if task.done() and not self._stopping]
        failing = [name for name in self._failures if name not in ended]
        said = [f"{name} has ended" for name in ended] + [f"{name} fails and tries again" for name in failing]
        return ", ".join(said) or None

    async def stop(self) -> None:
        """Start no new work, wait for running attempts and steps, and store their results."""
        self._stopping = True
        self.wake()
        self._deliverer.wake()
        for task in self._tasks:
            if task.get_name() not in ("dispatch", "deliver", "automate"):
                task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._bulk is not None:
            await self._bulk.stop()
        try:
            await self._deliverer.finish()
        except StoreError as problem:
            # These deliveries are sent again after their claims have expired.
            log.error("the last results of deliveries cannot be stored: %s", problem)
        await self._sender.close()

    def wake(self) -> None:
        """Look for work now, because something was written or the clock was moved."""
        self._due_checkouts.send()
        self._due_steps.send()
        self._new_events.send()
        self._new_deliveries.send()

    async def settle(
        self,
        before_job: Callable[[str], None] = lambda _name: None,
        before_round: Callable[[Counter[str]], bool] = lambda _done: True,
    ) -> Counter[str]:
        """Do all work that is due, for tests and for clocks that jump. Returns the amount of work of each kind, by the
        names in `_jobs`. `before_job` is called with the name of the kind before each job. `before_round` is called
        with the work so far before all jobs are asked once; if it returns False, the rest of the work stays pending.
        In the last round, no job has anything to do."""
        total: Counter[str] = Counter()
        while before_round(total):
            done: Counter[str] = Counter()
            for name, work in self._jobs().items():
                before_job(name)
                done[name] = await work()
            total += done
            # Wait for the attempts before other work begins, so that the order of work is the same in every run.
            await self._deliverer.attempts_ended()
            if not +done and self._deliverer.is_idle:
                break
        return total

    def _jobs(self) -> dict[str, Callable[[], Awaitable[int]]]:
        """All kinds of work, ordered so that each kind comes before the kinds that it causes."""
        return {
            "abandonments": self._abandon,
            "lapses": self._lapse,
            "retention": lambda: forget_old_checkouts(self._database, self._clock(), self._results),
            "bulk operations": self._run_bulk,
            "bulk results": self._finish_bulk,
            "events": self._dispatcher.turn,
            "deliveries": self._deliverer.turn,
            "flow steps": self._flow_runner.turn,
            "erasures": self._erase,
            "report counts": self._count,
            "exports": self._export,
        }

    async def _abandon(self) -> int:
        return await abandon_due(self._database, self._clock(), self._rotation)

    async def _export(self) -> int:
        return 0 if self._results is None else await run_exports(self._database, self._results, self._clock)

    async def _finish_bulk(self) -> int:
        if self._bulk is None:
            return 0
        await self._bulk.finish()
        return await self._bulk.forget()

    async def _abandoning(self) -> None:
        while not self._stopping:
            if await self._guarded(self._abandon):
                self._new_events.send()
            else:
                await self._due_checkouts.wait(EVERY_ABANDON)

    async def _dispatching(self) -> None:
        while not self._stopping:
            done = await self._guarded(self._dispatcher.turn)
            if done:
                self._deliverer.wake()
                # Consumers may have written events.
                self._new_events.send()
            if done < BATCH:
                await self._new_events.wait(EVERY_DISPATCH)

    async def _delivering(self) -> None:
        while not self._stopping:
            if not await self._guarded(self._deliverer.turn):
                await self._deliverer.wait(EVERY_DELIVER)

    async def _waking_deliverer(self) -> None:
        """The deliverer itself must react to the end of each attempt without a pause."""
        while not self._stopping:
            await self._new_deliveries.wait(EVERY_LAPSE)
            self._deliverer.wake()

    async def _automating(self) -> None:
        while not self._stopping:
            if await self._guarded(self._flow_runner.turn):
                self._new_events.send()
            else:
                await self._due_steps.wait(EVERY_AUTOMATE)

    async def _watch_clock(self) -> int:
        now = self._clock()
        if self._watch.was_set_back():
            try:
                await plan_again(
                    self._database,
                    now,
                    delivery_lease=self._timing.lease,
                    bulk_lease=round(Pace().lease * SECOND),
                    schedule=self._timing.schedule,
                )
            except Exception:
                self._watch.set_back()
                raise
            self.wake()
        return 0

    async def _run_bulk(self) -> int:
        return 0 if self._bulk is None else await self._bulk.turn()

    async def _erase(self) -> int:
        return await erase_due(self._database, self._clock(), self._erasure_delay, self._results)

    async def _lapse(self) -> int:
        return await lapse_due(self._database, self._clock())

    async def _count(self) -> int:
        """Returns 0 when the sums are up to date, and otherwise the amount of work: more may be due."""
        return await rebuild_due(self._database) + await add_changes(self._database)

    async def _delete_old(self) -> int:
        await forget_settled_work(self._database, self._clock())
        await forget_old_checkouts(self._database, self._clock(), self._results)
        if self._bulk is not None:
            await self._bulk.forget()
        return 0

    async def _every(self, seconds: float, work: Callable[[], Awaitable[int]]) -> None:
        while not self._stopping:
            if await self._guarded(work):
                self._new_events.send()
            else:
                await asyncio.sleep(seconds)

    async def _guarded(self, work: Callable[[], Awaitable[int]]) -> int:
        """Do the work. After an error, try again after a pause, because the store may be available by then. An error is
        logged once, not again until the work has succeeded."""
        task = asyncio.current_task()
        name = "" if task is None else task.get_name()
        try:
            done = await work()
        except Exception as problem:
            text = str(problem)
            if self._failures.get(name) != text:
                traceback = None if is_expected(problem) else problem
                message = "%s failed and tries again every %g seconds: %s"
                log.error(message, name, _AFTER_ERROR, log_text(problem), exc_info=traceback)
            self._failures[name] = text
            count(WORK_FAILURES, name)
            await asyncio.sleep(_AFTER_ERROR)
            return 0
        if self._failures.pop(name, None) is not None:
            log.info("%s works again", name)
        return done
