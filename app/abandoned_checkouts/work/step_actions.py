"""Runs one step of a flow: sends a mail or a notification, creates a task, or applies a discount code.

It writes nothing to the store. `StepResult` has what flow_runner writes.
"""

import asyncio
from dataclasses import dataclass, replace

from jinja2 import TemplateError

from abandoned_checkouts.access.approvals import Approvals
from abandoned_checkouts.automations.decide import PersonFacts, Refusal, recipient_of
from abandoned_checkouts.automations.discount_codes import end_of_code, generated_code
from abandoned_checkouts.automations.flow import (
    ApplyDiscount,
    Branch,
    CreateTask,
    Flow,
    OnlyWait,
    SendEmail,
    SendNotification,
    Step,
)
from abandoned_checkouts.automations.postpone import Postponement, was_due, without_accepted_code, without_mail_server
from abandoned_checkouts.checkouts.activity import ActivityType
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.dkim_key import dkim_key_of
from abandoned_checkouts.checkouts.link_discount import LinkDiscount
from abandoned_checkouts.checkouts.moment import DAY, Clock
from abandoned_checkouts.checkouts.recovery_link import recovery_key_of
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.shop_template import filled_in
from abandoned_checkouts.recovery.mail import UNFILLABLE, first_name_of, with_open_tracking, write_mail
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.discount_codes import CodeRequest
from abandoned_checkouts.store.privacy.unsubscribed import recipient_key
from abandoned_checkouts.telemetry.counters import count
from abandoned_checkouts.telemetry.metric_table import MAILS
from abandoned_checkouts.work.flow_notification import new_code_message, notification
from abandoned_checkouts.work.mail_server import HandOver, MailProblem, MailServer, handed_over
from abandoned_checkouts.work.outgoing_mail import UnsignedError, as_sent, compose, sender_of
from abandoned_checkouts.work.sender import MessageSender


@dataclass(frozen=True, slots=True)
class DueStep:
    """A step that may run, and its `row` in the store.

    `code` is the discount code that the recovery link applies. `approvals` are those of the app that owns the flow.
    """

    row: Row
    shop: Shop
    flow: Flow
    planned: Step
    checkout: Checkout
    code: LinkDiscount | None
    approvals: Approvals
    person: PersonFacts


@dataclass(frozen=True, slots=True)
class StepResult:
    """The new state of a step, its reason, and the activity to log.

    `goes_on` is whether the next step is scheduled; mails are skipped unless `may_mail`. `again` is whether the step is
    retried, and `is_patient` whether the number of attempts has no limit. A step with `until` waits until then,
    which is not an attempt. `is_met` is whether the condition of a branch is met. `person` is to be recorded for the
    flow's report, as one it wrote to or held out. `mail`, `task` and `code` are a mail to store, the title of a task to
    create, and a discount code to issue.
    """

    state: str
    reason: str | None = None
    activity: ActivityType | None = None
    goes_on: bool = True
    again: bool = False
    is_patient: bool = False
    may_mail: bool = True
    until: int | None = None
    is_met: bool | None = None
    person: PersonFacts | None = None
    mail: Row | None = None
    task: str | None = None
    code: CodeRequest | None = None


# By whether the step is tried again, and else by its state.
_MAIL_OUTCOMES = {True: "waiting", "waiting": "waiting", "done": "sent", "failed": "failed"}


class StepActions:
    """`run` runs a step. `address` is this server's URL."""

    def __init__(self, clock: Clock, sender: MessageSender, mail_server: MailServer | None, address: str) -> None:
        self._clock, self._sender = clock, sender
        self._mail_server, self._address = mail_server, address

    async def run(self, step: DueStep, hand_over: HandOver = handed_over) -> StepResult:
        """Run the step. A mail is handed to the mail server after `hand_over`, if that returns True."""
        action = step.planned.action
        match action:
            case SendEmail():
                result = await self._send_mail(step, action, hand_over)
                count(MAILS, _MAIL_OUTCOMES[result.again or result.state])
                return result
            case SendNotification():
                return await self._send_notification(step, action)
            case CreateTask():
                return _create_task(step, action)
            case ApplyDiscount():
                return await self._apply_discount(step, action)
            case Branch() | OnlyWait():
                raise AssertionError("decided without an action")

    async def _apply_discount(self, step: DueStep, action: ApplyDiscount) -> StepResult:
        """A generated code is applied only after the shop's webhook has accepted it: one that fails at the checkout is
        worse than none."""
        now, row = self._clock(), step.row
        request = CodeRequest(
            step_id=row["message_id"],
            flow_id=row["flow_id"],
            checkout_id=row["checkout_id"],
            key=step.person.key,
            customers=step.person.customers,
            again_after=action.again_after_days * DAY,
            code=action.code,
            from_list=action.from_list,
        )
        if action.webhook is None:
            return StepResult("done", code=request)
        due_at = was_due(step.planned, step.checkout, step.shop, row["created_at"])
        expires_at = None if action.valid_days is None else end_of_code(due_at, action.valid_days, step.shop.timezone)
        code = generated_code(step.shop, row["message_id"], action.prefix)
        message = new_code_message(step.shop, step.flow.name, step.checkout, action.webhook, row, code, expires_at)
        attempt = await self._sender.send(message, now)
        if attempt.problem is None:
            return StepResult("done", code=replace(request, code=code, expires_at=expires_at))
        waits = without_accepted_code(step.flow, due_at, attempt.problem, now)
        if isinstance(waits, Refusal):
            return StepResult("failed", waits.reason, "AUTOMATION_SKIPPED")
        return postponed(waits)

    async def _send_notification(self, step: DueStep, action: SendNotification) -> StepResult:
        now = self._clock()
        message = notification(
            step.shop, step.flow.name, step.checkout, action, step.row, self._address, step.approvals, now
        )
        attempt = await self._sender.send(message, now)
        if attempt.problem is None:
            return StepResult("done", activity="NOTIFICATION_SENT")
        return StepResult("failed", attempt.problem, "AUTOMATION_SKIPPED", again=True)

    async def _send_mail(self, step: DueStep, action: SendEmail, hand_over: HandOver) -> StepResult:
        shop, checkout, row, server = step.shop, step.checkout, step.row, self._mail_server
        recipient, now = recipient_of(checkout) or "", self._clock()
        waits = without_mail_server(step.flow, step.planned, checkout, shop, row["created_at"], now)
        if server is None and not shop.is_demo:
            if isinstance(waits, Refusal):
                return StepResult("failed", waits.reason, "EMAIL_NOT_SENT", may_mail=False)
            return postponed(waits)
        hashed_recipient = recipient_key(shop, recipient)
        try:
            mail = await asyncio.to_thread(
                write_mail,
                action,
                shop,
                checkout,
                key=recovery_key_of(shop, checkout),
                recipient_key=hashed_recipient,
                code=step.code,
                address=self._address,
            )
            sender = sender_of(None if server is None else server.sender, shop)
            html = with_open_tracking(mail.html, shop, row["message_id"], self._address)
            message = compose(
                replace(mail, html=html),
                sender=sender,
                recipient=recipient,
                message_id=row["message_id"],
                shop=shop,
                now=now,
            )
        except UNFILLABLE as problem:
            return StepResult("failed", f"the mail cannot be created: {problem}", "EMAIL_NOT_SENT")
        failure = None
        # Anyone can write mails of a demo shop to any address, so they are only shown on its outbox page.
        if server is not None and not shop.is_demo:
            try:
                outgoing = await asyncio.to_thread(as_sent, message, dkim_key_of(shop))
                failure = await server.send(outgoing, hand_over)
            except UnsignedError as problem:
                failure = MailProblem(str(problem), again=True, is_away=True)
        if failure is not None:
            # While the mail server is away, the mail waits as long as without a mail server.
            is_patient = failure.is_away and not isinstance(waits, Refusal)
            again = failure.again and (is_patient or not failure.is_away)
            return StepResult("failed", failure.reason, "EMAIL_NOT_SENT", again=again, is_patient=is_patient)
        sent_mail = {
            "id": row["message_id"],
            "checkout_id": row["checkout_id"],
            "flow_id": row["flow_id"],
            "position": row["position"],
            "sent_at": now,
            "recipient_key": hashed_recipient,
            "recipient": recipient,
            "sender": sender,
            "subject": mail.subject,
            "html": mail.html,
            "plain": mail.plain,
            "locale": mail.locale,
        }
        return StepResult("done", activity="EMAIL_SENT", mail=sent_mail)


def postponed(wait: Postponement) -> StepResult:
    return StepResult("waiting", wait.reason, "SCHEDULED", until=wait.until)


def _create_task(step: DueStep, action: CreateTask) -> StepResult:
    values: dict[str, object] = {"name": step.checkout.name or "", "first_name": first_name_of(step.checkout) or ""}
    try:
        title = filled_in(action.title, values)
    except TemplateError as problem:
        return StepResult("failed", f"the title cannot be filled in: {problem}", "AUTOMATION_SKIPPED")
    return StepResult("done", activity="TASK_CREATED", task=title)
