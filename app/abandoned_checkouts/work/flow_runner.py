"""Runs the due steps of flows: decides each step again, runs it (step_actions), logs it, and schedules the next one.

A step is claimed under a lease, so that only one process runs it. If that process dies, the lease expires and another
process runs the step with the same message id. A step that fails is retried a few times.

No mail is sent twice. Right before a mail is handed to the mail server, the step is marked. If the process dies before
it stores the server's answer, nobody knows whether the mail was sent: the step then fails, and is not repeated.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from abandoned_checkouts.automations.flow_tree import step_after
from abandoned_checkouts.checkouts.activity import Activity
from abandoned_checkouts.checkouts.moment import MINUTE, Clock, format_utc
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.reports.step_parts import part_of_step
from abandoned_checkouts.store.checkouts.recovery_links import set_discount
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.engine.due_shops import Rotation
from abandoned_checkouts.store.engine.failures import StoreError
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.discount_codes import CodeRequest, issue_code
from abandoned_checkouts.store.flows.flow_facts import create_task, save_mail
from abandoned_checkouts.store.flows.flow_people import FlowEntry, note_person
from abandoned_checkouts.store.flows.flow_steps import (
    change_result,
    claim_due_steps,
    finish_step,
    has_due_step,
    log_activities,
    mark_handed_over,
    postpone_step,
    retry_step,
)
from abandoned_checkouts.store.flows.flows import find_flow
from abandoned_checkouts.store.reports.note_actions import note_skipped
from abandoned_checkouts.store.tenants.shops import find_shop
from abandoned_checkouts.work.clock_watch import ClockWatch
from abandoned_checkouts.work.decide_steps import decide_steps
from abandoned_checkouts.work.load_flow import flow_of
from abandoned_checkouts.work.mail_server import NOT_CONFIRMED, MailServer
from abandoned_checkouts.work.schedule_steps import CHANNELS, schedule
from abandoned_checkouts.work.sender import MessageSender
from abandoned_checkouts.work.step_actions import DueStep, StepActions, StepResult

log = logging.getLogger(__name__)

# A batch is decided together and then run at the same time, so it is small: its last mail must not be sent long after
# its decision.
BATCH, ROUNDS = 10, 10
# The lease is longer than any attempt.
LEASE = 5 * MINUTE
# The pauses between attempts. If the last attempt fails, the step has failed; but while the mail server is away, the
# last pause is repeated.
PAUSES = (1 * MINUTE, 5 * MINUTE, 25 * MINUTE, 60 * MINUTE)

_FAILED = StepResult("failed", "internal server error", "AUTOMATION_SKIPPED", again=True)


class FlowRunner:
    """`turn` runs the steps that are due. `address` is this server's URL. `on_mail` is called with each sent mail.
    `in_order` runs one step after the other, for a server for tests."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        sender: MessageSender,
        mail_server: MailServer | None,
        address: str,
        watch: ClockWatch | None = None,
        on_mail: Callable[[Shop, Row], None] | None = None,
        in_order: bool = False,
    ) -> None:
        self._on_mail, self._watch = on_mail, watch or ClockWatch(clock)
        self._database, self._clock = database, self._watch.now
        self._has_mail_server = mail_server is not None
        self._in_order, self._rotation = in_order, Rotation()
        # The message ids of mails that are being handed to the mail server.
        self._handed: set[str] = set()
        self._actions = StepActions(self._clock, sender, mail_server, address)

    async def turn(self) -> int:
        """Run the steps that are due, at most ROUNDS batches. Returns their number: 0 if nothing is due."""
        done = 0
        for _ in range(1 if self._in_order else ROUNDS):
            if not await self._database.fetch(partial(has_due_step, now=self._clock())):
                break
            steps = await self._database.write(self._claim)
            if self._in_order:
                for step in steps:
                    await self._run_all([step])
            else:
                await self._run_all(steps)
            done += len(steps)
            if len(steps) < BATCH:
                break
        return done

    async def _claim(self, connection: Connection) -> list[Row]:
        takes_over = self._watch.takes_over_claims(LEASE)
        now, rotation = self._clock(), self._rotation
        return await claim_due_steps(connection, now, LEASE, BATCH, takes_over=takes_over, rotation=rotation)

    async def _run_all(self, steps: Sequence[Row]) -> None:
        """Run steps at the same time. They are decided together right before, which is faster."""
        # The process that claimed a step with `handed_at` ended while it handed the mail over, or before it stored the
        # answer.
        decided = await self._decide([step for step in steps if step["handed_at"] is None])
        lost = StepResult("failed", f"the server stopped while it sent the mail; {NOT_CONFIRMED}", "EMAIL_NOT_SENT")
        found = {step["id"]: result for step, result in decided}
        await asyncio.gather(*(self._run(step, found.get(step["id"], lost)) for step in steps))

    async def _decide(self, steps: Sequence[Row]) -> list[tuple[Row, DueStep | StepResult | None]]:
        decide = partial(decide_steps, now=self._clock(), has_mail_server=self._has_mail_server)
        try:
            results = await self._database.fetch(partial(decide, steps=steps))
            return list(zip(steps, results, strict=True))
        except StoreError:
            # The claims end, and the steps are done later.
            raise
        except Exception as problem:
            if len(steps) > 1:
                # Each alone, so that one that fails does not hold up the others.
                return [result for step in steps for result in await self._decide([step])]
            log.error("step %s of a flow cannot be decided", steps[0]["id"], exc_info=problem)
            return [(steps[0], _FAILED)]

    async def _run(self, step: Row, decided: DueStep | StepResult | None) -> None:
        shop, done = None, decided if isinstance(decided, StepResult) else None
        if isinstance(decided, DueStep):
            shop = decided.shop
            try:
                done = await self._act(step, decided)
            except StoreError:
                # The claim ends, and the step is done later.
                raise
            except Exception:
                log.exception("step %s of a flow failed", step["id"])
                # A mail that may have been sent is not sent again.
                done = replace(_FAILED, again=step["message_id"] not in self._handed)
            finally:
                self._handed.discard(step["message_id"])
        await self._finish(step, shop, done)

    async def _act(self, step: Row, found: DueStep) -> StepResult:
        done = await self._actions.run(found, partial(self._hand_over, step))
        return replace(done, person=found.person) if found.planned.action.kind == "send_email" else done

    async def _hand_over(self, step: Row) -> bool:
        now = self._clock()
        is_mine = await self._database.write(lambda connection: mark_handed_over(connection, step, now, LEASE))
        self._handed.add(step["message_id"])
        return is_mine

    async def _finish(self, step: Row, shop: Shop | None, done: StepResult | None) -> None:
        found = await self._database.write(lambda connection: self._store_result(connection, step, shop, done))
        # After the commit, so that every reported mail is in the store.
        if found is not None and done is not None and done.mail is not None and self._on_mail is not None:
            self._on_mail(found, done.mail)

    async def _store_result(
        self, connection: Connection, step: Row, shop: Shop | None, done: StepResult | None
    ) -> Shop | None:
        """Returns the shop if the step has ended and its result was written."""
        now = self._clock()
        shop = shop or await find_shop(connection, step["shop_id"])
        if done is None or shop is None:
            await finish_step(connection, step, "cancelled", "the shop was deleted", now)
            return None
        if done.until is not None:
            await self._postpone(connection, step, shop, done, now)
            return None
        if done.again and (done.is_patient or step["attempts"] <= len(PAUSES)):
            pause = PAUSES[min(step["attempts"], len(PAUSES)) - 1]
            await retry_step(connection, step, now + pause, done.reason or "")
            return None
        if not await finish_step(connection, step, done.state, done.reason, now):
            return None
        if done.reason is not None and done.state != "done":
            # The reason of a failure is a text of another server.
            reason = "the step failed" if done.state == "failed" else done.reason
            name, place = f"step/{step['id']}", part_of_step(step["flow_id"], step["position"])
            await note_skipped(connection, shop, step["checkout_id"], now, name=name, step=place, reason=reason)
        await self._write(connection, step, shop, done, now)
        return shop

    async def _postpone(self, connection: Connection, step: Row, shop: Shop, done: StepResult, now: int) -> None:
        """Let the step wait longer. The log has each reason once, however often the step waits for it."""
        until, reason = done.until or now, done.reason or ""
        if not await postpone_step(connection, step, until, reason) or step["reason"] == reason:
            return
        row = await find_flow(connection, shop, step["flow_id"])
        activity: Activity = {
            "activity_type": done.activity or "SCHEDULED",
            "created_at": now,
            "channel": CHANNELS.get(step["action"]),
            "reason": f"{row['name'] if row is not None else ''}: waits until {format_utc(until)}: {reason}",
        }
        await log_activities(connection, shop, step["checkout_id"], step["id"], [activity], now)

    async def _write(self, connection: Connection, step: Row, shop: Shop, done: StepResult, now: int) -> None:
        number = step["checkout_id"]
        if done.mail is not None:
            await save_mail(connection, shop, done.mail)
        if done.task is not None:
            await create_task(connection, shop, number, done.task, now)
        if done.code is not None:
            done = await self._issue_code(connection, step, shop, done, done.code, now)
        row = await find_flow(connection, shop, step["flow_id"])
        flow = None if row is None else flow_of(row)
        if done.person is not None and flow is not None:
            key, customers, held_out = done.person.key, done.person.customers, done.person.is_held_out
            entry = FlowEntry(step["flow_id"], key, customers, held_out, flow.holdout)
            await note_person(connection, shop, entry, now)
        if done.activity is not None:
            reason = ": ".join(part for part in (flow.name if flow is not None else None, done.reason) if part)
            activity: Activity = {
                "activity_type": done.activity,
                "created_at": now,
                "channel": CHANNELS.get(step["action"]),
                "reason": reason or None,
            }
            await log_activities(connection, shop, number, step["id"], [activity], now)
        if done.goes_on and flow is not None:
            following = step_after(flow, step["position"], done.is_met)
            await schedule(connection, shop, step["flow_id"], flow, number, following, now, now, mails=done.may_mail)

    async def _issue_code(
        self, connection: Connection, step: Row, shop: Shop, done: StepResult, request: CodeRequest, now: int
    ) -> StepResult:
        """Issue the code in the transaction that finishes the step: after a crash, neither has happened."""
        issued = await issue_code(connection, shop, request, now)
        if issued is None:
            reason = "the buyer received another discount code meanwhile, or none is left"
            await change_result(connection, step, "skipped", reason)
            return replace(done, state="skipped", reason=reason, activity="AUTOMATION_SKIPPED")
        code, expires_at = issued
        await set_discount(connection, shop, step["checkout_id"], code, now, expires_at)
        return done
