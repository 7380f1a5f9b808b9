"""Finds the stored checkouts of a batch, and assigns numbers to new checkouts that have none."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.prepared import rows_with
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.engine.statements import chunks
from abandoned_checkouts.store.engine.stored_numbers import stored_numbers
from abandoned_checkouts.store.search.full_text import documents_in_use, last_document
from abandoned_checkouts.store.tables import abandoned_checkouts, shops

# Document numbers start here for checkouts whose id another shop's checkout has too. Greater than all ids of platforms.
_FIRST_FOREIGN_DOCUMENT = 1 << 62
# The first number that this server assigns. Numbers of platforms are far greater, so the two cannot be confused.
_FIRST_NUMBER = 1_000_000

_LAST_NUMBER = select(shops.c.last_checkout_id).where(shops.c.id == bindparam("number")).with_for_update()
_SET_LAST_NUMBER = update(shops).where(shops.c.id == bindparam("number")).values(last_checkout_id=bindparam("last"))
_RAISE_LAST_NUMBER = _SET_LAST_NUMBER.where(shops.c.last_checkout_id < bindparam("last"))


async def known_rows(connection: AsyncConnection, shop: Shop, checkouts: Sequence[Checkout]) -> dict[int | None, Row]:
    """The rows of those checkouts that are stored already, by number.

    Sets the missing `id` of these checkouts, and of those whose uuid or token another of `checkouts` has.
    """
    table = abandoned_checkouts
    found: dict[int | None, Row] = {}
    tokens: dict[str, int] = {}
    uuids: dict[str, int] = {}
    nameless = [item for item in checkouts if item.id is None]
    numbers = [item.id for item in checkouts if item.id is not None]
    for column, values in (
        ("id", await stored_numbers(connection, table, "id", shop.id, numbers)),
        ("uuid", [item.uuid for item in nameless if item.uuid]),
        ("token", [item.token for item in nameless if not item.uuid and item.token]),
    ):
        for part in chunks(values):
            rows = await connection.execute(rows_with(table, column), {"shop_id": shop.id, "values": part})
            for row in rows.mappings():
                found[row["id"]] = dict(row)
                tokens[row["token"]] = row["id"]
                uuids[row["uuid"]] = row["id"]
    if nameless:
        for item in checkouts:
            if item.id is not None and item.uuid:
                uuids.setdefault(item.uuid, item.id)
            if item.id is not None and item.token:
                tokens.setdefault(item.token, item.id)
    for item in nameless:
        item.id = uuids.get(item.uuid or "") or tokens.get(item.token or "")
    return found


async def with_uuid_of_another(
    connection: AsyncConnection, shop: Shop, checkouts: Sequence[Checkout]
) -> list[Checkout]:
    """Those whose uuid a stored checkout with another id has, or another one of `checkouts` before them. A store cannot
    have both."""
    numbered = [item for item in checkouts if item.id is not None and item.uuid]
    owners: dict[str | None, int | None] = {}
    for part in chunks(list({item.uuid for item in numbered})):
        statement = rows_with(abandoned_checkouts, "uuid", ("uuid", "id"))
        for row in await connection.execute(statement, {"shop_id": shop.id, "values": part}):
            owners[row.uuid] = row.id
    return [item for item in numbered if owners.setdefault(item.uuid, item.id) != item.id]


async def assign_ids(connection: AsyncConnection, shop: Shop, checkouts: Sequence[Checkout]) -> None:
    """Number new checkouts that have no id. The numbers follow the greatest number that a checkout of the shop has
    had."""
    highest = max((item.id for item in checkouts if item.id is not None), default=0)
    nameless = [item for item in checkouts if item.id is None]
    if not nameless and highest <= shop.last_checkout_id:
        return
    if not nameless:
        last = max(shop.last_checkout_id, highest, _FIRST_NUMBER)
        await connection.execute(_RAISE_LAST_NUMBER, {"number": shop.id, "last": last})
        shop.last_checkout_id = last
        return
    last = (await connection.execute(_LAST_NUMBER, {"number": shop.id})).scalar_one()
    last = max(last, highest, _FIRST_NUMBER)
    given: dict[str, int] = {}
    for item in nameless:
        identity = item.uuid or item.token or f"#{len(given)}"
        if identity not in given:
            last += 1
            given[identity] = last
        item.id = given[identity]
    shop.last_checkout_id = last
    await connection.execute(_SET_LAST_NUMBER, {"number": shop.id, "last": last})


async def document_numbers(connection: AsyncConnection, numbers: Sequence[int]) -> dict[int, int]:
    """The document numbers of new checkouts in the full-text index: their ids, unless another shop's checkout has the
    id."""
    taken = await documents_in_use(connection, numbers)
    given = {number: number for number in numbers}
    if taken:
        following = max(await last_document(connection) + 1, _FIRST_FOREIGN_DOCUMENT)
        for number in numbers:
            if number in taken:
                given[number] = following
                following += 1
    return given
