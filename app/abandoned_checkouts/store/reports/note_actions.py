"""Records sent mails, skipped steps and visits by the link, each once, in the caller's transaction."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.reports.days import day_and_hour
from abandoned_checkouts.reports.facts import Amounts, CheckoutFacts, CountKey, Key
from abandoned_checkouts.reports.step_parts import part_of_skipped
from abandoned_checkouts.store.engine.shop_by_shop import delete_where
from abandoned_checkouts.store.engine.statements import insert_missing, insert_rows
from abandoned_checkouts.store.reports.changes import append_changes
from abandoned_checkouts.store.reports.note_facts import change_facts, earliest
from abandoned_checkouts.store.tables import report_actions

_COLUMNS = ("shop_id", "name", "checkout_id", "kind", "part", "at", "day")

ActionKind = Literal["sent", "skipped", "visit"]

# A name or number in a reason; reasons that differ in nothing else count together.
_VARIABLE = re.compile(r"'[^']*'|\"[^\"]*\"|\d[\d.,]*")


async def note_sent(
    connection: AsyncConnection, shop: Shop, checkout_id: int, at: int, *, name: str, step: str = ""
) -> None:
    """Count a sent mail. `name` identifies it; `step` is its flow.position, or empty if another program sent it."""
    if await _note(connection, shop, "sent", name, checkout_id, step, at):
        await change_facts(
            connection, shop, [checkout_id], lambda facts: replace(facts, mailed_at=earliest(facts.mailed_at, at))
        )


async def note_skipped(
    connection: AsyncConnection, shop: Shop, checkout_id: int, at: int, *, name: str, step: str, reason: str
) -> None:
    """Count a step (flow.position) that did not run, by its reason without names and numbers."""
    part = part_of_skipped(step, _VARIABLE.sub("…", reason)[:100])
    await _note(connection, shop, "skipped", name, checkout_id, part, at)


async def note_visit(connection: AsyncConnection, shop: Shop, checkout_id: int, at: int, *, name: str) -> None:
    """Count a visit by the link, for the step that sent the last mail before it."""
    step = await _last_step(connection, shop, checkout_id, at)
    if await _note(connection, shop, "visit", name, checkout_id, step, at):
        await change_facts(
            connection, shop, [checkout_id], lambda facts: replace(facts, visited_at=earliest(facts.visited_at, at))
        )


@dataclass(frozen=True, slots=True)
class NewAction:
    """`name` identifies it. `part` is the flow.position of a mail; that of the last mail before a visit; the position
    and the reason of a skipped step."""

    kind: ActionKind
    name: str
    checkout_id: int
    part: str
    at: int


async def note_many(connection: AsyncConnection, shop: Shop, actions: Sequence[NewAction]) -> None:
    """Count actions that are not known, of checkouts that are not known yet, such as those of the demo."""
    changes: dict[Key, Amounts] = {}
    rows = []
    for each in actions:
        day = day_and_hour(each.at, shop.timezone)[0]
        key = CountKey(each.kind, day, each.part, shop.currency, shop.currency)
        changes[key] = Amounts(changes.get(key, Amounts()).number + 1)
        rows.append((shop.id, each.name, each.checkout_id, each.kind, each.part, each.at, day))
    await insert_rows(connection, report_actions, _COLUMNS, rows)
    await append_changes(connection, shop.id, changes)


async def note_elsewhere(connection: AsyncConnection, shop: Shop, numbers: list[int], at: int, window: int) -> None:
    """Record that the buyer of these checkouts bought something else at that moment, less than `window` after each
    abandonment."""

    def changed(facts: CheckoutFacts) -> CheckoutFacts:
        if facts.abandoned_at is None or not facts.abandoned_at <= at < facts.abandoned_at + window:
            return facts
        return replace(facts, elsewhere_at=earliest(facts.elsewhere_at, at))

    await change_facts(connection, shop, numbers, changed)


async def _last_step(connection: AsyncConnection, shop: Shop, checkout_id: int, at: int) -> str:
    """The flow.position of the last mail about the checkout; empty without one, or if another program sent it."""
    table = report_actions
    mine = (table.c.shop_id == shop.id) & (table.c.checkout_id == checkout_id) & (table.c.kind == "sent")
    latest = select(table.c.part).where(mine, table.c.at <= at).order_by(table.c.at.desc(), table.c.name.desc())
    return (await connection.execute(latest.limit(1))).scalar() or ""


async def _note(
    connection: AsyncConnection, shop: Shop, kind: ActionKind, name: str, checkout_id: int, part: str, at: int
) -> bool:
    """Returns False, and counts nothing, if the action is known."""
    day = day_and_hour(at, shop.timezone)[0]
    row = {"shop_id": shop.id, "name": name, "checkout_id": checkout_id, "kind": kind, "part": part, "at": at}
    if not await insert_missing(connection, report_actions, {**row, "day": day}):
        return False
    key = CountKey(kind, day, part, shop.currency, shop.currency)
    await append_changes(connection, shop.id, {key: Amounts(1)})
    return True


async def delete_old_actions(connection: AsyncConnection, before: int) -> None:
    """Delete the records of actions before that moment. The sums stay."""
    await delete_where(connection, report_actions, report_actions.c.at < before)
