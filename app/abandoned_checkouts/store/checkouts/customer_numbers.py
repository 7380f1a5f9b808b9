"""Assigns numbers to customers that this server creates, in the order of their creation."""

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.prepared import select_of_shop
from abandoned_checkouts.store.tables import customers, deleted_customers, shops

# The number before the first one. Numbers of platforms are far greater, so the two cannot be confused.
BEFORE_FIRST = 1_000_000
_LAST_NUMBER = select(shops.c.last_customer_id).where(shops.c.id == bindparam("number")).with_for_update()
_SET_LAST_NUMBER = update(shops).where(shops.c.id == bindparam("number")).values(last_customer_id=bindparam("last"))
_IN_USE = [
    select_of_shop(table, table.c.id).where(table.c.id.between(bindparam("first"), bindparam("last")))
    for table in (customers, deleted_customers)
]


async def lock_customer_numbers(connection: AsyncConnection, shop: Shop) -> int:
    """Lock the shop's row until the transaction ends, and return the last number that was assigned.

    Meanwhile, other transactions cannot create a customer of this shop.
    """
    last: int = (await connection.execute(_LAST_NUMBER, {"number": shop.id})).scalar_one()
    return max(last, BEFORE_FIRST)


class CustomerNumbers:
    """Free numbers for new customers. The shop's row must be locked. `expected` is the likely number of new
    customers."""

    def __init__(self, connection: AsyncConnection, shop: Shop, last: int, expected: int) -> None:
        self._connection, self._shop = connection, shop
        self._last, self._saved = last, last
        self._window, self._checked_to, self._taken = max(expected, 1), last, set[int]()

    async def next(self) -> int:
        """The next free number. Numbers that a source has used for its customers are skipped."""
        while True:
            self._last += 1
            if self._last > self._checked_to:
                await self._check()
            if self._last not in self._taken:
                return self._last

    async def claim(self, number: int) -> bool:
        """Reserve the number that a customer has in an export of this server. Returns False if it is not free."""
        if number <= BEFORE_FIRST or await self._in_use(number, number):
            return False
        self._last, self._taken = max(self._last, number), self._taken | {number}
        return True

    async def save(self) -> None:
        if self._last > self._saved:
            await self._connection.execute(_SET_LAST_NUMBER, {"number": self._shop.id, "last": self._last})
            self._saved = self._shop.last_customer_id = self._last

    async def _check(self) -> None:
        self._checked_to = self._last + self._window
        self._taken |= await self._in_use(self._last, self._checked_to)

    async def _in_use(self, first: int, last: int) -> set[int]:
        found: set[int] = set()
        for statement in _IN_USE:
            values = {"shop_id": self._shop.id, "first": first, "last": last}
            found.update((await self._connection.execute(statement, values)).scalars())
        return found
