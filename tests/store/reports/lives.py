"""Generated lives of checkouts: begun, mailed, visited, bought in every way, imported, deleted, erased.

Reports arrive late, twice and out of order. The autumn change of the clocks is among the days.

Some lives happen step by step, with the scheduler and the consumers of events in between. Most are stored in bulk, as
an import stores them: with their mails and visits, then again with changes.
"""

import random
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import insert, select

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.moment import DAY, HOUR, MINUTE
from abandoned_checkouts.checkouts.order import Order
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.delete_checkouts import delete_checkouts
from abandoned_checkouts.store.checkouts.recovery_links import linked_checkouts, record_visit
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.checkouts.save_customers import save_customers
from abandoned_checkouts.store.checkouts.take import complete_checkout, take_checkout
from abandoned_checkouts.store.checkouts.take_orders import take_order
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.flows.flow_facts import save_mail
from abandoned_checkouts.store.privacy.erase_person import erase_person
from abandoned_checkouts.store.privacy.find_person import find_person
from abandoned_checkouts.store.reports.changes import add_changes
from abandoned_checkouts.store.reports.note_actions import NewAction, note_many
from abandoned_checkouts.store.tables import flow_mails, purchases
from abandoned_checkouts.work.abandon_due import abandon_due, lapse_due
from abandoned_checkouts.work.dispatch import Dispatcher, consumers

# 2026-10-02; clocks in New York change on 2026-11-01.
START = 1_790_900_000_000_000
DAYS = 70
# Steps in one transaction, lives that are stored in bulk at once, and after how many of these the tables are analysed.
_TOGETHER, _BULK, _ANALYSED = 60, 500, 5000

Step = Callable[[Connection, Shop, int], Awaitable[object]]


@dataclass
class World:
    """`seen_purchases` are all purchases that were ever stored: an erasure deletes those of the person."""

    chance: random.Random
    steps: list[tuple[int, Step]] = field(default_factory=list)
    seen_purchases: set[tuple[int, str, int]] = field(default_factory=set)
    people: int = 0
    erased: set[int] = field(default_factory=set)
    bulk: list["BulkLife"] = field(default_factory=list)

    def at(self, moment: int, step: Step) -> None:
        """Let a step arrive: usually at once, sometimes late or twice."""
        late = self.chance.choice([0, 0, 0, 0, 3 * MINUTE, 40 * MINUTE, 2 * DAY])
        self.steps.append((moment + late, step))
        if self.chance.random() < 0.1:
            self.steps.append((moment + late + self.chance.randint(0, DAY), step))


@dataclass(frozen=True, slots=True)
class BulkLife:
    """A checkout as it is imported, and as it is imported again; when mails were sent and the link was visited; when
    the person bought something else."""

    checkout: Checkout
    person: int
    again: Checkout | None
    mails: tuple[int, ...]
    visits: tuple[int, ...]
    order_at: int | None


def make_world(count: int, seed: int = 0, bulk: int = 0) -> World:
    """`count` lives that happen step by step, and `bulk` others."""
    world = World(random.Random(seed))
    people = max(count * 2 // 3, 1)
    for number in range(1, count + 1):
        if world.chance.random() < 0.1:
            # What a person buys elsewhere after a deletion is not counted, so these people have only one checkout.
            _life(world, number, people + number, is_deleted=True)
        else:
            _life(world, number, world.chance.randint(1, people))
    world.people = people + count
    world.steps.sort(key=lambda item: item[0])
    others = max(bulk * 2 // 3, 1)
    world.bulk = [
        _bulk_life(world.chance, count + number, world.people + world.chance.randint(1, others))
        for number in range(1, bulk + 1)
    ]
    world.people += others if bulk else 0
    return world


def _bulk_life(chance: random.Random, number: int, person: int) -> BulkLife:
    begun = START + chance.randint(0, DAYS * DAY // MINUTE) * MINUTE + chance.randint(0, MINUTE)
    checkout = replace(_checkout(chance, number, person, begun), abandoned_at=begun + 10 * MINUTE)
    bought = begun + chance.choice([HOUR, 30 * HOUR, 8 * DAY, 29 * DAY, 33 * DAY]) if chance.random() < 0.35 else None
    checkout.completed_at = bought
    again = None
    if chance.random() < 0.1:
        again = replace(checkout, updated_at=begun + DAY, total_price=checkout.total_price + 70_000)
    return BulkLife(
        checkout,
        person,
        again,
        tuple(begun + (place * 24 + 1) * HOUR for place in range(chance.choice([0, 1, 2]))),
        (begun + chance.randint(1, 80) * HOUR,) if chance.random() < 0.3 else (),
        begun + chance.choice([HOUR, 4 * DAY, 40 * DAY]) if chance.random() < 0.03 else None,
    )


def _life(world: World, number: int, person: int, *, is_deleted: bool = False) -> None:
    chance = world.chance
    begun = START + chance.randint(0, DAYS * DAY // MINUTE) * MINUTE + chance.randint(0, MINUTE)
    checkout = _checkout(chance, number, person, begun)
    has_contact = chance.random() < 0.85
    first = checkout if has_contact else replace(checkout, email=None, customer=None, customer_id=None)
    if chance.random() < 0.15:
        bought = begun + chance.randint(1, 50) * DAY if chance.random() < 0.4 else None
        _import(world, replace(checkout, completed_at=bought, abandoned_at=begun + 10 * MINUTE), begun)
        return
    world.at(begun, _take(first))
    if has_contact and chance.random() < 0.6:
        moment = begun + chance.choice([2, 8, 300]) * MINUTE
        world.at(moment, _take(replace(checkout, updated_at=moment, total_price=checkout.total_price + 70_000)))
    for place in range(chance.choice([0, 1, 2]) if has_contact else 0):
        moment = begun + (place * 24 + 1) * HOUR
        world.steps.append((moment, _mail(number, place, moment)))
    if has_contact and chance.random() < 0.45:
        world.steps.append((begun + chance.randint(1, 80) * HOUR, _visit(number)))
    if is_deleted:
        world.steps.append((begun + chance.randint(1, 60) * DAY, _delete(number)))
    _end(world, checkout, begun, person, has_contact)


def _end(world: World, checkout: Checkout, begun: int, person: int, has_contact: bool) -> None:
    chance, number = world.chance, checkout.id or 0
    drawn = chance.random()
    if drawn < 0.35:
        bought = begun + chance.choice([5 * MINUTE, HOUR, 30 * HOUR, 8 * DAY, 29 * DAY, 33 * DAY])
        if chance.random() < 0.5:
            world.at(bought, _take(replace(checkout, updated_at=bought, completed_at=bought)))
        else:
            world.at(bought, _complete(number, bought))
    elif drawn < 0.45 and has_contact:
        bought = begun + chance.choice([HOUR, 4 * DAY, 40 * DAY])
        world.at(bought, _order(number, person, bought))
    elif drawn < 0.55 and has_contact and person not in world.erased:
        world.erased.add(person)
        world.steps.append((begun + chance.randint(2, 60) * DAY, _erase(world, person)))


def _checkout(chance: random.Random, number: int, person: int, begun: int) -> Checkout:
    rate = chance.choice([1, 1, 1, 2])
    lines = [_line(chance, number, place, rate) for place in range(chance.randint(1, 3))]
    total = sum(line.discounted_total_price for line in lines)
    return Checkout(
        platform="shopify",
        id=number,
        name=f"#{number}",
        token=f"t{number}",
        cart_token=f"cart{number}",
        created_at=begun,
        updated_at=begun,
        currency="USD",
        presentment_currency="EUR" if rate == 2 else "USD",
        email=f"person{person}@example.com",
        customer=_customer(person),
        total_price=total,
        presentment_total_price=total * rate,
        line_items=lines,
    )


def _customer(person: int) -> Customer:
    return Customer(id=person, email=f"person{person}@example.com", created_at=START - DAY, updated_at=START - DAY)


def _line(chance: random.Random, number: int, place: int, rate: int) -> LineItem:
    product, quantity = chance.choice([None, *range(11, 18)]), chance.randint(1, 3)
    price = chance.choice([5_000, 99_000, 420_000, 1_250_000]) * quantity
    return LineItem(
        key=f"{number}-{place}",
        quantity=quantity,
        title=f"Product {product}" if product else "Gift",
        product_id=product,
        discounted_total_price=price,
        presentment_discounted_total_price=price * rate,
    )


def _import(world: World, checkout: Checkout, at: int) -> None:
    async def step(connection: Connection, shop: Shop, now: int) -> None:
        await save_checkouts(connection, shop, [replace(checkout)], are_imported=True)

    world.at(at + 60 * DAY, step)


def _take(checkout: Checkout) -> Step:
    async def step(connection: Connection, shop: Shop, now: int) -> None:
        await take_checkout(connection, shop, replace(checkout), now)

    return step


def _complete(number: int, bought: int) -> Step:
    async def step(connection: Connection, shop: Shop, now: int) -> None:
        await complete_checkout(connection, shop, completed_at=bought, now=now, number=number)

    return step


def _order(number: int, person: int, bought: int) -> Step:
    order = Order(
        id=100_000 + number,
        name=f"#{number}",
        currency="USD",
        created_at=bought,
        updated_at=bought,
        customer_id=person,
        email=f"person{person}@example.com",
        total_price=90_000,
        number=number,
        processed_at=bought,
        presentment_currency="USD",
    )

    async def step(connection: Connection, shop: Shop, now: int) -> None:
        await take_order(connection, shop, replace(order), now)

    return step


def _mail(number: int, place: int, moment: int) -> Step:
    async def step(connection: Connection, shop: Shop, now: int) -> None:
        await save_mail(connection, shop, _mail_row(number, place, moment))

    return step


def _visit(number: int) -> Step:
    async def step(connection: Connection, shop: Shop, now: int) -> None:
        for linked in (await linked_checkouts(connection, shop, f"cart{number}"))[:1]:
            await record_visit(connection, shop, linked, now)

    return step


def _delete(number: int) -> Step:
    async def step(connection: Connection, shop: Shop, now: int) -> None:
        await delete_checkouts(connection, shop, [number], now=now)

    return step


def _erase(world: World, person: int) -> Step:
    async def step(connection: Connection, shop: Shop, now: int) -> None:
        await _see_purchases(world, connection)
        await erase_person(connection, shop, await find_person(connection, shop, customer_id=person), now)

    return step


async def _store_bulk(world: World, store: Database, shop: Shop, now: int) -> None:
    for start in range(0, len(world.bulk), _BULK):
        if start % _ANALYSED == 0 and len(world.bulk) > _ANALYSED:
            await _analyse(store)
        lives = world.bulk[start : start + _BULK]
        mails, actions = [], []
        for life in lives:
            number = life.checkout.id or 0
            for place, at in enumerate(life.mails):
                mails.append(_mail_row(number, place, at) | {"shop_id": shop.id})
                actions.append(NewAction("sent", f"mail/m{number}-{place}", number, f"1.{place}", at))
            for at in life.visits:
                # A visit counts for the step of the last mail before it.
                last = sum(sent_at <= at for sent_at in life.mails) - 1
                actions.append(NewAction("visit", f"visit/{number}", number, f"1.{last}" if last >= 0 else "", at))
        async with store.begin() as connection:
            await connection.execute(insert(flow_mails), mails)
            await note_many(connection, shop, actions)
            await save_checkouts(connection, shop, [replace(life.checkout) for life in lives], are_imported=True)
        async with store.begin() as connection:
            changed = [replace(life.again) for life in lives if life.again is not None]
            await save_checkouts(connection, shop, changed, are_imported=True)
            for life in lives:
                if life.order_at is not None:
                    await _order(life.checkout.id or 0, life.person, life.order_at)(connection, shop, now)


async def _analyse(store: Database) -> None:
    """The databases of tests have no autovacuum, which does this elsewhere. PostgreSQL would keep plans for empty
    tables: each check of a foreign key would read a whole table."""
    async with store.begin() as connection:
        await connection.exec_driver_sql("ANALYZE")


def _mail_row(number: int, place: int, moment: int) -> dict[str, Any]:
    mail: dict[str, Any] = dict.fromkeys(("recipient_key", "recipient", "sender", "subject", "html", "plain"), "x")
    sent = {"id": f"m{number}-{place}", "checkout_id": number, "flow_id": 1, "position": place, "sent_at": moment}
    return {**mail, **sent, "locale": None}


async def _see_purchases(world: World, connection: Connection) -> None:
    rows = await connection.execute(select(purchases.c.customer_id, purchases.c.source, purchases.c.bought_at))
    world.seen_purchases.update((row.customer_id, row.source, row.bought_at) for row in rows)


async def live(world: World, store: Database, shop: Shop) -> int:
    """Let all steps happen, with the scheduler and the consumers of events in between. Returns the last moment."""
    clock = 0
    dispatcher = Dispatcher(store, lambda: clock, consumers("https://server.example"))
    async with store.begin() as connection:
        for start in range(1, world.people + 1, 2000):
            people = range(start, min(start + 2000, world.people + 1))
            await save_customers(connection, shop, [_customer(person) for person in people])
    for steps in _batches(world.steps):
        async with store.begin() as connection:
            for moment, step in steps:
                clock = max(clock, moment)
                await step(connection, shop, clock)
        await _settle(world, store, dispatcher, clock)
    await _store_bulk(world, store, shop, clock)
    if len(world.bulk) > _ANALYSED:
        await _analyse(store)
    clock += 100 * DAY
    await _settle(world, store, dispatcher, clock)
    return clock


def _batches(steps: list[tuple[int, Step]]) -> Iterator[list[tuple[int, Step]]]:
    for start in range(0, len(steps), _TOGETHER):
        yield steps[start : start + _TOGETHER]


async def _settle(world: World, store: Database, dispatcher: Dispatcher, now: int) -> None:
    await abandon_due(store, now)
    await lapse_due(store, now)
    while await dispatcher.turn():
        pass
    if world.chance.random() < 0.3:
        await add_changes(store)
    async with store.read() as connection:
        await _see_purchases(world, connection)
