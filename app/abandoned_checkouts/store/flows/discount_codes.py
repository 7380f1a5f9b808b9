"""Discount codes: the lists that a shop uploads, and who got which code."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, case, delete, desc, func, insert, not_, or_, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.moment import DAY
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.locks import lock_subject
from abandoned_checkouts.store.engine.prepared import select_of_shop
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.engine.shop_by_shop import delete_where
from abandoned_checkouts.store.engine.statements import chunks, insert_rows
from abandoned_checkouts.store.tables import discount_codes as codes
from abandoned_checkouts.store.tables import issued_codes as issued

# A code that expires sooner is not issued any more.
SHORTEST_VALIDITY = DAY
# Built once: it is read for each step of a flow.
_ISSUED = select_of_shop(issued, issued.c.issued_at)
# Two queries, because each can use an index. With OR, SQLite would read all codes of the shop.
_LAST_CODE = union_all(
    _ISSUED.where(issued.c.person_key == bindparam("key")),
    _ISSUED.where(issued.c.customer_id.in_(bindparam("person", expanding=True))),
)
_LAST_CODE = _LAST_CODE.order_by(desc("issued_at")).limit(1)
_COLUMNS = ("shop_id", "code", "list_name", "added_at", "expires_at")


@dataclass(frozen=True, slots=True)
class CodeRequest:
    """A step that issues a code to a person, known by `key` and `customers`.

    The code is `code`, or the next one of `from_list`. `again_after` is the time in microseconds in which nobody gets a
    second one.
    """

    step_id: str
    flow_id: int
    checkout_id: int
    key: str
    customers: Collection[int]
    again_after: int
    code: str | None = None
    from_list: str | None = None
    expires_at: int | None = None


async def add_codes(
    connection: AsyncConnection, shop: Shop, name: str, found: Sequence[tuple[str, int | None]], now: int
) -> int:
    """Add codes, and when they expire, to a list. Codes that are in a list of the shop already stay as they are.

    Returns how many were added.
    """
    await lock_subject(connection, shop, "discount_codes")
    known: set[str] = set()
    for part in chunks([code for code, _ in found]):
        statement = select(codes.c.code).where(codes.c.shop_id == shop.id, codes.c.code.in_(part))
        known.update((await connection.execute(statement)).scalars())
    rows = [(shop.id, code, name, now, expires_at) for code, expires_at in found if code not in known]
    await insert_rows(connection, codes, _COLUMNS, rows)
    return len(rows)


async def list_counts(connection: AsyncConnection, shop: Shop, now: int) -> list[Row]:
    """The shop's lists by name: list_name, left, issued, expired. Left are codes that can still be issued."""
    unused = codes.c.issued_at.is_(None)
    valid = or_(codes.c.expires_at.is_(None), codes.c.expires_at > now + SHORTEST_VALIDITY)
    statement = (
        select(
            codes.c.list_name,
            func.sum(case((unused & valid, 1), else_=0)).label("left"),
            func.sum(case((unused, 0), else_=1)).label("issued"),
            func.sum(case((unused & not_(valid), 1), else_=0)).label("expired"),
        )
        .where(codes.c.shop_id == shop.id)
        .group_by(codes.c.list_name)
        .order_by(codes.c.list_name)
    )
    rows = (await connection.execute(statement)).mappings()
    numbers = ("left", "issued", "expired")
    return [{"list_name": row["list_name"], **{name: int(row[name]) for name in numbers}} for row in rows]


async def delete_unused_codes(connection: AsyncConnection, shop: Shop, name: str) -> int:
    """Delete the codes of a list that were not issued. Returns their number."""
    mine = (codes.c.shop_id == shop.id) & (codes.c.list_name == name) & codes.c.issued_at.is_(None)
    return int((await connection.execute(delete(codes).where(mine))).rowcount)


async def last_code_at(connection: AsyncConnection, shop: Shop, key: str, customers: Collection[int]) -> int | None:
    """When a person last got a code from any flow of the shop."""
    values = {"shop_id": shop.id, "key": key, "person": sorted(customers)}
    found: int | None = (await connection.execute(_LAST_CODE, values)).scalar()
    return found


async def issue_code(
    connection: AsyncConnection, shop: Shop, request: CodeRequest, now: int
) -> tuple[str, int | None] | None:
    """Issue a code and record who got it: the code, and when it expires. None if the person got one meanwhile, or no
    code is left. Of two steps at the same time, one waits for the other."""
    await lock_subject(connection, shop, "discount_codes")
    last = await last_code_at(connection, shop, request.key, request.customers)
    if last is not None and now - last < request.again_after:
        return None
    code, expires_at = request.code, request.expires_at
    if request.from_list is not None:
        taken = await _take(connection, shop, request.from_list, now)
        if taken is None:
            return None
        code, expires_at = taken
    row = {
        "shop_id": shop.id,
        "step_id": request.step_id,
        "flow_id": request.flow_id,
        "checkout_id": request.checkout_id,
        "person_key": request.key,
        "customer_id": min(request.customers, default=None),
        "code": code or "",
        "issued_at": now,
    }
    await connection.execute(insert(issued).values(row))
    return code or "", expires_at


async def _take(connection: AsyncConnection, shop: Shop, name: str, now: int) -> tuple[str, int | None] | None:
    """Mark the next code of a list as issued: the one that expires first, then the oldest."""
    statement = (
        select(codes.c.code, codes.c.expires_at)
        .where(
            codes.c.shop_id == shop.id,
            codes.c.list_name == name,
            codes.c.issued_at.is_(None),
            or_(codes.c.expires_at.is_(None), codes.c.expires_at > now + SHORTEST_VALIDITY),
        )
        .order_by(codes.c.expires_at.is_(None), codes.c.expires_at, codes.c.added_at, codes.c.code)
        .limit(1)
    )
    row = (await connection.execute(statement)).first()
    if row is None:
        return None
    mine = (codes.c.shop_id == shop.id) & (codes.c.code == row.code)
    await connection.execute(update(codes).where(mine).values(issued_at=now))
    return str(row.code), row.expires_at


async def forget_issued_codes(
    connection: AsyncConnection, shop: Shop, customers: Collection[int], checkouts: Collection[int]
) -> None:
    """Delete the records of who got a code, for an erasure. The codes stay marked as issued."""
    theirs = or_(issued.c.customer_id.in_(customers), issued.c.checkout_id.in_(checkouts))
    await connection.execute(delete(issued).where(issued.c.shop_id == shop.id, theirs))


async def delete_old_issued_codes(connection: AsyncConnection, before: int) -> None:
    await delete_where(connection, issued, issued.c.issued_at < before)
