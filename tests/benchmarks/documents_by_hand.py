"""The endpoints written by hand for the documents of tests.benchmarks.documents, on SQLite.

There is one function for each document. It takes the connection and the variables and returns the response's data.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import orjson

from tests.benchmarks.by_hand import SHOP, amount, moment, start_of
from tests.benchmarks.queries import cursor_of

Data = dict[str, Any]
_FROM = (
    "FROM abandoned_checkouts c LEFT JOIN customers p ON p.shop_id = c.shop_id AND p.id = c.customer_id "
    "WHERE c.shop_id = ?"
)
_LINK = "c.abandoned_checkout_url, c.cart_token, c.token, c.recovery_key, c.locale"
_ZONE = ZoneInfo("America/New_York")


def _gid(number: object, kind: str = "AbandonedCheckout") -> str:
    return f"gid://shopify/{kind}/{number}"


def _shop_money(value: int, currency: str) -> Data:
    return {"shopMoney": {"amount": amount(value), "currencyCode": currency}}


def _link(url: str | None, cart: str | None, token: str, key: str, locale: str | None) -> str:
    ending = f"&locale={quote(locale)}" if locale else ""
    return (
        url
        or f"http://bench.myshopify.com/{SHOP}/checkouts/ac/{quote(cart or token, safe='')}/recover?key={key}{ending}"
    )


def _name(first: str | None, last: str | None, email: str | None, phone: str | None) -> str:
    return " ".join(part for part in (first, last) if part) or email or phone or "Customer"


def _info(rows: Sequence[Sequence[Any]], first: int, cursor: Callable[[Any], str] = cursor_of) -> Data:
    """For rows that begin with the id. One more row than the page has was read if there is a next page."""
    last = rows[min(len(rows), first) - 1][0] if rows else None
    return {"hasNextPage": len(rows) > first, "endCursor": None if last is None else cursor(last)}


def _page(nodes: object, info: Data | None = None, key: str = "nodes") -> Data:
    return {"abandonedCheckouts": {key: nodes} | ({} if info is None else {"pageInfo": info})}


def totals(database: sqlite3.Connection) -> Data:
    rows = database.execute(
        "SELECT id, total_price FROM abandoned_checkouts WHERE shop_id = ? ORDER BY id LIMIT 50", (SHOP,)
    )
    nodes = [{"id": _gid(id_), "totalPriceSet": {"shopMoney": {"amount": amount(total)}}} for id_, total in rows]
    return _page(nodes)


def lost(database: sqlite3.Connection, after: str | None) -> Data:
    rows = database.execute(
        f"SELECT c.id, p.id, p.first_name, p.email, {_LINK} {_FROM} AND c.id > ? "
        "AND c.recovery_state = 'not_recovered' ORDER BY c.id LIMIT 51",
        (SHOP, start_of(after)),
    ).fetchall()
    nodes = [
        {
            "id": _gid(id_),
            "abandonedCheckoutUrl": _link(*link),
            "customer": None
            if person is None
            else {"firstName": first, "defaultEmailAddress": None if email is None else {"emailAddress": email}},
        }
        for id_, person, first, email, *link in rows[:50]
    ]
    return _page(nodes, _info(rows, 50))


def _since(query: str) -> int:
    """The moment of the date in a search: midnight in the shop's zone."""
    day = datetime.fromisoformat(query.split("'")[1])
    return int(day.replace(tzinfo=_ZONE).timestamp()) * 10**6


def _lines(database: sqlite3.Connection, ids: Sequence[int], most: int) -> dict[int, list[Data]]:
    of: dict[int, list[Data]] = {}
    marks = ",".join("?" * len(ids))
    for checkout, title, quantity in database.execute(
        f"SELECT checkout_id, title, quantity FROM line_items WHERE shop_id = ? AND checkout_id IN ({marks}) "
        "ORDER BY checkout_id, position",
        (SHOP, *ids),
    ):
        items = of.setdefault(checkout, [])
        if len(items) < most:
            items.append({"title": title, "quantity": quantity})
    return of


def _price_cursor(rows: Sequence[Sequence[Any]], first: int) -> Data:
    from abandoned_checkouts.shopify.values.cursor import CursorForm, encode_cursor

    totals_by_id = {row[0]: row[2] for row in rows}
    return _info(rows, first, lambda number: encode_cursor(CursorForm.AMOUNT, totals_by_id[number], number))


def most_valuable(database: sqlite3.Connection, query: str) -> Data:
    rows = database.execute(
        "SELECT c.id, c.name, c.total_price, c.currency, c.created_at, p.id, p.first_name, p.last_name, p.email, "
        f"p.phone, {_LINK} {_FROM} AND c.created_at >= ? AND c.recovery_state = 'not_recovered' "
        "ORDER BY c.total_price DESC, c.id DESC LIMIT 26",
        (SHOP, _since(query)),
    ).fetchall()
    lines = _lines(database, [row[0] for row in rows[:25]], 5)
    nodes = [
        {
            "name": name,
            "createdAt": moment(created),
            "totalPriceSet": _shop_money(total, currency),
            "customer": None
            if person is None
            else {
                "displayName": _name(first, last, email, phone),
                "defaultEmailAddress": None if email is None else {"emailAddress": email},
            },
            "lineItems": {"nodes": lines.get(id_, [])},
            "abandonedCheckoutUrl": _link(*link),
        }
        for id_, name, total, currency, created, person, first, last, email, phone, *link in rows[:25]
    ]
    return _page(nodes, _price_cursor(rows, 25))


def last_week(database: sqlite3.Connection, query: str) -> Data:
    rows = database.execute(
        "SELECT c.id, c.name, c.total_price, c.currency, c.created_at, c.completed_at, p.id, p.first_name, "
        f"p.last_name, p.email, p.phone {_FROM} AND c.created_at >= ? "
        "ORDER BY c.total_price DESC, c.id DESC LIMIT 51",
        (SHOP, _since(query)),
    ).fetchall()
    lines = _lines(database, [row[0] for row in rows[:50]], 5)
    nodes = [
        {
            "name": name,
            "totalPriceSet": _shop_money(total, currency),
            "createdAt": moment(created),
            "completedAt": None if completed is None else moment(completed),
            "customer": None if person is None else {"displayName": _name(*names)},
            "lineItems": {"nodes": lines.get(id_, [])},
        }
        for id_, name, total, currency, created, completed, person, *names in rows[:50]
    ]
    return _page(nodes, _price_cursor(rows, 50))


def edges(database: sqlite3.Connection, first: int, after: str | None) -> Data:
    rows = database.execute(
        "SELECT id, name FROM abandoned_checkouts WHERE shop_id = ? AND id > ? ORDER BY id LIMIT ?",
        (SHOP, start_of(after), first + 1),
    ).fetchall()
    found = [{"cursor": cursor_of(id_), "node": {"id": _gid(id_), "name": name}} for id_, name in rows[:first]]
    return _page(found, _info(rows, first), "edges")


def apollo(database: sqlite3.Connection, first: int, after: str | None) -> Data:
    rows = database.execute(
        "SELECT id, name, created_at, customer_id, total_price, currency FROM abandoned_checkouts "
        "WHERE shop_id = ? AND id > ? ORDER BY id LIMIT ?",
        (SHOP, start_of(after), first + 1),
    ).fetchall()
    nodes = [
        {
            "id": _gid(id_),
            "name": name,
            "createdAt": moment(created),
            "customer": None if customer is None else {"id": _gid(customer, "Customer")},
            "totalPriceSet": _shop_money(total, currency),
        }
        for id_, name, created, customer, total, currency in rows[:first]
    ]
    return _page(nodes, _info(rows, first))


def _address(text: str | None) -> Data | None:
    if text is None:
        return None
    address = orjson.loads(text)
    return {"city": address.get("city"), "countryCodeV2": address.get("country_code")}


def _allocations(text: str, currency: str) -> list[Data]:
    """The first five discounts on a line, which are stored as JSON. No line of the store has one."""
    found = [] if text == "[]" else orjson.loads(text)[:5]
    return [
        {
            "node": {
                "allocatedAmountSet": _shop_money(each["amount"], currency),
                "discountApplication": {
                    "index": each["discount"]["index"],
                    "targetType": each["discount"]["target_type"],
                    "value": {"__typename": "MoneyV2"}
                    if each["discount"]["value_type"] == "fixed_amount"
                    else {"__typename": "PricingPercentageValue", "percentage": each["discount"]["value"]},
                },
            }
        }
        for each in found
    ]


def connector(database: sqlite3.Connection, after: str | None) -> Data:
    since = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp()) * 10**6
    rows = database.execute(
        "SELECT c.id, c.name, c.created_at, c.updated_at, c.completed_at, c.taxes_included, p.id, p.email, "
        f"c.total_price, c.currency, c.presentment_total_price, c.presentment_currency, c.billing_address, {_LINK} "
        f"{_FROM} AND c.id > ? AND c.updated_at >= ? ORDER BY c.id LIMIT 6",
        (SHOP, start_of(after), since),
    ).fetchall()
    ids = [row[0] for row in rows[:5]]
    marks, of = ",".join("?" * len(ids)), dict[int, list[Data]]()
    for checkout, key, title, quantity, sku, total, currency, discounts in database.execute(
        "SELECT checkout_id, key, title, quantity, sku, original_total_price, currency, discount_allocations "
        "FROM line_items "
        f"WHERE shop_id = ? AND checkout_id IN ({marks}) ORDER BY checkout_id, position",
        (SHOP, *ids),
    ):
        item = {"id": _gid(key, "AbandonedCheckoutLineItem"), "title": title, "quantity": quantity, "sku": sku}
        item |= {"originalTotalPriceSet": _shop_money(total, currency)}
        item |= {"discountAllocations": {"edges": _allocations(discounts, currency)}}
        of.setdefault(checkout, []).append({"node": item})
    found = [
        {
            "node": {
                "id": _gid(id_),
                "name": name,
                "abandonedCheckoutUrl": _link(*link),
                "createdAt": moment(created),
                "updatedAt": moment(updated),
                "completedAt": None if completed is None else moment(completed),
                "taxesIncluded": bool(included),
                "customer": None
                if person is None
                else {"id": _gid(person, "Customer"), "email": None if email is None else {"emailAddress": email}},
                "billingAddress": _address(billing),
                "totalPriceSet": _shop_money(total, currency)
                | {"presentmentMoney": {"amount": amount(shown), "currencyCode": shown_currency}},
                "lineItems": {"edges": of.get(id_, [])[:15]},
            }
        }
        for id_, name, created, updated, completed, included, person, email, total, currency, shown, shown_currency,
        billing, *link in rows[:5]
    ]  # fmt: skip
    return _page(found, _info(rows, 5), "edges")


def ten(database: sqlite3.Connection, ids: list[str]) -> Data:
    numbers = [int(each.rpartition("/")[2]) for each in ids]
    marks = ",".join("?" * len(numbers))
    found = {
        id_: {
            "id": _gid(id_),
            "name": name,
            "updatedAt": moment(updated),
            "totalPriceSet": {"shopMoney": {"amount": amount(total)}},
        }
        for id_, name, updated, total in database.execute(
            f"SELECT id, name, updated_at, total_price FROM abandoned_checkouts WHERE shop_id = ? AND id IN ({marks})",
            (SHOP, *numbers),
        )
    }
    return {"nodes": [found.get(number) for number in numbers]}


BY_NAME: Mapping[str, Callable[..., Data]] = {
    function.__name__: function for function in (totals, lost, most_valuable, last_week, edges, apollo, connector, ten)
}
