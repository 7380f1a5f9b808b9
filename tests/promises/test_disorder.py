"""Lives told in any order, while the scheduler comes by at any moment, end as if they had been told in time."""

import random
from dataclasses import dataclass
from typing import Any

import pytest

from abandoned_checkouts.checkouts.moment import DAY, MINUTE, format_local
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.open_checkouts import find_abandoned_checkout, find_open_checkout
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.work.abandon_due import abandon_due, lapse_due
from tests.intake.messages import START, Clock, Sender, checkout

pytestmark = pytest.mark.anyio
LIVES = 12


@dataclass
class Life:
    """`messages` are moments, topics and bodies; `end` is what becomes of it: the state, the note of the newest
    telling, when it was bought, when it counts as abandoned."""

    messages: list[tuple[int, str, dict[str, Any]]]
    end: tuple[str, str, int | None, int | None]


def life(chance: random.Random, token: str, base: int) -> Life:
    """The buyer may leave an address at some point, and buy: before the threshold or after, or after all days."""
    messages, minute, contact = [], 0, None
    tellings = chance.randint(1, 4)
    leaves_contact = chance.randint(0, tellings)
    for place in range(tellings):
        reached = place >= leaves_contact
        nobody = {} if reached else {"email": None, "customer": None}
        told = checkout(token, at=base, updated=minute, note=str(place), **nobody)
        messages.append((base + minute * MINUTE, "checkouts/update" if place else "checkouts/create", told))
        contact = base + minute * MINUTE if reached and contact is None else contact
        minute += chance.choice([1, 3, 7, 20])
    bought, note = None, str(tellings - 1)
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
        return Life(messages, ("open" if bought is None else "completed", note, bought, None))
    recovered = bought is not None and bought < due + 30 * DAY
    return Life(messages, ("recovered" if recovered else "lapsed", note, bought, due))


@pytest.mark.parametrize("seed", range(2))
async def test_any_order(store: Database, shop: Shop, sender: Sender, clock: Clock, seed: int) -> None:
    chance = random.Random(seed)
    for number in range(LIVES):
        token, clock.now = f"t{number}", START + number * 100 * DAY
        told = life(chance, token, clock.now)
        messages = chance.sample(told.messages, len(told.messages))
        log = []
        for moment, topic, body in messages:
            clock.now = max(clock.now, moment) + chance.choice([0, 0, MINUTE, 15 * MINUTE])
            if chance.random() < 0.5:
                log.append(("the scheduler", await abandon_due(store, clock()), await lapse_due(store, clock())))
            log.append((topic, body.get("updated_at") or body["created_at"], await sender.tell(topic, body)))
        clock.now += 70 * DAY
        await abandon_due(store, clock())
        await lapse_due(store, clock())
        assert await end_of(store, shop, token) == told.end, log


async def end_of(store: Database, shop: Shop, token: str) -> tuple[str, str, int | None, int | None]:
    async with store.read() as connection:
        stored = await find_abandoned_checkout(connection, shop, token=token)
        entry = await find_open_checkout(connection, shop, token=token)
    if stored is None:
        assert entry is not None
        return entry.state, entry.checkout.note, entry.checkout.completed_at, None
    found = stored[0]
    state = "recovered" if found.recovered_at is not None else "lapsed" if found.lapsed_at is not None else "abandoned"
    return state, found.note, found.completed_at, found.abandoned_at
