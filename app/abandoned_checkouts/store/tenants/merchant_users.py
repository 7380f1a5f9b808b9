"""The people who sign in to the merchant pages of a shop, and their one-time links, which are stored as hashes."""

import re
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.access.roles import Role
from abandoned_checkouts.checkouts.moment import DAY, MINUTE
from abandoned_checkouts.checkouts.randomness import random_url_text
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.audit_log import AuditAction, record
from abandoned_checkouts.store.engine.numbering import insert_numbered_row
from abandoned_checkouts.store.tables import merchant_links, merchant_sessions, merchant_users
from abandoned_checkouts.store.tenants.access_tokens import token_hash

INVITATION_LASTS = 7 * DAY
# A link that a person asked for on the sign-in page.
SIGN_IN_LASTS = 15 * MINUTE
_EMAIL = re.compile(r"[^\s@<>(),;:\"\[\]\\]{1,64}@[^\s@<>(),;:\"\[\]\\]{1,189}")


class UserError(ValueError):
    """A user cannot be invited or changed; the message says why."""


@dataclass(frozen=True, slots=True)
class MerchantUser:
    """A person who can sign in to the merchant pages. `created_at` is a moment in microseconds."""

    id: int
    email: str
    role: Role
    created_at: int


async def invite(connection: AsyncConnection, shop: Shop, email: str, role: Role, now: int) -> str:
    """Create a user, or change the role of one, and return the key of a new one-time link, which is not stored.

    Raises UserError if the e-mail address is invalid, or if no owner would be left.
    """
    email = email.strip().lower()
    if not _EMAIL.fullmatch(email):
        raise UserError(f"{email[:200]!r} is not an e-mail address")
    user = await find_user(connection, shop, email)
    if user is not None:
        if user.role is not role:
            await change_role(connection, shop, user, role, now)
        number = user.id
    else:
        number = await _add_user(connection, shop, email, role, now)
        await record(connection, shop.id, AuditAction.USER_INVITED, f"user {number}: {role}", now)
    return await create_link(connection, shop, number, now, INVITATION_LASTS)


async def _add_user(connection: AsyncConnection, shop: Shop, email: str, role: Role, now: int) -> int:
    """Insert a user, or bring back a removed one."""
    table = merchant_users
    restored = await connection.execute(
        update(table)
        .where(table.c.shop_id == shop.id, table.c.email == email)
        .values(is_removed=False, role=str(role))
        .returning(table.c.id)
    )
    number = restored.scalar()
    if number is not None:
        return int(number)
    row = {"shop_id": shop.id, "email": email, "role": str(role), "is_removed": False, "created_at": now}
    return await insert_numbered_row(connection, table, row)


async def create_link(connection: AsyncConnection, shop: Shop, user_id: int, now: int, lasts: int) -> str:
    """Create a one-time link of a user and return its key. Older links of the user end."""
    table = merchant_links
    await connection.execute(delete(table).where(table.c.shop_id == shop.id, table.c.user_id == user_id))
    key = random_url_text(24)
    row = {"shop_id": shop.id, "user_id": user_id, "key_hash": token_hash(key)}
    await insert_numbered_row(connection, table, {**row, "created_at": now, "expires_at": now + lasts})
    return key


async def last_link_at(connection: AsyncConnection, shop_id: int, user_id: int) -> int | None:
    """When the newest link of a user was created; None without one."""
    table = merchant_links
    mine = (table.c.shop_id == shop_id) & (table.c.user_id == user_id)
    moment: int | None = (await connection.execute(select(func.max(table.c.created_at)).where(mine))).scalar()
    return moment


async def redeem_link(connection: AsyncConnection, key: str, now: int) -> tuple[int, int] | None:
    """Use a one-time link up: the numbers of its shop and user, or None if it is unknown, used, expired or its user
    was removed. Two requests at once cannot both use it."""
    table = merchant_links
    used = await connection.execute(
        update(table)
        .where(table.c.key_hash == token_hash(key), table.c.used_at.is_(None), table.c.expires_at > now)
        .values(used_at=now)
        .returning(table.c.shop_id, table.c.user_id)
    )
    row = used.first()
    if row is None:
        return None
    users = merchant_users
    present = select(users.c.id).where(
        users.c.shop_id == row.shop_id, users.c.id == row.user_id, users.c.is_removed.is_(False)
    )
    return None if (await connection.execute(present)).scalar() is None else (row.shop_id, row.user_id)


async def find_user(connection: AsyncConnection, shop: Shop, which: int | str) -> MerchantUser | None:
    """The user of that number or e-mail address."""
    table = merchant_users
    condition = table.c.id == which if isinstance(which, int) else table.c.email == which.strip().lower()
    statement = select(table).where(table.c.shop_id == shop.id, condition, table.c.is_removed.is_(False))
    row = (await connection.execute(statement)).first()
    return None if row is None else MerchantUser(row.id, row.email, Role(row.role), row.created_at)


async def users_by_email(connection: AsyncConnection, email: str) -> list[tuple[int, int]]:
    """The numbers of shop and user of everyone with this address, in all shops."""
    table = merchant_users
    statement = (
        select(table.c.shop_id, table.c.id)
        .where(table.c.email == email.strip().lower(), table.c.is_removed.is_(False))
        .order_by(table.c.shop_id)
        .limit(20)
    )
    return [(row.shop_id, row.id) for row in await connection.execute(statement)]


async def list_users(connection: AsyncConnection, shop: Shop) -> list[MerchantUser]:
    """The users of a shop by address."""
    table = merchant_users
    statement = select(table).where(table.c.shop_id == shop.id, table.c.is_removed.is_(False)).order_by(table.c.email)
    rows = await connection.execute(statement)
    return [MerchantUser(row.id, row.email, Role(row.role), row.created_at) for row in rows]


async def change_role(connection: AsyncConnection, shop: Shop, user: MerchantUser, role: Role, now: int) -> None:
    """Raises UserError for the last owner."""
    await _check_owners(connection, shop, user, role)
    table = merchant_users
    mine = (table.c.shop_id == shop.id) & (table.c.id == user.id)
    await connection.execute(update(table).where(mine).values(role=str(role)))
    await record(connection, shop.id, AuditAction.USER_CHANGED, f"user {user.id}: {role}", now)


async def remove_user(connection: AsyncConnection, shop: Shop, user: MerchantUser, now: int) -> None:
    """Remove a user, with all sessions and links. Raises UserError for the last owner."""
    await _check_owners(connection, shop, user, None)
    for table in (merchant_sessions, merchant_links):
        await connection.execute(delete(table).where(table.c.shop_id == shop.id, table.c.user_id == user.id))
    users = merchant_users
    mine = (users.c.shop_id == shop.id) & (users.c.id == user.id)
    await connection.execute(update(users).where(mine).values(is_removed=True))
    await record(connection, shop.id, AuditAction.USER_REMOVED, f"user {user.id}", now)


async def _check_owners(connection: AsyncConnection, shop: Shop, user: MerchantUser, role: Role | None) -> None:
    if user.role is not Role.OWNER or role is Role.OWNER:
        return
    others = [other for other in await list_users(connection, shop) if other.role is Role.OWNER and other.id != user.id]
    if not others:
        raise UserError(f"{user.email} is the last owner; make another user the owner first")
