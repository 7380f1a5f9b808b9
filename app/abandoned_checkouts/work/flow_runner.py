"""Steps of flows that are due: decided once more by what is true now, then done, logged, and followed by the next.

A step is claimed for a while, so that no other process takes it; a process that dies loses its claim, and the step is
done by another under the same message id. What fails is tried again a few times.
"""

import asyncio
import logging
from dataclasses import dataclass, replace

from jinja2 import TemplateError

from abandoned_checkouts.access.approvals import Approvals, approvals_of
from abandoned_checkouts.automations.decide import FlowFacts, recipient_of, refuses, refuses_step
from abandoned_checkouts.automations.flow import Action, ApplyDiscount, CreateTask, Flow, SendEmail, SendNotification
from abandoned_checkouts.checkouts.activity import Activity, ActivityType
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.moment import MINUTE, Clock
from abandoned_checkouts.checkouts.recovery_link import recovery_key_of
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.shop_template import filled_in
from abandoned_checkouts.recovery.mail import UNFILLABLE, first_name_of, write_mail
from abandoned_checkouts.store.checkouts.recovery_links import discount_of, set_discount
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.flow_facts import create_task, current_checkout, save_mail, saved_search_query
from abandoned_checkouts.store.flows.flow_steps import (
    claim_due_steps,
    finish_step,
    has_due_step,
    log_activities,
    retry_step,
)
from abandoned_checkouts.store.flows.flows import find_flow
from abandoned_checkouts.store.privacy.unsubscribed import is_unsubscribed, recipient_key
from abandoned_checkouts.store.tenants.installations import app_settings_of
from abandoned_checkouts.store.tenants.shops import find_shop
from abandoned_checkouts.work.begin_flows import CHANNELS, FIELDS, read, schedule
from abandoned_checkouts.work.flow_notification import notification
from abandoned_checkouts.work.mail_server import MailProblem, MailServer, compose, sender_of
from abandoned_checkouts.work.post import Sender

log = logging.getLogger(__name__)

BATCH = 10
# Longer than any mail server or receiver is waited for.
LEASE = 5 * MINUTE
SECONDS = 120.0
# Pauses after each failed attempt; after the last attempt the step is given up.
PAUSES = (1 * MINUTE, 5 * MINUTE, 25 * MINUTE, 60 * MINUTE)


@dataclass(frozen=True, slots=True)
class DueStep:
    """A step that is due with all that is known about it. `code` is the discount that the link applies, `approvals`
    those of the app that owns the flow."""

    step: Row
    shop: Shop
    flow: Flow
    action: Action
    checkout: Checkout
    code: str | None
    approvals: Approvals


@dataclass(frozen=True, slots=True)
class StepResult:
    """What came of a step: its new state and the activity to log. `keep` is a mail to keep, `title` a task to make,
    `code` a discount to give, `again` whether it is to be tried again, `mails` whether the flow may write further."""

    state: str
    reason: str | None = None
    activity: ActivityType | None = None
    goes_on: bool = True
    again: bool = False
    mails: bool = True
    keep: Row | None = None
    title: str | None = None
    code: str | None = None


class FlowRunner:
    """`turn` does the steps that are due. `address` is where this server is reached."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        sender: Sender,
        mail_server: MailServer | None,
        address: str,
    ) -> None:
        self._database, self._clock, self._sender = database, clock, sender
        self._mail_server, self._address = mail_server, address

    async def turn(self) -> int:
        """Returns how many steps were taken; 0 when nothing is due."""
        now = self._clock()
        async with self._database.read() as connection:
            if not await has_due_step(connection, now):
                return 0
        async with self._database.begin() as connection:
            steps = await claim_due_steps(connection, now, LEASE, BATCH)
        await asyncio.gather(*map(self._take, steps))
        return len(steps)

    async def _take(self, step: Row) -> None:
        try:
            async with self._database.read() as connection:
                shop = await find_shop(connection, step["shop_id"])
                found = None if shop is None else await self._decide(connection, shop, step)
            done = await self._do(found) if isinstance(found, DueStep) else found
        except Exception:
            log.exception("step %s of a flow failed", step["id"])
            shop, done = None, StepResult("failed", "an accident of the server", "AUTOMATION_SKIPPED", again=True)
        await self._finish(step, shop, done)

    async def _decide(self, connection: Connection, shop: Shop, step: Row) -> DueStep | StepResult:
        """Everything is read anew: consent, completion and the flow itself may have changed since it was scheduled."""
        row = await find_flow(connection, shop, step["flow_id"])
        flow = None if row is None else read(row)
        if row is None or flow is None:
            return StepResult("cancelled", "the flow is gone", "AUTOMATION_SKIPPED", goes_on=False)
        if step["position"] >= len(flow.steps) or flow.steps[step["position"]].action.kind != step["action"]:
            return StepResult("cancelled", "the flow was changed", "AUTOMATION_SKIPPED", goes_on=False)
        action, name = flow.steps[step["position"]].action, flow.conditions.saved_search
        checkout = await current_checkout(connection, shop, step["checkout_id"])
        if checkout is not None and checkout.email_state == "scheduled":
            # By this very step: a search for those who were sent nothing still finds it.
            checkout = replace(checkout, email_state="not_sent")
        to = None if checkout is None else recipient_of(checkout)
        facts = FlowFacts(
            shop=shop,
            checkout=checkout,
            now=self._clock(),
            is_active=row["is_active"],
            is_unsubscribed=to is not None and await is_unsubscribed(connection, shop, recipient_key(shop, to)),
            saved_query=None if name is None else await saved_search_query(connection, shop, name),
        )
        verdict = refuses(flow, facts, FIELDS)
        if verdict is not None or checkout is None:
            reason = "the checkout is gone" if verdict is None else verdict.reason
            return StepResult("cancelled", reason, "AUTOMATION_SKIPPED", goes_on=False)
        verdict = refuses_step(flow, action, facts)
        if verdict is not None:
            mails = not verdict.for_good
            return StepResult("skipped", verdict.reason, "EMAIL_NOT_SENT", goes_on=not verdict.ends, mails=mails)
        code = await discount_of(connection, shop, checkout.id or 0)
        approvals = approvals_of(await app_settings_of(connection, shop, row["owner_id"]))
        return DueStep(step, shop, flow, action, checkout, code, approvals)

    async def _do(self, task: DueStep) -> StepResult:
        if isinstance(task.action, SendEmail):
            return await self._send_mail(task, task.action)
        if isinstance(task.action, SendNotification):
            now = self._clock()
            message = notification(
                task.shop, task.flow.name, task.checkout, task.action, task.step, self._address, task.approvals, now
            )
            attempt = await self._sender.send(message, now)
            if attempt.problem is None:
                return StepResult("done", activity="NOTIFICATION_SENT")
            return StepResult("failed", attempt.problem, "AUTOMATION_SKIPPED", again=True)
        if isinstance(task.action, CreateTask):
            values: dict[str, object] = {
                "name": task.checkout.name or "",
                "first_name": first_name_of(task.checkout) or "",
            }
            try:
                title = filled_in(task.action.title, values)
            except TemplateError as problem:
                return StepResult("failed", f"the title cannot be filled in: {problem}", "AUTOMATION_SKIPPED")
            return StepResult("done", activity="TASK_CREATED", title=title)
        assert isinstance(task.action, ApplyDiscount)
        return StepResult("done", code=task.action.code)

    async def _send_mail(self, task: DueStep, action: SendEmail) -> StepResult:
        shop, checkout, step, server = task.shop, task.checkout, task.step, self._mail_server
        if server is None and not shop.is_demo:
            return StepResult("failed", "no mail server is set (ABANDONED_CHECKOUTS_SMTP_URL)", "EMAIL_NOT_SENT")
        recipient, now = recipient_of(checkout) or "", self._clock()
        known_as = recipient_key(shop, recipient)
        try:
            mail = await asyncio.to_thread(
                write_mail,
                action,
                shop,
                checkout,
                key=recovery_key_of(shop, checkout),
                recipient_key=known_as,
                code=task.code,
                address=self._address,
            )
            sender = sender_of(server, shop)
            message = compose(
                mail, sender=sender, recipient=recipient, message_id=step["message_id"], shop=shop, now=now
            )
        except UNFILLABLE as problem:
            return StepResult("failed", f"the mail cannot be written: {problem}", "EMAIL_NOT_SENT")
        try:
            async with asyncio.timeout(SECONDS):
                # A demo shop's mails go to its outbox page: anybody may have written them, to any address.
                problem_met = None if server is None or shop.is_demo else await server.send(message)
        except TimeoutError:
            problem_met = MailProblem(f"the mail server took longer than {SECONDS:g} seconds", again=True)
        if problem_met is not None:
            return StepResult("failed", problem_met.reason, "EMAIL_NOT_SENT", again=problem_met.again)
        kept = {
            "id": step["message_id"],
            "checkout_id": step["checkout_id"],
            "flow_id": step["flow_id"],
            "position": step["position"],
            "sent_at": now,
            "recipient_key": known_as,
            "recipient": recipient,
            "sender": sender,
            "subject": mail.subject,
            "html": mail.html,
            "plain": mail.plain,
            "locale": mail.locale,
        }
        return StepResult("done", activity="EMAIL_SENT", keep=kept)

    async def _finish(self, step: Row, shop: Shop | None, done: StepResult | None) -> None:
        now = self._clock()
        async with self._database.begin() as connection:
            shop = shop or await find_shop(connection, step["shop_id"])
            if done is None or shop is None:
                await finish_step(connection, step, "cancelled", "the shop is gone", now)
                return
            if done.again and step["attempts"] <= len(PAUSES):
                await retry_step(connection, step, now + PAUSES[step["attempts"] - 1], done.reason or "")
                return
            if not await finish_step(connection, step, done.state, done.reason, now):
                return
            await self._write(connection, step, shop, done, now)

    async def _write(self, connection: Connection, step: Row, shop: Shop, done: StepResult, now: int) -> None:
        number = step["checkout_id"]
        if done.keep is not None:
            await save_mail(connection, shop, done.keep)
        if done.title is not None:
            await create_task(connection, shop, number, done.title, now)
        if done.code is not None:
            await set_discount(connection, shop, number, done.code, now)
        row = await find_flow(connection, shop, step["flow_id"])
        flow = None if row is None else read(row)
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
            following = step["position"] + 1
            await schedule(connection, shop, step["flow_id"], flow, number, following, now, now, mails=done.mails)
