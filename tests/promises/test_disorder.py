"""Reports in any order, with runs of the scheduler in between, have the same result as reports in time, on both
databases.

tests/checkouts/test_transition.py tries many more orders without a database.
"""

import random
from dataclasses import dataclass
from typing import Any

import pytest

from abandoned_checkouts.checkouts.moment import DAY, MINUTE, format_local
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.known_records import find_known
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.work.abandon_due import abandon_due, lapse_due
from tests.intake.messages import START, Clock, Sender, checkout

pytestmark = pytest.mark.anyio
LIFECYCLES = 8


@dataclass
class Lifecycle:
    """`messages` are moments, topics and bodies; `end` is the final state, the note of the newest report, when the
    buyer bought, and when the checkout was abandoned."""

    messages: list[tuple[int, str, dict[str, Any]]]
    end: tuple[str, str, int | None, int | None]


def lifecycle(chance: random.Random, token: str, base: int) -> Lifecycle:
    """The buyer may give a contact at some point, and buy: before the threshold, after it, or after the attribution."""
    messages, minute, contact = [], 0, None
    reports = chance.randint(1, 4)
    first_contact = chance.randint(0, reports)
    for place in range(reports):
        has_contact = place >= first_contact
        anonymous = {} if has_contact else {"email": None, "customer": None}
        body = checkout(token, at=base, updated=minute, note=str(place), **anonymous)
        messages.append((base + minute * MINUTE, "checkouts/update" if place else "checkouts/create", body))
        contact = base + minute * MINUTE if has_contact and contact is None else contact
        minute += chance.choice([1, 3, 7, 20])
    bought, note = None, str(reports - 1)
    if chance.random() < 0.7:
        bought = base + (minute + chance.choice([0, 1, 5, 9, 60, 31 * 24 * 60])) * MINUTE
        at = format_local(bought, "UTC")
        order = {"id": base // DAY, "currency": "USD", "checkout_token": token, "created_at": at}
        last = {**messages[-1][2], "updated_at": at, "completed_at": at, "note": "bought"}
        by_order = chance.random() < 0.5
        messages.append((bought, "orders/create", order) if by_order else (bought, "checkouts/update", last))
        note = note if by_order else "bought"
    due = None if contact is None else contact + 10 * MINUTE
    if due is None or (bought is not None and bought < due):
        return Lifecycle(messages, ("open" if bought is None else "completed", note, bought, None))
    recovered = bought is not None and bought < due + 30 * DAY
    return Lifecycle(messages, ("recovered" if recovered else "lapsed", note, bought, due))


async def test_any_order(store: Database, shop: Shop, sender: Sender, clock: Clock) -> None:
    chance = random.Random(0)
    for number in range(LIFECYCLES):
        token, clock.now = f"t{number}", START + number * 100 * DAY
        expected = lifecycle(chance, token, clock.now)
        messages = chance.sample(expected.messages, len(expected.messages))
        log = []
        for moment, topic, body in messages:
            clock.now = max(clock.now, moment) + chance.choice([0, 0, MINUTE, 15 * MINUTE])
            if chance.random() < 0.5:
                log.append(("the scheduler", await abandon_due(store, clock()), await lapse_due(store, clock())))
            log.append((topic, body.get("updated_at") or body["created_at"], await sender.send(topic, body)))
        clock.now += 70 * DAY
        await abandon_due(store, clock())
        await lapse_due(store, clock())
        assert await end_of(store, shop, token) == expected.end, log


async def end_of(store: Database, shop: Shop, token: str) -> tuple[str, str, int | None, int | None]:
    async with store.read() as connection:
        known = await find_known(connection, shop, token=token)
    assert known is not None
    found, state = known.checkout, str(known.state)
    if state == "abandoned":
        state = "recovered" if found.recovered_at is not None else "lapsed" if found.lapsed_at is not None else state
    return state, found.note, found.completed_at, found.abandoned_at
