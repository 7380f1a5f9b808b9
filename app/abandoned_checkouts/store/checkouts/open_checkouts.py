"""Stores and finds checkouts that are open, completed or deleted. Each is one JSON document."""

from dataclasses import replace
from functools import cache
from typing import Any, Literal

from sqlalchemy import Select, Table, and_, bindparam, case, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.checkout_record import CheckoutRecord, deleted_record
from abandoned_checkouts.checkouts.identity import derived_token
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.stored_document import document_of, read_checkout_document
from abandoned_checkouts.store.checkouts.load import load_known
from abandoned_checkouts.store.engine.prepared import without_index
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.engine.statements import put_rows, upsert
from abandoned_checkouts.store.tables import abandoned_checkouts, carts, open_checkouts, orders

# Built once: to build a statement for each report would take longer than to run it.
_FIRST_ORDER = select(func.min(orders.c.created_at)).where(
    orders.c.shop_id == bindparam("shop_id"), orders.c.checkout_token == bindparam("token")
)
_DELETE = delete(open_checkouts).where(
    open_checkouts.c.shop_id == bindparam("shop_id"), open_checkouts.c.token == bindparam("token")
)
_CART = select(carts.c.document).where(carts.c.shop_id == bindparam("shop_id"), carts.c.token == bindparam("token"))


@cache
def _newest(
    dialect: str, table: Table, names: tuple[str, ...], columns: tuple[str, ...] = (), *, to_change: bool = False
) -> Select[Any]:
    """The row of the shop that was updated last among those with the value of a parameter in the column of that name.
    `to_change` locks it."""
    of_shop = table.c.shop_id == bindparam("shop_id")
    ways = [table.c[name] == bindparam(name) for name in names]
    # With the shop in each way only, SQLite uses the index of each way instead of reading all rows of the shop.
    found = or_(*(and_(of_shop, way) for way in ways)) if dialect == "sqlite" else and_(of_shop, or_(*ways))
    statement = select(*(table.c[name] for name in columns or table.c.keys())).where(found)
    # Otherwise SQLite, which has no statistics, reads all rows of the shop in this order.
    statement = statement.order_by(without_index(table.c.updated_at).desc()).limit(1)
    return statement.with_for_update() if to_change else statement


@cache
def _with_first(statement: Select[Any], table: Table, name: str) -> Select[Any]:
    """The same statement, but a row with the value of this parameter is before all others."""
    is_first = case((table.c[name] == bindparam(name), 0), else_=1)
    return statement.order_by(None).order_by(is_first, without_index(table.c.updated_at).desc())


async def find_open_checkout(
    connection: AsyncConnection,
    shop: Shop,
    *,
    token: str | None = None,
    number: int | None = None,
    cart_token: str | None = None,
) -> CheckoutRecord | None:
    """The record with that token, else with that id, else the latest of that cart. Its state may be "deleted"."""
    ways: list[dict[str, object]] = [
        {name: value for name, value in (("token", token), ("id", number)) if value is not None},
        {} if cart_token is None else {"cart_token": cart_token},
    ]
    for values in filter(None, ways):
        statement = _newest(connection.dialect.name, open_checkouts, tuple(values))
        if len(values) > 1:
            statement = _with_first(statement, open_checkouts, "token")
        row = (await connection.execute(statement, {"shop_id": shop.id, **values})).mappings().first()
        if row is not None:
            return open_checkout_from_row(row)
    return None


def open_checkout_from_row(row: Row) -> CheckoutRecord:
    return CheckoutRecord(
        checkout=read_checkout_document(row["document"]),
        state=row["state"],
        version=row["version"],
        contact_at=row["contact_at"],
        due_at=row["due_at"],
    )


async def save_open_checkout(connection: AsyncConnection, shop: Shop, entry: CheckoutRecord, now: int) -> str:
    """Store a record that is not abandoned. It replaces the record with the same token. The checkout must have an
    id. Returns the checkout's document."""
    checkout = entry.checkout
    document = document_of(checkout)
    row = {
        "shop_id": shop.id,
        "token": checkout.token,
        "id": checkout.id,
        "cart_token": checkout.cart_token,
        "state": entry.state,
        "document": document,
        "version": entry.version,
        "created_at": checkout.created_at,
        "updated_at": checkout.updated_at,
        "contact_at": entry.contact_at,
        "due_at": entry.due_at,
        "seen_at": now,
    }
    await put_rows(connection, open_checkouts, tuple(row), [tuple(row.values())])
    return document


async def mark_deleted(connection: AsyncConnection, shop: Shop, checkout: Checkout, version: int, now: int) -> None:
    """Keep only the fact that the checkout was deleted, so that a late report does not create it again."""
    await save_open_checkout(connection, shop, deleted_record(checkout, version), now)


def named_by_guid(checkout: Checkout, shop: Shop) -> Checkout:
    """A copy with a token derived from the GUID, because Wix identifies a deleted checkout by its GUID only."""
    return replace(checkout, token=derived_token(shop.secret, "wix", checkout.uuid or ""))


async def delete_open_row(connection: AsyncConnection, shop: Shop, token: str) -> None:
    await connection.execute(_DELETE, {"shop_id": shop.id, "token": token})


async def find_abandoned_checkout(
    connection: AsyncConnection,
    shop: Shop,
    *,
    token: str | None = None,
    number: int | None = None,
    cart_token: str | None = None,
    to_change: bool = False,
) -> tuple[Checkout, int] | None:
    """A complete abandoned checkout with its version: that with the token or id, else the latest of the cart.

    `to_change` locks its row until the transaction ends.
    """
    ways: list[dict[str, object]] = [
        {name: value for name, value in (("token", token), ("id", number)) if value is not None},
        {} if cart_token is None else {"cart_token": cart_token},
    ]
    for values in filter(None, ways):
        statement = _newest(
            connection.dialect.name, abandoned_checkouts, tuple(values), ("id", "version"), to_change=to_change
        )
        row = (await connection.execute(statement, {"shop_id": shop.id, **values})).first()
        if row is not None:
            return (await load_known(connection, shop, [row.id]))[row.id], row.version
    return None


async def ordered_at(connection: AsyncConnection, shop: Shop, token: str | None) -> int | None:
    """When the first order for the checkout was placed. An order can arrive before its checkout."""
    moment: int | None = (await connection.execute(_FIRST_ORDER, {"shop_id": shop.id, "token": token})).scalar()
    return moment


async def save_cart(
    connection: AsyncConnection, shop: Shop, token: str, document: str, updated_at: int, now: int
) -> Literal["created", "updated", "unchanged", "older"]:
    """Store a cart as the platform sent it. Older reports are ignored."""
    statement = select(carts).where(carts.c.shop_id == shop.id, carts.c.token == token)
    row = (await connection.execute(statement)).mappings().first()
    if row is not None and row["updated_at"] > updated_at:
        return "older"
    if row is not None and row["document"] == document:
        return "unchanged"
    values = {"shop_id": shop.id, "token": token, "document": document, "updated_at": updated_at, "seen_at": now}
    await upsert(connection, carts, [values])
    return "created" if row is None else "updated"


async def find_cart(connection: AsyncConnection, shop: Shop, token: str) -> str | None:
    """The cart's JSON as the platform sent it."""
    return (await connection.execute(_CART, {"shop_id": shop.id, "token": token})).scalar()
