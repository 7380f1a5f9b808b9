"""Computes what a flow would have done with the checkouts of the last days if it had been on. Nothing is sent or
written.

Decisions are those of `automations/decide`, in the order of time. Some facts are known only as they are today: the
cart, the consent, earlier orders, the stock and the discount codes left. Other flows are assumed to send no mails.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from heapq import heapify, heappop, heappush

from abandoned_checkouts.automations.decide import MAIL_WINDOW, FlowFacts, recipient_of
from abandoned_checkouts.automations.decide_past import checkout_at, decide_at, facts_at, issues_code
from abandoned_checkouts.automations.flow import Flow, Step
from abandoned_checkouts.automations.flow_tree import step_after, step_numbered
from abandoned_checkouts.automations.postpone import buyers_zone_if_needed
from abandoned_checkouts.automations.wait import end_of_waits, needs_buyers_zone
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import DAY, format_utc
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.people import is_most_significant
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.flow_facts import current_checkout
from abandoned_checkouts.store.flows.person_mails import abandoned_between, mails_between
from abandoned_checkouts.store.privacy.unsubscribed import recipient_key
from abandoned_checkouts.work.load_flow import FIELDS, facts_of_flow, flow_of

MOST_DAYS, MOST_CHECKOUTS = 90, 5_000


async def dry_run(
    connection: Connection,
    shop: Shop,
    row: Row,
    days: int,
    now: int,
    most: int = MOST_CHECKOUTS,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> UntypedJson:
    """For each step that the latest `most` checkouts of the last `days` reach: `would_run` (checkout,
    recipient, at) and `would_not` (also reason). `not_due` counts the steps that would still be waiting.

    `progress` is called with the number of checkouts that are tried so far, and of all."""
    flow = flow_of(row)
    assert flow is not None, "an invalid flow cannot be stored"
    numbers = await abandoned_between(connection, shop, now - days * DAY, now, most)
    run = _DryRun(connection, shop, flow, row["id"], now)
    for number, abandoned_at in numbers:
        await run.plan(flow.steps[0], number, abandoned_at)
    seen: set[int] = set()
    async for number in run.go():
        seen.add(number)
        progress(len(seen), len(numbers))
    return {
        "flow": flow.name,
        "days": days,
        "checkouts": len(numbers),
        "steps": [
            {
                "step": place,
                "action": step.action.kind,
                "would_run": run.ran[step.number],
                "would_not": run.not_run[step.number],
            }
            for place, step in enumerate(flow.all_steps(), 1)
            if step.number in run.ran or step.number in run.not_run
        ],
        "not_due": run.not_due,
    }


class _DryRun:
    def __init__(self, connection: Connection, shop: Shop, flow: Flow, flow_id: int, now: int) -> None:
        self._connection, self._shop, self._flow, self._flow_id, self._now = connection, shop, flow, flow_id, now
        # When a step of a checkout is due: the moment, the checkout and the number of the step.
        self._due: list[tuple[int, int, int]] = []
        # The facts of today about each checkout, for its further steps.
        self._known: dict[int, FlowFacts] = {}
        self._mails: dict[str, list[int]] = defaultdict(list)
        self._codes: dict[str, list[int]] = defaultdict(list)
        self.ran: dict[int, list[UntypedJson]] = defaultdict(list)
        self.not_run: dict[int, list[UntypedJson]] = defaultdict(list)
        self.not_due = 0

    async def plan(self, step: Step | None, number: int, since: int) -> None:
        if step is None:
            return
        checkout = None
        if needs_buyers_zone(step.waits):
            checkout = await current_checkout(self._connection, self._shop, number)
        zone = buyers_zone_if_needed(step.waits, checkout, self._shop)
        heappush(self._due, (end_of_waits(step.waits, since, self._shop.timezone, zone), number, step.number))

    async def go(self) -> AsyncIterator[int]:
        """Decides all steps. Yields the checkout of each."""
        heapify(self._due)
        while self._due:
            at, number, step_number = heappop(self._due)
            step = step_numbered(self._flow, step_number)
            checkout = await current_checkout(self._connection, self._shop, number)
            if at > self._now:
                self.not_due += 1
            elif step is not None and checkout is not None:
                await self._take(step, checkout, number, at)
            yield number

    async def _facts_today(self, checkout: Checkout, number: int) -> FlowFacts:
        if number not in self._known:
            facts = await facts_of_flow(
                self._connection, self._shop, self._flow, self._flow_id, checkout, self._now, is_active=True
            )
            # Without the checkout, which needs much memory.
            self._known[number] = replace(facts, checkout=None)
        return self._known[number]

    async def _take(self, step: Step, today: Checkout, number: int, at: int) -> None:
        connection, shop, flow = self._connection, self._shop, self._flow
        checkout = checkout_at(today, at)
        facts = await self._facts_today(checkout, number)
        person, recipient = facts.person, recipient_of(checkout)
        key = "" if recipient is None else recipient_key(shop, recipient)
        facts = facts_at(
            facts,
            checkout,
            at,
            is_most_significant=await is_most_significant(connection, shop, person.customers, checkout, at),
            other_mails=await mails_between(connection, shop, key, at - MAIL_WINDOW, at, self._flow_id),
            mails=self._mails[person.key],
            codes=self._codes[person.key],
        )
        decided = decide_at(flow, step, facts, FIELDS)
        if decided.kind == "waits":
            heappush(self._due, (decided.until, number, step.number))
            return
        entry: UntypedJson = {"checkout": number, "recipient": recipient, "at": format_utc(at)}
        if decided.kind == "runs":
            self.ran[step.number].append(entry)
            if step.action.kind == "send_email":
                self._mails[person.key].append(at)
            if issues_code(step):
                self._codes[person.key].append(at)
        elif decided.kind != "silent":
            self.not_run[step.number].append({**entry, "reason": decided.reason})
        if decided.kind != "stops":
            await self.plan(step_after(flow, step.number, decided.is_met), number, at)


def dry_run_text(found: UntypedJson) -> str:
    """The result in plain English: a line for each step, and one for each checkout."""
    lines = [f"{found['flow']}: {found['checkouts']} checkouts abandoned in the last {found['days']} days"]
    for step in found["steps"]:
        ran, not_run = step["would_run"], step["would_not"]
        lines.append(f"step {step['step']}, {step['action']}: would run for {len(ran)}, not for {len(not_run)}")
        lines += [f"  {each['at']} checkout {each['checkout']} {each['recipient'] or '-'}" for each in ran]
        lines += [
            f"  {each['at']} checkout {each['checkout']} {each['recipient'] or '-'}: not: {each['reason']}"
            for each in not_run
        ]
    if found["not_due"]:
        lines.append(f"not due yet: {found['not_due']} steps")
    return "".join(f"{line}\n" for line in lines)
