"""Idempotency keys of mutations. For 24 hours, the mutation of a key of an app in a shop is executed only once.

A request first claims its key, in a separate transaction. The mutation's transaction sets `is_executed`. The response
is saved after it. A mutation is therefore not executed twice, even if the process ends in between.
"""

import hashlib
from dataclasses import dataclass
from enum import Enum

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.moment import DAY, MINUTE
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.shop_by_shop import delete_where
from abandoned_checkouts.store.engine.statements import insert_missing
from abandoned_checkouts.store.tables import idempotent_requests as table

# Shopify's page "Implementing idempotency": keys are recognized for 24 hours.
KEPT_FOR = DAY
# If the mutation was not executed within this time, another request can claim the key, because the process has probably
# ended. If the process still runs, mark_executed fails and its transaction is rolled back.
CLAIM_LASTS = MINUTE


class KeyConflict(Enum):
    """Why a request must not be executed with its key."""

    OTHER_REQUEST = "another mutation, or other arguments, used the key"
    RUNNING = "the first request is still running"
    NO_RESPONSE = "the first request was executed, and its response is not stored"


class ClaimLostError(Exception):
    """Another request has claimed the key, because this one took too long."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claimed key. `created_at` distinguishes it from a later claim of the same key."""

    shop_id: int
    app_id: int
    key_hash: str
    created_at: int


async def claim_key(
    connection: AsyncConnection, shop: Shop, app_id: int, key: str, fingerprint: str, now: int
) -> Claim | str | KeyConflict:
    """Claim a key. Returns the claim, or the stored response as JSON, or why the request must not be executed."""
    claim = Claim(shop.id, app_id, hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest(), now)
    await connection.execute(delete(table).where(_key(claim), table.c.created_at <= now - KEPT_FOR))
    row = {
        "shop_id": shop.id,
        "app_id": app_id,
        "key_hash": claim.key_hash,
        "fingerprint": fingerprint,
        "created_at": now,
    }
    if await insert_missing(connection, table, row):
        return claim
    found = (await connection.execute(select(table).where(_key(claim)).with_for_update())).mappings().one_or_none()
    if found is None:
        # Another request released its claim between the two statements.
        return KeyConflict.RUNNING
    if found["fingerprint"] != fingerprint:
        return KeyConflict.OTHER_REQUEST
    if found["response"] is not None:
        return str(found["response"])
    if now - found["created_at"] < CLAIM_LASTS:
        return KeyConflict.RUNNING
    if found["is_executed"]:
        return KeyConflict.NO_RESPONSE
    await connection.execute(update(table).where(_key(claim)).values(created_at=now))
    return claim


async def mark_executed(connection: AsyncConnection, claim: Claim) -> None:
    """Mark the claim as executed, in the mutation's transaction. Raises ClaimLostError."""
    done = await connection.execute(update(table).where(_mine(claim)).values(is_executed=True))
    if not done.rowcount:
        raise ClaimLostError


async def save_response(connection: AsyncConnection, claim: Claim, response: str) -> None:
    await connection.execute(update(table).where(_mine(claim)).values(response=response))


async def release_key(connection: AsyncConnection, claim: Claim) -> None:
    """Release a key whose mutation was not executed. A claim of an executed mutation stays."""
    await connection.execute(delete(table).where(_mine(claim), table.c.is_executed.is_(False)))


async def delete_old_keys(connection: AsyncConnection, now: int) -> None:
    await delete_where(connection, table, table.c.created_at <= now - KEPT_FOR)


def _key(claim: Claim) -> ColumnElement[bool]:
    return (table.c.shop_id == claim.shop_id) & (table.c.app_id == claim.app_id) & (table.c.key_hash == claim.key_hash)


def _mine(claim: Claim) -> ColumnElement[bool]:
    return _key(claim) & (table.c.created_at == claim.created_at)
