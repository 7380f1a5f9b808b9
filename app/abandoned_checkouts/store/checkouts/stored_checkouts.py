"""Complete checkouts as rows: their own, and those of lines, customers, visits and activities."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, islice
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Select, Table, bindparam
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.address import address_number
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.json_values import json_array_of, values_of_json
from abandoned_checkouts.store.engine.prepared import rows_with, select_of_shop
from abandoned_checkouts.store.engine.row_shape import RowShape
from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.engine.statements import chunks
from abandoned_checkouts.store.tables import abandoned_checkouts, abandonments, activities, customers, line_items

CHECKOUT = RowShape(Checkout, abandoned_checkouts)
_LINE_ITEM = RowShape(LineItem, line_items)
_CUSTOMER = RowShape(Customer, customers)
_ACTIVITY = tuple(
    str(column.name) for column in activities.c if column.name not in ("shop_id", "abandonment_id", "sequence")
)
# Fewer rows are not read as JSON.
_FEWEST = 8
# The number of checkouts that are created together. The code of a step stays in the processor's caches, and so do the
# checkouts.
_TOGETHER = 32

# The values of a row, or their JSON.
_Packed = Any


@dataclass(frozen=True, slots=True)
class OtherRows:
    """The rows of other tables that belong to checkouts, by the checkout's number or the customer's."""

    lines: Mapping[int, Sequence[_Packed]]
    people: Mapping[int, Sequence[_Packed]]
    visits: Mapping[int, Sequence[RowValues]]
    activities: Mapping[int, Sequence[RowValues]]
    _known: dict[int, Customer] = field(default_factory=dict)

    def complete(self, checkouts: Sequence[Checkout]) -> None:
        """Give checkouts their lines, customers, visits and activities. Checkouts of a person have the same Customer.

        Each step is done for all of them, see `_TOGETHER`.
        """
        rows = [self.lines.get(each.id or 0, ()) for each in checkouts]
        lines = map(_line, _unpacked([*chain.from_iterable(rows)]))
        for checkout, of_checkout in zip(checkouts, rows, strict=True):
            checkout.line_items = [*islice(lines, len(of_checkout))]
        self._read_people([each.customer_id or 0 for each in checkouts])
        for checkout in checkouts:
            checkout.customer = self._known.get(checkout.customer_id or 0)
            for (visit,) in self.visits.get(checkout.id or 0, ()):
                checkout.visit = orjson.loads(visit)
            for values in self.activities.get(checkout.id or 0, ()):
                known = zip(_ACTIVITY, values, strict=True)
                activity: Any = {name: value for name, value in known if value is not None}
                checkout.activities.append(activity)
            _remove_assigned_ids(checkout)

    def _read_people(self, numbers: Iterable[int]) -> None:
        new = [number for number in {*numbers} if number in self.people and number not in self._known]
        rows = _unpacked([self.people[number][0] for number in new])
        self._known.update(zip(new, map(_CUSTOMER.from_values, rows), strict=True))


@dataclass(frozen=True, slots=True)
class StoredCheckouts:
    """The rows of complete checkouts, in the order of their numbers.

    A few checkouts are created at a time. Rows take a fraction of their memory, and checkouts that are used and dropped
    at once stay in the processor's caches.
    """

    numbers: Sequence[int]
    _own: Sequence[_Packed]
    _others: OtherRows

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[Checkout]:
        for start in range(0, len(self._own), _TOGETHER):
            checkouts = [*map(CHECKOUT.from_values, _unpacked(self._own[start : start + _TOGETHER]))]
            self._others.complete(checkouts)
            yield from checkouts


def checkout_columns(as_json: bool) -> list[ColumnElement[Any]]:
    """The columns of checkouts that `stored_checkouts` needs."""
    table = abandoned_checkouts
    columns = _packed_columns(table, CHECKOUT.columns, as_json)
    return [*columns, table.c.id.label("number"), table.c.customer_id.label("person")]


async def stored_checkouts(
    connection: AsyncConnection, shop: Shop, rows: Sequence[RowValues], *, is_range: bool = False
) -> StoredCheckouts:
    """Read what other tables have for rows of `checkout_columns`. `is_range` is whether no checkout of the shop is
    missing between the first and the last, which saves the database to look for each."""
    numbers = [row[-2] for row in rows]
    own = [row[0] if type(row[0]) is bytes else row[:-2] for row in rows]
    return StoredCheckouts(
        numbers, own, await other_rows(connection, shop, numbers, [row[-1] for row in rows], is_range)
    )


async def other_rows(
    connection: AsyncConnection,
    shop: Shop,
    numbers: Sequence[int],
    people: Iterable[int | None],
    is_range: bool = False,
) -> OtherRows:
    """What other tables have for checkouts with these numbers and customers."""
    known = sorted({person for person in people if person is not None})
    return OtherRows(
        await _read(connection, shop, _LINES, numbers, is_range),
        await _read(connection, shop, _PEOPLE, known, False),
        await _read(connection, shop, _VISITS, numbers, is_range),
        await _read(connection, shop, _ACTIVITIES, numbers, is_range),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Child:
    """Rows of a table with a key, in order of the key and another column."""

    table: Table
    key: str
    order: str
    columns: Sequence[str]
    condition: ColumnElement[bool] | None = None


_LINES = _Child(line_items, "checkout_id", "position", _LINE_ITEM.columns)
_PEOPLE = _Child(customers, "id", "id", _CUSTOMER.columns)
_VISITS = _Child(abandonments, "id", "id", ("visit",), abandonments.c.visit != "{}")
_ACTIVITIES = _Child(activities, "abandonment_id", "sequence", _ACTIVITY)


async def _read(
    connection: AsyncConnection, shop: Shop, child: _Child, keys: Sequence[int], is_range: bool
) -> Mapping[int, Sequence[_Packed]]:
    """The rows with these keys, by their key. The keys are in order if they are a range."""
    if not keys:
        return {}
    as_json = child.table in (line_items, customers) and can_be_json(connection, len(keys))
    statement = _statement(child, as_json, is_range)
    which: list[dict[str, Any]]
    which = [{"first": keys[0], "last": keys[-1]}] if is_range else [{"values": part} for part in chunks(keys)]
    found: dict[int, list[_Packed]] = {}
    for values in which:
        for row in (await connection.execute(statement, {"shop_id": shop.id, **values})).all():
            found.setdefault(row[-1], []).append(row[0] if as_json else row[:-1])
    return found


@cache
def _statement(child: _Child, as_json: bool, is_range: bool) -> Select[Any]:
    """Parameters: `shop_id`, and `first` and `last` for a range of keys, otherwise `values`, a list."""
    table, key = child.table, child.table.c[child.key]
    columns = [*_packed_columns(table, child.columns, as_json), key.label("key")]
    if is_range:
        statement = select_of_shop(table, *columns).where(key.between(bindparam("first"), bindparam("last")))
        statement = statement.order_by(key, table.c[child.order])
    else:
        statement = rows_with(table, child.key, order=(child.key, child.order)).with_only_columns(*columns)
    return statement if child.condition is None else statement.where(child.condition)


def can_be_json(connection: AsyncConnection, rows: int) -> bool:
    """Whether this number of rows is read as JSON. A single row takes longer that way than as columns."""
    return rows >= _FEWEST and connection.dialect.name == "sqlite"


def _packed_columns(table: Table, columns: Sequence[str], as_json: bool) -> list[ColumnElement[Any]]:
    found: list[ColumnElement[Any]] = [table.c[name] for name in columns]
    # With a name, which store/engine/statement_cache needs.
    return [json_array_of(found).label("packed")] if as_json else found


def _unpacked(packed: Sequence[_Packed]) -> Sequence[RowValues]:
    return values_of_json(packed) if packed and type(packed[0]) is bytes else packed


def _line(values: RowValues) -> LineItem:
    line = _LINE_ITEM.from_values(values)
    for allocation in line.discount_allocations:
        allocation.pop("discount", None)  # type: ignore[typeddict-item]
    return line


def _remove_assigned_ids(checkout: Checkout) -> None:
    """Remove the ids of addresses that this server assigned, because the source did not send them."""
    for address, place in ((checkout.shipping_address, 0), (checkout.billing_address, 1)):
        if address is not None and address.get("id") == address_number(checkout.id or 0, place):
            del address["id"]
