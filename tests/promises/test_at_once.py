"""Simultaneous messages and flow steps about one checkout: each sees the changes of the others."""

import asyncio

import pytest

from abandoned_checkouts.checkouts.moment import MINUTE
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.store.checkouts.activities import append_activities
from abandoned_checkouts.store.checkouts.open_checkouts import find_abandoned_checkout, find_open_checkout
from abandoned_checkouts.store.checkouts.take import complete_checkout, take_checkout
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.work.abandon_due import abandon_due
from tests.intake.messages import START, Clock, Sender, checkout

pytestmark = pytest.mark.anyio
LATER = START + 20 * MINUTE
ROUNDS = 8


async def update(store: Database, shop: Shop, token: str) -> None:
    async with store.begin() as connection:
        incoming = checkout(token, updated=12, note="new")
        await take_checkout(connection, shop, checkout_from_rest(incoming, zone="UTC"), LATER)


@pytest.mark.parametrize("abandoned", [False, True])
async def test_an_order_and_a_change(store: Database, shop: Shop, abandoned: bool) -> None:
    async def order(token: str) -> None:
        async with store.begin() as connection:
            bought = START + 15 * MINUTE
            await complete_checkout(connection, shop, completed_at=bought, now=LATER, token=token)

    for token in map(str, range(ROUNDS)):
        async with store.begin() as connection:
            await take_checkout(connection, shop, checkout_from_rest(checkout(token), zone="UTC"), START)
        if abandoned:
            assert await abandon_due(store, LATER) == 1
        await asyncio.gather(update(store, shop, token), order(token))
        async with store.read() as connection:
            found = await find_abandoned_checkout(connection, shop, token=token)
        assert found is not None and (found[0].note, found[0].completed_at) == ("new", START + 15 * MINUTE)


async def test_a_mail_and_a_change(store: Database, shop: Shop) -> None:
    async def mail(number: int) -> None:
        async with store.begin() as connection:
            sent = [{"activity_type": "EMAIL_SENT", "created_at": LATER}]
            await append_activities(connection, shop, number, sent, now=LATER)  # type: ignore[arg-type]

    for token in map(str, range(ROUNDS)):
        async with store.begin() as connection:
            await take_checkout(connection, shop, checkout_from_rest(checkout(token), zone="UTC"), START)
        await abandon_due(store, LATER)
        async with store.read() as connection:
            found = await find_abandoned_checkout(connection, shop, token=token)
        assert found is not None
        await asyncio.gather(update(store, shop, token), mail(found[0].id or 0))
        async with store.read() as connection:
            found = await find_abandoned_checkout(connection, shop, token=token)
        assert found is not None and (found[0].note, found[0].email_state, found[1]) == ("new", "sent", 3)


async def test_a_deletion_and_the_scheduler(store: Database, shop: Shop, sender: Sender, clock: Clock) -> None:
    clock.pass_minutes(30)
    for number in range(1, ROUNDS + 1):
        token = f"t{number}"
        await sender.send("checkouts/create", checkout(token, id=number))
        deletion = sender.send("checkouts/delete", {"id": number})
        outcome, _ = await asyncio.gather(deletion, abandon_due(store, clock()))
        assert outcome == "deleted"
        async with store.read() as connection:
            entry = await find_open_checkout(connection, shop, token=token)
            assert await find_abandoned_checkout(connection, shop, token=token) is None
        assert entry is not None and entry.state == "deleted"
