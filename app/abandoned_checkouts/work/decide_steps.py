"""Decides what becomes of steps that are due: whether each runs, and why not otherwise.

The consent, the checkout and the flow may have changed since a step was scheduled, so all facts are read again.
"""

from collections.abc import Sequence
from dataclasses import replace

from abandoned_checkouts.access.approvals import approvals_of
from abandoned_checkouts.automations.decide import why_condition_fails, why_flow_stops, why_step_is_skipped
from abandoned_checkouts.automations.flow import Branch, Flow, OnlyWait
from abandoned_checkouts.automations.flow_tree import step_numbered
from abandoned_checkouts.automations.postpone import quiet_until
from abandoned_checkouts.checkouts.activity import ActivityType
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.flow_facts import current_checkouts
from abandoned_checkouts.store.flows.flows import find_flow
from abandoned_checkouts.store.tenants.installations import app_settings_of
from abandoned_checkouts.store.tenants.shops import find_shop
from abandoned_checkouts.work.load_flow import FIELDS, facts_of_flow, flow_of
from abandoned_checkouts.work.step_actions import DueStep, StepResult, postponed


async def decide_steps(
    connection: Connection, steps: Sequence[Row], now: int, *, has_mail_server: bool
) -> list[DueStep | StepResult | None]:
    """For each step of a batch: the step to run, or the result if it does not run; None if its shop was deleted."""
    batch = _Batch(connection, now, has_mail_server)
    for shop_id in {step["shop_id"] for step in steps}:
        await batch.load(shop_id, [step["checkout_id"] for step in steps if step["shop_id"] == shop_id])
    return [await batch.decide(step) for step in steps]


class _Batch:
    """Reads the shops, flows and checkouts of the batch once."""

    def __init__(self, connection: Connection, now: int, has_mail_server: bool) -> None:
        self._connection, self._now, self._has_mail_server = connection, now, has_mail_server
        self._shops: dict[int, Shop | None] = {}
        self._flows: dict[tuple[int, int], Row | None] = {}
        self._checkouts: dict[int, dict[int, Checkout]] = {}

    async def load(self, shop_id: int, numbers: Sequence[int]) -> None:
        shop = self._shops[shop_id] = await find_shop(self._connection, shop_id)
        if shop is not None:
            self._checkouts[shop_id] = await current_checkouts(self._connection, shop, sorted(set(numbers)))

    async def decide(self, step: Row) -> DueStep | StepResult | None:
        shop = self._shops[step["shop_id"]]
        if shop is None:
            return None
        row = await self._flow_row(shop, step["flow_id"])
        flow = None if row is None else flow_of(row)
        if row is None or flow is None:
            return _cancelled("the flow was deleted")
        return await self._decide(shop, row, flow, step)

    async def _flow_row(self, shop: Shop, number: int) -> Row | None:
        place = (shop.id, number)
        if place not in self._flows:
            self._flows[place] = await find_flow(self._connection, shop, number)
        return self._flows[place]

    async def _decide(self, shop: Shop, row: Row, flow: Flow, step: Row) -> DueStep | StepResult:
        planned = step_numbered(flow, step["position"])
        if planned is None:
            return StepResult("skipped", "the step was removed from the flow", "AUTOMATION_SKIPPED")
        action = planned.action
        if action.kind != step["action"]:
            return _cancelled("the flow was changed")
        checkout = self._checkouts[shop.id].get(step["checkout_id"])
        if checkout is not None and checkout.email_state == "scheduled":
            # Scheduling this step set the state. A flow for checkouts without a mail must still match.
            checkout = replace(checkout, email_state="not_sent")
        facts = await facts_of_flow(
            self._connection, shop, flow, row["id"], checkout, self._now, is_active=row["is_active"]
        )
        refusal = why_flow_stops(flow, facts, FIELDS)
        if refusal is not None:
            return _cancelled(refusal.reason)
        assert checkout is not None, "the flow stops for a deleted checkout"
        if isinstance(action, OnlyWait):
            return StepResult("done")
        if isinstance(action, Branch):
            reason = why_condition_fails(action.condition, facts, FIELDS)
            return StepResult("done", "then" if reason is None else f"else: {reason}", is_met=reason is None)
        refusal = why_step_is_skipped(flow, action, facts)
        if refusal is not None:
            activity: ActivityType = "EMAIL_NOT_SENT" if action.kind == "send_email" else "AUTOMATION_SKIPPED"
            return StepResult("skipped", refusal.reason, activity, may_mail=not refusal.for_good)
        if facts.person.is_held_out and action.kind != "send_email":
            return StepResult("skipped", "held out")
        quiet = quiet_until(shop, checkout, facts.now) if action.kind == "send_email" else None
        if quiet is not None:
            return postponed(quiet)
        # Without a mail server both groups wait, so that they remain comparable.
        if facts.person.is_held_out and (self._has_mail_server or shop.is_demo):
            return replace(_cancelled("held out"), person=facts.person)
        approvals = approvals_of(await app_settings_of(self._connection, shop, row["owner_id"]))
        return DueStep(step, shop, flow, planned, checkout, facts.code, approvals, facts.person)


def _cancelled(reason: str) -> StepResult:
    return StepResult("cancelled", reason, "AUTOMATION_SKIPPED", goes_on=False)
