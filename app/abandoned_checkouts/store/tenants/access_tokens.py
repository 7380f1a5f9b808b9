"""Access tokens. A token belongs to one app on one shop. Its text is shown once; only a hash is stored."""

import hashlib
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

import orjson
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.access.callers import CallerKind
from abandoned_checkouts.access.endpoints import Endpoint, is_accepted
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.randomness import random_hex, random_number
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.actor import actor
from abandoned_checkouts.store.engine.audit_log import AuditAction, record
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.tables import apps, shops, tokens
from abandoned_checkouts.store.tenants.shops import SHOP, find_shop, register_app

# Kinds of tokens that the current server refuses everywhere, for example the demo token on a network address.
closed_kinds: ContextVar[frozenset[CallerKind]] = ContextVar("closed_kinds", default=frozenset())


@dataclass(frozen=True, slots=True)
class Access:
    """The rights of a token. `scopes` are the granted ones, for example write_orders.

    `permissions` are those of the user of an online token; None means all permissions.
    """

    shop: Shop
    app_id: int
    token_id: int
    scopes: frozenset[str]
    app_settings: UntypedJson
    expires_at: int | None
    kind: CallerKind = CallerKind.OFFLINE
    permissions: frozenset[str] | None = None
    user_id: int | None = None
    # When the app was created. It decides which of Shopify's token rules apply.
    app_created_at: int = 0

    @property
    def actor(self) -> str:
        """The name of the caller for the audit log."""
        return f"app {self.app_id}" if self.user_id is None else f"user {self.user_id} of app {self.app_id}"


def _unchanged(access: Access) -> Access | None:
    return access


# For a server for tests: changes the rights of the token of the current request. If it returns None, the token is
# refused.
access_filter: ContextVar[Callable[[Access], Access | None]] = ContextVar("access_filter", default=_unchanged)


# Built once, because every client's token is looked up again and again.
_BY_HASH = (
    select(
        shops,
        tokens.c.app_id,
        tokens.c.id.label("token_id"),
        tokens.c.scopes.label("token_scopes"),
        tokens.c.expires_at,
        tokens.c.kind,
        tokens.c.associated_user,
        apps.c.settings.label("app_settings"),
        apps.c.created_at.label("app_created_at"),
    )
    .join(tokens, tokens.c.shop_id == shops.c.id)
    .join(apps, (apps.c.shop_id == tokens.c.shop_id) & (apps.c.id == tokens.c.app_id))
    .where(tokens.c.token_hash == bindparam("hash"), tokens.c.revoked_at.is_(None), tokens.c.kind != "code")
)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def issue_token(
    connection: AsyncConnection,
    shop: Shop,
    scopes: list[str],
    *,
    now: int,
    app_id: int | None = None,
    token: str | None = None,
    expires_at: int | None = None,
    prefix: str = "shpat_",
    kind: str | None = None,
    user: Row | None = None,
    refresh_token: str | None = None,
    refresh_expires_at: int | None = None,
) -> str:
    """Create a token and return its text, which is not stored. If `app_id` is None, a new app is created for it.

    `kind` is a CallerKind. By default, a token whose only scope is write_checkouts is a storefront token, and any other
    is an offline token. `user` is the user of an online token, with `id` and `permissions`.
    """
    token = token or f"{prefix}{random_hex(16)}"
    if kind is None:
        kind = CallerKind.STOREFRONT if set(scopes) == {"write_checkouts"} else CallerKind.OFFLINE
    if app_id is None:
        app_id = await register_app(connection, shop, now=now, title="Custom app", scopes=orjson.dumps(scopes).decode())
    row = {
        "shop_id": shop.id,
        "id": random_number(5),
        "app_id": app_id,
        "token_hash": token_hash(token),
        "hint": f"{token[:6]}…{token[-4:]}",
        "scopes": orjson.dumps(scopes).decode(),
        "kind": str(kind),
        "associated_user": None if user is None else orjson.dumps(user).decode(),
        "created_at": now,
        "expires_at": expires_at,
        "refresh_hash": None if refresh_token is None else token_hash(refresh_token),
        "refresh_expires_at": refresh_expires_at,
    }
    await connection.execute(insert(tokens).values(row))
    # Visitors' tokens are not logged, because anybody can request one.
    if kind != CallerKind.VISITOR:
        subject = f"{kind} token {row['id']} of app {app_id}: {' '.join(scopes)}"
        await record(connection, shop.id, AuditAction.TOKEN_CREATED, subject, now)
    return token


async def find_access(
    connection: AsyncConnection, token: str, now: int, endpoint: Endpoint, host: str = ""
) -> Access | None:
    """The rights of a token. None if it is unknown, revoked or expired, or if the endpoint refuses its kind.

    If `host` is the domain of a shop, only tokens of that shop are accepted, as on Shopify. For any other host, for
    example an IP address or a tunnel, the token determines the shop.
    """
    row = (await connection.execute(_BY_HASH, {"hash": token_hash(token)})).mappings().first()
    if row is None or (row["expires_at"] is not None and row["expires_at"] <= now):
        return None
    kind, shop, user = CallerKind(row["kind"]), SHOP.record(row), orjson.loads(row["associated_user"] or "null")
    if not is_accepted(kind, endpoint) or kind in closed_kinds.get():
        return None
    # The domain of a shop can include a port.
    names = {host.lower(), host.lower().partition(":")[0]} - {""}
    if shop.domain not in names and any([await find_shop(connection, name) is not None for name in names]):
        return None
    access = Access(
        shop=shop,
        app_id=row["app_id"],
        token_id=row["token_id"],
        scopes=frozenset(orjson.loads(row["token_scopes"])),
        app_settings=orjson.loads(row["app_settings"]),
        expires_at=row["expires_at"],
        kind=kind,
        permissions=None if user is None else frozenset(user["permissions"]),
        user_id=None if user is None else user["id"],
        app_created_at=row["app_created_at"],
    )
    actor.set(access.actor)
    return access_filter.get()(access)


@dataclass(frozen=True, slots=True)
class TokenOwner:
    """The app and the shop's domain of a token, and when it expires. `app_created_at` and `expires_at` are in
    microseconds."""

    client_id: str
    app_settings: UntypedJson
    app_created_at: int
    expires_at: int | None
    shop: str


async def owner_of(connection: AsyncConnection, token: str) -> TokenOwner | None:
    """The app and the shop of a token, also of a revoked one. None for an unknown token."""
    statement = (
        select(apps.c.client_id, apps.c.settings, apps.c.created_at, tokens.c.expires_at, shops.c.domain)
        .select_from(apps)
        .join(shops, shops.c.id == apps.c.shop_id)
        .join(tokens, (apps.c.shop_id == tokens.c.shop_id) & (apps.c.id == tokens.c.app_id))
        .where(tokens.c.token_hash == token_hash(token))
    )
    row = (await connection.execute(statement)).first()
    return None if row is None else TokenOwner(row[0], orjson.loads(row[1]), row[2], row[3], row[4])


async def list_tokens(connection: AsyncConnection, shop: Shop) -> list[Row]:
    """A shop's tokens that are not revoked, oldest first: id, hint, scopes, kind, created_at, expires_at, app."""
    of_app = (apps.c.shop_id == tokens.c.shop_id) & (apps.c.id == tokens.c.app_id)
    shown = (tokens.c[name] for name in ("id", "hint", "scopes", "kind", "created_at", "expires_at"))
    statement = (
        select(*shown, apps.c.title.label("app"))
        .join(apps, of_app)
        .where(tokens.c.shop_id == shop.id, tokens.c.revoked_at.is_(None), tokens.c.kind != "code")
        .order_by(tokens.c.created_at, tokens.c.id)
    )
    rows = (await connection.execute(statement)).mappings()
    return [{**row, "scopes": orjson.loads(row["scopes"])} for row in rows]


async def revoke_token(connection: AsyncConnection, shop: Shop, which: int | str, *, now: int) -> bool:
    """Revoke a token, found by number or text. Returns False if the shop has no such token."""
    condition = tokens.c.id == which if isinstance(which, int) else tokens.c.token_hash == token_hash(which)
    done = await connection.execute(
        update(tokens)
        .where(tokens.c.shop_id == shop.id, condition, tokens.c.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(tokens.c.id, tokens.c.kind)
    )
    revoked = done.first()
    if revoked is None:
        return False
    await record(connection, shop.id, AuditAction.TOKEN_REVOKED, f"{revoked.kind} token {revoked.id}", now)
    return True
