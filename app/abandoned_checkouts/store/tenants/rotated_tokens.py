"""Pairs of an expiring offline token and its refresh token, and the pairs that replace them.

The texts of a replacement are derived from the presented token, by an HMAC with a key of the store. A retry therefore
receives the same pair, although only hashes are stored. In the old row, `replaced_by` is the number of the new row, and
`revoked_at` is when it was replaced first.
"""

import hmac
from dataclasses import dataclass

import orjson
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.access.token_calendar import (
    ACCESS_LIFETIME,
    MIGRATION_RETRY,
    REFRESH_LIFETIME,
    REFRESH_RETRY,
)
from abandoned_checkouts.checkouts.randomness import random_hex
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.audit_log import AuditAction, record
from abandoned_checkouts.store.engine.locks import lock_subject
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.engine.secret_key import secret_key_of
from abandoned_checkouts.store.tables import tokens
from abandoned_checkouts.store.tenants.access_tokens import issue_token, token_hash


@dataclass(frozen=True, slots=True)
class Pair:
    """The texts of both tokens, and when they expire."""

    access_token: str
    refresh_token: str
    scopes: tuple[str, ...]
    expires_at: int
    refresh_expires_at: int


async def issue_pair(connection: AsyncConnection, shop: Shop, app_id: int, scopes: list[str], now: int) -> Pair:
    """Issue a new pair and revoke the app's other pairs in this shop."""
    await _lock(connection, shop, app_id)
    await _revoke_pairs(connection, shop, app_id, now)
    return await _issue(connection, shop, app_id, scopes, (f"shpat_{random_hex(16)}", f"shprt_{random_hex(16)}"), now)


async def refresh_pair(
    connection: AsyncConnection, shop: Shop, app_id: int, refresh_token: str, now: int
) -> Pair | None:
    """The pair that replaces the pair with this refresh token. A retry receives the same pair until that is refreshed
    itself.

    None if the refresh token is unknown or expired, or was replaced too long ago.
    """
    await _lock(connection, shop, app_id)
    row = await _row(connection, _of(shop, app_id) & (tokens.c.refresh_hash == token_hash(refresh_token)))
    if row is None or row["refresh_expires_at"] <= now:
        return None
    if row["revoked_at"] is None:
        return await _replace(connection, shop, app_id, row, refresh_token, now)
    return await _again(connection, shop, app_id, row, refresh_token, REFRESH_RETRY, now)


async def migrate_token(connection: AsyncConnection, shop: Shop, app_id: int, token: str, now: int) -> Pair | None:
    """The pair that replaces a non-expiring offline token. A retry receives the same pair for seven days.

    None if there is no such token, or if it was exchanged too long ago.
    """
    await _lock(connection, shop, app_id)
    lasting = (tokens.c.kind == "offline") & tokens.c.expires_at.is_(None)
    row = await _row(connection, _of(shop, app_id) & lasting & (tokens.c.token_hash == token_hash(token)))
    if row is None:
        return None
    if row["revoked_at"] is None:
        await _revoke_pairs(connection, shop, app_id, now)
        return await _replace(connection, shop, app_id, row, token, now)
    return await _again(connection, shop, app_id, row, token, MIGRATION_RETRY, now)


async def was_migrated(connection: AsyncConnection, shop: Shop, app_id: int, token: str) -> bool:
    """Whether the token has been exchanged for a pair."""
    row = await _row(connection, _of(shop, app_id) & (tokens.c.token_hash == token_hash(token)))
    return row is not None and row["replaced_by"] is not None


async def _replace(connection: AsyncConnection, shop: Shop, app_id: int, row: Row, presented: str, now: int) -> Pair:
    texts = _derived(connection, shop, app_id, presented)
    pair = await _issue(connection, shop, app_id, orjson.loads(row["scopes"]), texts, now)
    new = select(tokens.c.id).where(tokens.c.token_hash == token_hash(pair.access_token)).scalar_subquery()
    mine = (tokens.c.shop_id == shop.id) & (tokens.c.id == row["id"])
    await connection.execute(update(tokens).where(mine).values(revoked_at=now, replaced_by=new))
    await record(connection, shop.id, AuditAction.TOKEN_REVOKED, f"{row['kind']} token {row['id']}", now)
    return pair


async def _again(
    connection: AsyncConnection, shop: Shop, app_id: int, row: Row, presented: str, period: int, now: int
) -> Pair | None:
    """The same replacement again. Its access token is valid for an hour from now; the expiry of its refresh token does
    not change."""
    if row["replaced_by"] is None or now >= row["revoked_at"] + period:
        return None
    new = await _row(connection, _of(shop, app_id) & (tokens.c.id == row["replaced_by"]))
    if new is None or new["revoked_at"] is not None or new["refresh_expires_at"] <= now:
        return None
    expires_at = now + ACCESS_LIFETIME
    mine = (tokens.c.shop_id == shop.id) & (tokens.c.id == new["id"])
    await connection.execute(update(tokens).where(mine).values(expires_at=expires_at))
    texts = _derived(connection, shop, app_id, presented)
    return Pair(*texts, tuple(orjson.loads(new["scopes"])), expires_at, new["refresh_expires_at"])


async def _issue(
    connection: AsyncConnection, shop: Shop, app_id: int, scopes: list[str], texts: tuple[str, str], now: int
) -> Pair:
    # An app refreshes every hour, so pairs that cannot be used any more are deleted.
    over = _of(shop, app_id) & (tokens.c.refresh_expires_at <= now)
    await connection.execute(delete(tokens).where(over))
    pair = Pair(*texts, tuple(scopes), now + ACCESS_LIFETIME, now + REFRESH_LIFETIME)
    await issue_token(
        connection,
        shop,
        scopes,
        now=now,
        app_id=app_id,
        token=pair.access_token,
        kind="offline",
        expires_at=pair.expires_at,
        refresh_token=pair.refresh_token,
        refresh_expires_at=pair.refresh_expires_at,
    )
    return pair


def _derived(connection: AsyncConnection, shop: Shop, app_id: int, presented: str) -> tuple[str, str]:
    key = secret_key_of(connection).derive("replacement of a token")
    texts = [
        hmac.digest(key, f"{shop.id}/{app_id}/{purpose}/{presented}".encode(), "sha256").hex()[:32]
        for purpose in ("access", "refresh")
    ]
    return f"shpat_{texts[0]}", f"shprt_{texts[1]}"


async def _revoke_pairs(connection: AsyncConnection, shop: Shop, app_id: int, now: int) -> None:
    pairs = _of(shop, app_id) & tokens.c.refresh_hash.is_not(None) & tokens.c.revoked_at.is_(None)
    revoke = update(tokens).where(pairs, tokens.c.kind == "offline").values(revoked_at=now)
    for number in (await connection.execute(revoke.returning(tokens.c.id))).scalars().all():
        await record(connection, shop.id, AuditAction.TOKEN_REVOKED, f"offline token {number}", now)


async def _row(connection: AsyncConnection, condition: ColumnElement[bool]) -> Row | None:
    row = (await connection.execute(select(tokens).where(condition))).mappings().first()
    return None if row is None else dict(row)


def _of(shop: Shop, app_id: int) -> ColumnElement[bool]:
    return (tokens.c.shop_id == shop.id) & (tokens.c.app_id == app_id)


async def _lock(connection: AsyncConnection, shop: Shop, app_id: int) -> None:
    """Lock the tokens of the app, so that two requests with one token do not issue two pairs."""
    await lock_subject(connection, shop, f"token_pairs/{app_id}")
