"""Erasing whom customers themselves or a platform asked for, customers when the time to change their mind is over."""

import asyncio

from abandoned_checkouts.shopify.bulk.rules.files import Results
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.free_pages import free_pages
from abandoned_checkouts.store.privacy.erase_person import erase_person
from abandoned_checkouts.store.privacy.erasure_requests import (
    ErasureRequest,
    customers_due_for_erasure,
    delete_erasure_request,
    list_erasure_requests,
)
from abandoned_checkouts.store.privacy.find_person import find_person
from abandoned_checkouts.store.tenants.shops import find_shop

BATCH = 20


async def erase_due(database: Database, now: int, delay: int, results: Results | None = None) -> int:
    """Erase one batch, and remove files in the folder of `results` with their data. Returns how many people.

    Customers' own wishes wait for `delay`; what a platform demands has waited there.
    """
    async with database.read() as connection:
        due = await customers_due_for_erasure(connection, now - delay, BATCH)
        demanded = await list_erasure_requests(connection, BATCH)
    done = sum([await _meet_wish(database, now, delay, wish, results) for wish in due])
    done += sum([await _meet_demand(database, now, demand, results) for demand in demanded])
    if done:
        async with database.read() as connection:
            further_customers = await customers_due_for_erasure(connection, now - delay, 1)
            further_requests = await list_erasure_requests(connection, 1)
        # Once, after the last batch: this rewrites the whole store.
        if not further_customers and not further_requests:
            await free_pages(database)
    return done


async def _meet_wish(database: Database, now: int, delay: int, wish: tuple[int, int], results: Results | None) -> bool:
    shop_id, customer_id = wish
    async with database.begin() as connection:
        shop = await find_shop(connection, shop_id)
        # Taken back meanwhile, or done by another process.
        if shop is None or wish not in await customers_due_for_erasure(connection, now - delay, BATCH):
            return False
        erased = await erase_person(connection, shop, await find_person(connection, shop, customer_id=customer_id), now)
    await _remove_files(results, shop_id, erased.files)
    return True


async def _meet_demand(database: Database, now: int, demand: ErasureRequest, results: Results | None) -> bool:
    async with database.begin() as connection:
        shop = await find_shop(connection, demand.shop_id)
        if not await delete_erasure_request(connection, demand) or shop is None:
            return False
        names = {"customer_id": demand.customer_id, "checkout_id": demand.checkout_id}
        person = await find_person(connection, shop, email=demand.email, **names)
        erased = await erase_person(connection, shop, person, now)
    await _remove_files(results, demand.shop_id, erased.files)
    return True


async def _remove_files(results: Results | None, shop_id: int, files: tuple[str, ...]) -> None:
    if results is not None:
        for file in files:
            await asyncio.to_thread(results.remove, shop_id, file)
