"""Many people through the engine of flows, in virtual time: each rule about a person holds for everyone.

    python -m tests.promises.people --people 50000

Over five virtual days, people of four time zones leave one or two carts, and some of them buy: their cart, or
elsewhere. Two flows write to them. Promised: nobody receives more mails in seven days than the cap, a mail at night, a
mail about a cart after a purchase, or mails of two flows at once; the share of held-out people is that of the flow,
which writes to none of them.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from abandoned_checkouts.checkouts.moment import DAY, MINUTE, format_utc, to_datetime
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.shopify.formats.from_rest.order import order_from_rest
from abandoned_checkouts.store.checkouts.take import take_checkout
from abandoned_checkouts.store.checkouts.take_orders import take_order
from abandoned_checkouts.store.engine.database import Database, open_database
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.flows import save_flow, set_flow_active
from abandoned_checkouts.store.tables import abandoned_checkouts, flow_people
from abandoned_checkouts.store.tenants.shops import create_shop
from abandoned_checkouts.twin.mail_tray import MailTray
from abandoned_checkouts.work.workers import Workers
from tests.intake.messages import START, Clock, checkout

ZONES = {"DE": "Europe/Berlin", "JP": "Asia/Tokyo", "IN": "Asia/Kolkata", "IL": "Asia/Jerusalem"}
CAP, NIGHT = 2, (22, 8)
MAILS = [{"wait": "1 hour"}, {"send_email": {}}, {"wait": "1 day"}, {"send_email": {}}]
FLOWS: list[dict[str, Any]] = [
    {"name": "Reminders", "holdout": "10%", "steps": MAILS},
    {"name": "Another", "steps": [{"wait": "3 hours"}, {"send_email": {}}]},
]
DAYS, TURN = 5, 60 * MINUTE


# The address, the moment, the flow and the checkout of a mail.
Sent = tuple[str, int, int, int]


@dataclass
class Outcome:
    people: int
    seconds: float = 0.0
    mails: int = 0
    held_out: int = 0
    entered: int = 0
    bought: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def is_kept(self) -> bool:
        # A tenth, within four standard deviations.
        share, n = self.held_out / max(self.entered, 1), max(self.entered, 1)
        return not self.problems and self.mails > 0 and abs(share - 0.1) < 4 * (0.09 / n) ** 0.5

    def __str__(self) -> str:
        return (
            f"{self.people} people in {self.seconds:.0f} s ({1000 * self.seconds / self.people:.1f} ms each): "
            f"{self.mails} mails, {self.entered} people entered the flow, {self.held_out} of them held out, "
            f"{self.bought} purchases, {len(self.problems)} problems {self.problems[:3]}"
        )


@dataclass
class Plan:
    """What people do, by the turn in which they do it."""

    carts: dict[int, list[tuple[str, str, str]]] = field(default_factory=lambda: defaultdict(list))
    orders: dict[int, list[tuple[str, str | None]]] = field(default_factory=lambda: defaultdict(list))


def planned(people: int, seed: int) -> tuple[Plan, dict[str, str]]:
    """The plan, and the time zone of each address."""
    chance, plan, zones = random.Random(seed), Plan(), dict[str, str]()
    turns = 2 * DAY // TURN
    for number in range(people):
        address, country = f"p{number}@example.com", chance.choice(sorted(ZONES))
        zones[address] = ZONES[country]
        first = chance.randrange(turns)
        plan.carts[first].append((f"{number}a", address, country))
        if chance.random() < 0.3:
            # In other letters: the same person.
            plan.carts[chance.randrange(turns)].append((f"{number}b", address.upper(), country))
        if chance.random() < 0.3:
            token = f"{number}a" if chance.random() < 0.5 else None
            plan.orders[first + 1 + chance.randrange(turns)].append((address, token))
    return plan, zones


async def prove(url: str, people: int, seed: int = 1) -> Outcome:
    outcome, clock, began = Outcome(people), Clock(), time.monotonic()
    database, (plan, zones) = await open_database(url), planned(people, seed)
    async with database.begin() as connection:
        settings = {"quiet_hours": f"{NIGHT[0]}:00-{NIGHT[1]:02}:00", "mails_per_week": CAP}
        shop = await create_shop(connection, "people.myshopify.com", now=START, settings=settings)
        flows = [await save_flow(connection, shop, flow, now=START) for flow in FLOWS]
        for flow in flows:
            await set_flow_active(connection, shop, flow["id"], True, START)
    mails: list[Sent] = []

    def note(_shop: Shop, mail: Row) -> None:
        mails.append((str(mail["recipient"]).lower(), mail["sent_at"], mail["flow_id"], mail["checkout_id"]))

    server = MailTray.without_server("Acme <hello@acme.example>")
    workers = Workers(database, clock, mail_server=server, on_mail=note, address="https://server.example")
    bought: dict[str, int] = {}
    for turn in range(DAYS * DAY // TURN):
        await _act(database, shop, plan, turn, clock(), bought)
        await workers.settle()
        clock.now += TURN
    await workers.stop()
    async with database.read() as connection:
        rows = (await connection.execute(select(flow_people).where(flow_people.c.flow_id == flows[0]["id"]))).all()
        carts = select(abandoned_checkouts.c.email, abandoned_checkouts.c.id, abandoned_checkouts.c.created_at)
        left = {(row.email.lower(), row.id): row.created_at for row in await connection.execute(carts)}
    await database.close()
    held = {row.customer_id for row in rows if row.is_held_out}
    outcome.entered, outcome.held_out, outcome.mails = len(rows), len(held), len(mails)
    outcome.bought, outcome.seconds = len(bought), time.monotonic() - began
    outcome.problems = _problems(mails, zones, bought, left, flows[0]["id"])
    if len({each[0] for each in mails if each[2] == flows[0]["id"]}) != outcome.entered - outcome.held_out:
        outcome.problems.append("the flow wrote to held-out people, or not to all others")
    return outcome


async def _act(database: Database, shop: Shop, plan: Plan, turn: int, now: int, bought: dict[str, int]) -> None:
    """What people do in this turn: they leave carts, and buy."""
    if not plan.carts[turn] and not plan.orders[turn]:
        return
    for token, address, country in plan.carts[turn]:
        lives = {"country_code": country, "city": "Town", "address1": "Lane 7"}
        source = checkout(token, at=now, email=address, customer=None, shipping_address=lives)
        left = checkout_from_rest(source, zone="UTC")
        await database.write(lambda connection, left=left: take_checkout(connection, shop, left, now))  # type: ignore[misc]
    for number, (address, named) in enumerate(plan.orders[turn]):
        order = {"id": turn * 1_000_000 + number + 1, "name": "#1", "order_number": 1, "email": address}
        order |= {"currency": "USD", "total_price": "10.00", "checkout_token": named}
        order |= dict.fromkeys(("created_at", "updated_at", "processed_at"), format_utc(now))
        placed = order_from_rest(order, zone="UTC")
        await database.write(lambda connection, placed=placed: take_order(connection, shop, placed, now))  # type: ignore[misc]
        bought.setdefault(address, now)


def _problems(
    mails: list[Sent], zones: dict[str, str], bought: dict[str, int], left: dict[tuple[str, int], int], first: int
) -> list[str]:
    problems: list[str] = []
    by_person: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for address, sent_at, flow, cart in mails:
        by_person[address].append((sent_at, flow))
        hour = to_datetime(sent_at).astimezone(ZoneInfo(zones[address])).hour
        if not NIGHT[1] <= hour < NIGHT[0]:
            problems.append(f"{address} got a mail at {hour}:00 in {zones[address]}")
        if address in bought and left.get((address, cart), sent_at) < bought[address] < sent_at:
            problems.append(f"{address} got a mail after a purchase")
    for address, sent in by_person.items():
        sent.sort()
        for place, (at, _) in enumerate(sent):
            if sum(1 for later, _ in sent[place:] if later < at + 7 * DAY) > CAP:
                problems.append(f"{address} got more than {CAP} mails in seven days")
                break
        flows = Counter(flow for _, flow in sent)
        inside = [at for at, flow in sent if flow == first]
        if len(flows) == 2 and any(inside[0] < at < inside[-1] for at, flow in sent if flow != first):
            problems.append(f"{address} got a mail of one flow while another wrote to them")
    return problems


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(
            prove(f"sqlite+aiosqlite:///{Path(folder) / 'people.sqlite3'}", options.people, options.seed)
        )
    print(found)
    raise SystemExit(0 if found.is_kept else 1)
