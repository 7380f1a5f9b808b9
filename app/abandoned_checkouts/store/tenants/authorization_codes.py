"""Authorization codes. A code is signed with the store's key, valid for a minute, and can be redeemed once.

Anybody can request a code, so nothing is stored until an app redeems it.
"""

import hmac
import re

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.moment import SECOND
from abandoned_checkouts.checkouts.randomness import random_hex, random_number
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.locks import lock_subject
from abandoned_checkouts.store.engine.secret_key import secret_key_of
from abandoned_checkouts.store.tables import tokens
from abandoned_checkouts.store.tenants.access_tokens import token_hash

LIFETIME = 60 * SECOND
# The prefix of codes for an online token.
OF_USER = "user_"
# The form of a code: a random part, its expiry in microseconds, and the signature of both.
_CODE = re.compile(rf"(?:{OF_USER})?[0-9a-f]{{16}}([0-9a-f]{{14}})([0-9a-f]{{32}})", re.ASCII)
_SIGNED = 32


def new_code(connection: AsyncConnection, shop: Shop, app_id: int, *, now: int, of_user: bool) -> str:
    """A new code for a token of the app: for an online token if `of_user` is true, else for an offline token."""
    unsigned = f"{OF_USER if of_user else ''}{random_hex(8)}{now + LIFETIME:014x}"
    return unsigned + _signature(connection, shop, app_id, unsigned)


async def redeem_code(connection: AsyncConnection, shop: Shop, app_id: int, code: str, *, now: int) -> bool:
    """Redeem a code of the app. Returns False if it is invalid, expired or redeemed already."""
    match = _CODE.fullmatch(code)
    if match is None or int(match[1], 16) <= now:
        return False
    if not hmac.compare_digest(_signature(connection, shop, app_id, code[:-_SIGNED]), match[2]):
        return False
    await lock_subject(connection, shop, f"authorization_code/{app_id}")
    used = (tokens.c.shop_id == shop.id) & (tokens.c.app_id == app_id) & (tokens.c.kind == "code")
    await connection.execute(delete(tokens).where(used, tokens.c.expires_at <= now))
    hashed = token_hash(code)
    if (await connection.execute(select(tokens.c.id).where(used, tokens.c.token_hash == hashed))).first():
        return False
    row = {"shop_id": shop.id, "id": random_number(5), "app_id": app_id, "token_hash": hashed, "hint": ""}
    row |= {"kind": "code", "created_at": now, "expires_at": int(match[1], 16), "revoked_at": now}
    await connection.execute(insert(tokens).values(row))
    return True


def _signature(connection: AsyncConnection, shop: Shop, app_id: int, unsigned: str) -> str:
    key = secret_key_of(connection).derive("authorization code")
    return hmac.digest(key, f"{shop.id}/{app_id}/{unsigned}".encode(), "sha256").hex()[:_SIGNED]
