"""Sessions of the merchant pages: a cookie in the browser and a key for the explorer, both stored as hashes.

A session has the rights of a user's role, or those of the access token that was entered; it ends when the user is
removed or the token is revoked.
"""

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import ColumnElement, RowMapping, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.access.callers import CallerKind
from abandoned_checkouts.access.roles import ROLE_RIGHTS, Role
from abandoned_checkouts.checkouts.moment import DAY, HOUR
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.actor import actor
from abandoned_checkouts.store.engine.audit_log import AuditAction, record
from abandoned_checkouts.store.engine.numbering import insert_numbered_row
from abandoned_checkouts.store.tables import apps, merchant_sessions, merchant_users, shops, tokens
from abandoned_checkouts.store.tenants.access_tokens import Access, access_filter, closed_kinds, token_hash
from abandoned_checkouts.store.tenants.shops import SHOP, find_shop, register_app

USER_LASTS, TOKEN_LASTS = 30 * DAY, 12 * HOUR
# The explorer's key starts with this, so that it differs from an access token.
KEY_PREFIX = "session_"
# The app that sessions of users act for.
APP_CLIENT_ID = "merchant-pages"


@dataclass(frozen=True, slots=True)
class MerchantSession:
    """A session. `email` is empty if an access token was entered."""

    id: int
    access: Access
    user_id: int | None
    email: str
    cookie: str

    @property
    def form_key(self) -> str:
        """The secret of the session's forms: a page of another site cannot know it."""
        return _derived(self.cookie, "form")

    @property
    def explorer_key(self) -> str:
        """The key that the explorer sends instead of an access token. It ends with the session."""
        return explorer_key(self.cookie)


def explorer_key(cookie: str) -> str:
    return KEY_PREFIX + _derived(cookie, "explorer")


def _derived(cookie: str, purpose: str) -> str:
    return hmac.new(cookie.encode(), purpose.encode(), sha256).hexdigest()[:40]


async def begin_user_session(connection: AsyncConnection, shop: Shop, user_id: int, now: int) -> str:
    """Begin a session of a user and return its cookie."""
    app_id = await _app_of_users(connection, shop, now)
    return await _begin(connection, shop, app_id, now, now + USER_LASTS, f"user {user_id}", user_id=user_id)


async def begin_token_session(connection: AsyncConnection, access: Access, now: int) -> str:
    """Begin a session with the rights of an access token and return its cookie."""
    ends = min(now + TOKEN_LASTS, access.expires_at or now + TOKEN_LASTS)
    by = f"token {access.token_id}"
    return await _begin(connection, access.shop, access.app_id, now, ends, by, token_id=access.token_id)


async def _begin(connection: AsyncConnection, shop: Shop, app_id: int, now: int, ends: int, by: str, **of: int) -> str:
    await connection.execute(delete(merchant_sessions).where(merchant_sessions.c.expires_at <= now))
    # Never from the seed of a twin: a cookie must not be guessed, nor repeat after a restart on the same store.
    cookie = secrets.token_urlsafe(24)
    row: dict[str, Any] = {"shop_id": shop.id, "app_id": app_id, "created_at": now, "expires_at": ends, **of}
    hashes = {"cookie_hash": token_hash(cookie), "key_hash": token_hash(explorer_key(cookie))}
    number = await insert_numbered_row(connection, merchant_sessions, {**row, **hashes})
    if not shop.is_demo:
        await record(connection, shop.id, AuditAction.SESSION_BEGUN, f"session {number} of {by}", now, by=by)
    return cookie


async def _app_of_users(connection: AsyncConnection, shop: Shop, now: int) -> int:
    mine = (apps.c.shop_id == shop.id) & (apps.c.client_id == APP_CLIENT_ID)
    number = (await connection.execute(select(apps.c.id).where(mine))).scalar()
    if number is not None:
        return int(number)
    return await register_app(connection, shop, now=now, title="Merchant pages", client_id=APP_CLIENT_ID)


async def find_session(connection: AsyncConnection, cookie: str, now: int, host: str = "") -> MerchantSession | None:
    """The session of a cookie; None if it is unknown or has ended. For `host`, see find_access."""
    return await _find(connection, merchant_sessions.c.cookie_hash == token_hash(cookie), cookie, now, host)


async def access_by_key(connection: AsyncConnection, key: str, now: int, host: str = "") -> Access | None:
    """The rights of an explorer's key; None if it is unknown or its session has ended."""
    session = await _find(connection, merchant_sessions.c.key_hash == token_hash(key), "", now, host)
    return None if session is None else session.access


async def _find(
    connection: AsyncConnection, condition: ColumnElement[bool], cookie: str, now: int, host: str
) -> MerchantSession | None:
    table = merchant_sessions
    statement = (
        select(
            shops,
            table.c.id.label("session_id"),
            table.c.app_id,
            table.c.user_id,
            table.c.token_id,
            table.c.expires_at,
            apps.c.settings.label("app_settings"),
            apps.c.created_at.label("app_created_at"),
            merchant_users.c.email.label("user_email"),
            merchant_users.c.role,
            merchant_users.c.is_removed,
            tokens.c.kind,
            tokens.c.scopes.label("token_scopes"),
            tokens.c.expires_at.label("token_expires_at"),
            tokens.c.revoked_at,
            tokens.c.associated_user,
        )
        .join(shops, shops.c.id == table.c.shop_id)
        .join(apps, (apps.c.shop_id == table.c.shop_id) & (apps.c.id == table.c.app_id))
        .join(
            merchant_users,
            (merchant_users.c.shop_id == table.c.shop_id) & (merchant_users.c.id == table.c.user_id),
            isouter=True,
        )
        .join(tokens, (tokens.c.shop_id == table.c.shop_id) & (tokens.c.id == table.c.token_id), isouter=True)
        .where(condition, table.c.expires_at > now)
    )
    row = (await connection.execute(statement)).mappings().first()
    if row is None:
        return None
    access = _access_of_user(row) if row["user_id"] is not None else _access_of_token(row, now)
    if access is None or access.kind in closed_kinds.get() or await _is_other_shop(connection, access.shop, host):
        return None
    actor.set(access.actor)
    shown = access_filter.get()(access)
    if shown is None:
        return None
    return MerchantSession(row["session_id"], shown, row["user_id"], row["user_email"] or "", cookie)


async def _is_other_shop(connection: AsyncConnection, shop: Shop, host: str) -> bool:
    names = {host.lower(), host.lower().partition(":")[0]} - {""}
    return shop.domain not in names and any([await find_shop(connection, name) is not None for name in names])


def _access_of_user(row: RowMapping) -> Access | None:
    if row["is_removed"]:
        return None
    rights = ROLE_RIGHTS[Role(row["role"])]
    return Access(
        shop=SHOP.record(row),
        app_id=row["app_id"],
        token_id=0,
        scopes=rights.scopes,
        app_settings=orjson.loads(row["app_settings"]),
        expires_at=row["expires_at"],
        kind=CallerKind.MERCHANT,
        permissions=rights.permissions,
        user_id=row["user_id"],
        app_created_at=row["app_created_at"],
    )


def _access_of_token(row: RowMapping, now: int) -> Access | None:
    if row["revoked_at"] is not None or (row["token_expires_at"] is not None and row["token_expires_at"] <= now):
        return None
    user = orjson.loads(row["associated_user"] or "null")
    ends = [row["expires_at"], row["token_expires_at"]]
    return Access(
        shop=SHOP.record(row),
        app_id=row["app_id"],
        token_id=row["token_id"],
        scopes=frozenset(orjson.loads(row["token_scopes"])),
        app_settings=orjson.loads(row["app_settings"]),
        expires_at=min(each for each in ends if each is not None),
        kind=CallerKind(row["kind"]),
        permissions=None if user is None else frozenset(user["permissions"]),
        user_id=None if user is None else user["id"],
        app_created_at=row["app_created_at"],
    )


async def end_session(connection: AsyncConnection, session: MerchantSession, now: int, *, everywhere: bool) -> None:
    """Delete a session; with `everywhere`, all sessions of its user or access token."""
    table, shop = merchant_sessions, session.access.shop
    condition = table.c.id == session.id
    if everywhere and session.user_id is not None:
        condition = table.c.user_id == session.user_id
    elif everywhere:
        condition = table.c.token_id == session.access.token_id
    await connection.execute(delete(table).where(table.c.shop_id == shop.id, condition))
    which = "all sessions" if everywhere else f"session {session.id}"
    await record(connection, shop.id, AuditAction.SESSION_ENDED, which, now)
