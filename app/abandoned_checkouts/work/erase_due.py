"""Erases people's data as customers and platforms requested. A customer's request can be withdrawn for some time."""

from abandoned_checkouts.shopify.bulk.rules.files import Results
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.engine.free_pages import free_pages
from abandoned_checkouts.store.privacy.erasure_requests import (
    ErasureRequest,
    customers_due_for_erasure,
    delete_erasure_request,
    list_erasure_requests,
)
from abandoned_checkouts.store.privacy.find_person import find_person
from abandoned_checkouts.store.tenants.shops import find_shop
from abandoned_checkouts.work.erase import erase_and_inform

BATCH = 20


async def erase_due(database: Database, now: int, delay: int, results: Results | None = None) -> int:
    """Erase one batch of people, and delete the bulk result files in `results` that contain them.

    A customer's request is carried out `delay` microseconds after it was made. A platform's request is carried out at
    once, because the platform has already waited. Returns the number of people.
    """
    due, requested = await database.fetch(lambda connection: _due(connection, now - delay))
    done = sum([await _erase_customer(database, now, delay, request, results) for request in due])
    done += sum([await _erase_for_platform(database, now, request, results) for request in requested])
    if done:
        async with database.read() as connection:
            further_customers = await customers_due_for_erasure(connection, now - delay, 1)
            further_requests = await list_erasure_requests(connection, 1)
        # Only after the last batch, because this rewrites the complete file of the store.
        if not further_customers and not further_requests:
            await free_pages(database)
    return done


async def _due(connection: Connection, before: int) -> tuple[list[tuple[int, int]], list[ErasureRequest]]:
    """Customers, as ids of shop and customer, and requests of platforms."""
    customers = await customers_due_for_erasure(connection, before, BATCH)
    return customers, await list_erasure_requests(connection, BATCH)


async def _erase_customer(
    database: Database, now: int, delay: int, request: tuple[int, int], results: Results | None
) -> bool:
    """`request` is the id of the shop and of the customer."""
    shop_id, customer_id = request
    async with database.begin() as connection:
        shop = await find_shop(connection, shop_id)
        # The request may have been withdrawn, or carried out by another process.
        if shop is None or request not in await customers_due_for_erasure(connection, now - delay, BATCH):
            return False
        person = await find_person(connection, shop, customer_id=customer_id)
        erased = await erase_and_inform(connection, shop, person, now)
    await _remove_files(results, shop_id, erased.files)
    return True


async def _erase_for_platform(database: Database, now: int, request: ErasureRequest, results: Results | None) -> bool:
    async with database.begin() as connection:
        shop = await find_shop(connection, request.shop_id)
        if not await delete_erasure_request(connection, request) or shop is None:
            return False
        ids = {"customer_id": request.customer_id, "checkout_id": request.checkout_id}
        person = await find_person(connection, shop, email=request.email, **ids)
        erased = await erase_and_inform(connection, shop, person, now)
    await _remove_files(results, request.shop_id, erased.files)
    return True


async def _remove_files(results: Results | None, shop_id: int, files: tuple[str, ...]) -> None:
    if results is not None:
        for file in files:
            await results.discard(shop_id, file)
