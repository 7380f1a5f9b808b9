"""Processes reports about checkouts: lock the checkout, load its record, call `checkouts/transition`, write the result.

Each function does this in the caller's transaction and returns the outcome in one word.
"""

from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.anonymised import anonymised_report
from abandoned_checkouts.checkouts.buyer import contact_names
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.checkout_record import CheckoutRecord
from abandoned_checkouts.checkouts.contact import has_same_contact, needs_customer
from abandoned_checkouts.checkouts.identity import derived_token
from abandoned_checkouts.checkouts.incoming import (
    NO_FACTS,
    TIMES,
    CheckoutDeleted,
    CheckoutReported,
    DeclaredAbandoned,
    Facts,
    Incoming,
    OrderPlaced,
)
from abandoned_checkouts.checkouts.lifecycle import rules_of
from abandoned_checkouts.checkouts.merge import is_older, keep_customer
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.transition import Outcome, transition
from abandoned_checkouts.store.checkouts.contact_customers import give_customers
from abandoned_checkouts.store.checkouts.delete_checkouts import ids_of_uuids
from abandoned_checkouts.store.checkouts.deleted_customers import without_deleted_customers
from abandoned_checkouts.store.checkouts.identify import assign_ids
from abandoned_checkouts.store.checkouts.known_records import facts_of_report, find_known
from abandoned_checkouts.store.checkouts.open_checkouts import find_open_checkout, named_by_guid
from abandoned_checkouts.store.checkouts.save import complete_partial, save_again
from abandoned_checkouts.store.checkouts.write_changes import write_changes
from abandoned_checkouts.store.engine.locks import lock_subject
from abandoned_checkouts.store.outbox.events import link_visited_at


async def take_checkout(
    connection: AsyncConnection, shop: Shop, checkout: Checkout, now: int, *, sent_times: frozenset[str] = TIMES
) -> Outcome:
    """Process a checkout that a platform or storefront reports; see CheckoutReported."""
    if checkout.token is None:
        checkout.token = derived_token(shop.secret, "token", checkout.id or 0)
    await lock_subject(connection, shop, f"checkout/{checkout.token}")
    known = await find_known(connection, shop, token=checkout.token, number=checkout.id, to_change=True)
    checkout = _without_erased(checkout, known)
    # Deleted customers have already been removed from abandoned checkouts.
    with_customers = [known.checkout] if known is not None and known.state != "abandoned" else []
    was_named = checkout.customer is not None or checkout.customer_id is not None
    await without_deleted_customers(connection, shop, [checkout, *with_customers])
    if not was_named:
        await _give_customer(connection, shop, checkout, known)
    if known is None:
        await assign_ids(connection, shop, [checkout])
    facts = await facts_of_report(connection, shop, known, checkout)
    return await _change(connection, shop, known, CheckoutReported(checkout, sent_times), now, facts)


async def take_abandoned(connection: AsyncConnection, shop: Shop, checkout: Checkout, now: int) -> Outcome:
    """Process a checkout that Wix declares abandoned. Wix identifies it by its GUID."""
    await lock_subject(connection, shop, f"checkout/{checkout.uuid}")
    was_named = checkout.customer is not None
    await without_deleted_customers(connection, shop, [checkout])
    deleted = await find_open_checkout(connection, shop, token=named_by_guid(checkout, shop).token)
    known = deleted or await _find_by_uuid(connection, shop, checkout.uuid or "")
    checkout = _without_erased(checkout, known)
    if not was_named:
        await _give_customer(connection, shop, checkout, known)
    facts = NO_FACTS if known is None else await facts_of_report(connection, shop, known, checkout)
    return await _change(connection, shop, known, DeclaredAbandoned(checkout), now, facts)


async def take_listed(connection: AsyncConnection, shop: Shop, checkout: Checkout, now: int) -> Outcome:
    """Process a checkout of a platform's list of abandoned checkouts. It may have only some fields."""
    if checkout.platform == "wix":
        return await take_abandoned(connection, shop, checkout, now)
    found = await find_known(connection, shop, number=checkout.id)
    known = await _lock(connection, shop, found)
    if known is not None and known.state != "deleted":
        complete_partial(checkout, known.checkout)
    checkout.present_fields = None
    checkout = _without_erased(checkout, known)
    was_named = checkout.customer is not None or checkout.customer_id is not None
    await without_deleted_customers(connection, shop, [checkout])
    if not was_named:
        await _give_customer(connection, shop, checkout, known)
    facts = NO_FACTS if known is None else await facts_of_report(connection, shop, known, checkout)
    return await _change(connection, shop, known, DeclaredAbandoned(checkout), now, facts)


async def complete_checkout(
    connection: AsyncConnection,
    shop: Shop,
    *,
    completed_at: int,
    now: int,
    token: str | None = None,
    number: int | None = None,
    cart_token: str | None = None,
) -> Outcome:
    """Process an order that names a checkout by its token, its id or its cart."""
    found = await find_known(connection, shop, token=token, number=number, cart_token=cart_token)
    known, facts = await _lock(connection, shop, found), NO_FACTS
    if known is not None:
        await without_deleted_customers(connection, shop, [known.checkout])
        facts = Facts(link_visited_at=await link_visited_at(connection, shop, known.checkout.id or 0))
    return await _change(connection, shop, known, OrderPlaced(completed_at), now, facts)


async def take_deletion(
    connection: AsyncConnection, shop: Shop, found: CheckoutRecord | None, now: int, *, names: Checkout | None = None
) -> Outcome:
    """Process the deletion of the checkout that was found, or of one that is not known yet; see CheckoutDeleted."""
    known = await _lock(connection, shop, found)
    return await _change(connection, shop, known, CheckoutDeleted(names), now)


async def delete_by_uuid(connection: AsyncConnection, shop: Shop, *, uuid: str, now: int) -> Outcome:
    """Process the deletion of a checkout that Wix identifies by its GUID. It can arrive before the checkout itself."""
    await lock_subject(connection, shop, f"checkout/{uuid}")
    known = await _find_by_uuid(connection, shop, uuid)
    unknown = Checkout(platform="wix", id=-1, created_at=now, updated_at=now, currency=shop.currency, uuid=uuid)
    return await _change(connection, shop, known, CheckoutDeleted(named_by_guid(unknown, shop)), now)


def _without_erased(checkout: Checkout, known: CheckoutRecord | None) -> Checkout:
    """The report without the buyer, if the buyer's data was erased."""
    if known is None or known.checkout.erased_at is None:
        return checkout
    return anonymised_report(checkout, known.checkout)


async def _give_customer(
    connection: AsyncConnection, shop: Shop, checkout: Checkout, known: CheckoutRecord | None
) -> None:
    """Set the customer of a report that has only a contact. An open checkout keeps only the number of its customer, who
    may change until it is abandoned."""
    if not needs_customer(checkout) or (known is not None and known.state == "deleted"):
        return
    if known is not None and has_same_contact(checkout, known.checkout, shop) and not _has_new_names(checkout, known):
        keep_customer(checkout, known.checkout)
        return
    if known is not None and is_older(checkout, known.checkout):
        return
    moved = await give_customers(connection, shop, [checkout])
    if checkout.customer is not None and not checkout.customer.from_contact:
        # Locked, so that it cannot be deleted before the transaction ends.
        await without_deleted_customers(connection, shop, [checkout])
    if known is None or known.state != "abandoned":
        checkout.customer = None
    await save_again(connection, shop, moved)


def _has_new_names(checkout: Checkout, known: CheckoutRecord) -> bool:
    """Whether a report has a name that the checkout did not have. A deleted customer is not created again for it."""
    names = contact_names(checkout)
    return any(names) and known.checkout.customer_id is not None and names != contact_names(known.checkout)


async def _find_by_uuid(connection: AsyncConnection, shop: Shop, uuid: str) -> CheckoutRecord | None:
    number = (await ids_of_uuids(connection, shop, [uuid])).get(uuid)
    return await find_known(connection, shop, number=number, to_change=True)


async def _lock(connection: AsyncConnection, shop: Shop, found: CheckoutRecord | None) -> CheckoutRecord | None:
    """Lock the record and load it again, because another transaction may have changed it."""
    if found is None:
        return None
    await lock_subject(connection, shop, f"checkout/{found.checkout.token}")
    return await find_known(connection, shop, token=found.checkout.token, to_change=True)


async def _change(
    connection: AsyncConnection,
    shop: Shop,
    known: CheckoutRecord | None,
    incoming: Incoming,
    now: int,
    facts: Facts = NO_FACTS,
) -> Outcome:
    result = transition(known, incoming, rules_of(shop), now, facts)
    written = 0
    for change in result.changes:
        written += await write_changes(connection, shop, [change], now)
    return result.outcome if written or not result.changes else "unchanged"
