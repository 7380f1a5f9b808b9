"""An export written by hand for one known query, for comparison: sqlite3, dicts and orjson.

One open statement over the checkouts, one statement for the lines of each portion, formats remembered.
"""

import sqlite3
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import orjson

PORTION = 500


@lru_cache(maxsize=65536)
def amount(value: int) -> str:
    whole, rest = divmod(value, 10_000)
    return f"{whole}.{f'{rest:04d}'.rstrip('0') or '0'}"


@lru_cache(maxsize=65536)
def moment(value: int) -> str:
    return datetime.fromtimestamp(value // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def export_by_hand(store: Path, shop_id: int, file: Path) -> None:
    connection = sqlite3.connect(store, isolation_level=None, cached_statements=512)
    for pragma in ("query_only = ON", "cache_size = -65536", "mmap_size = 268435456"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN")
    checkouts = connection.execute(
        "SELECT id, name, created_at, total_price, currency FROM abandoned_checkouts WHERE shop_id = ? ORDER BY id",
        (shop_id,),
    )
    with file.open("wb", buffering=1 << 20) as out:
        while rows := checkouts.fetchmany(PORTION):
            ids = [row[0] for row in rows]
            lines = connection.execute(
                "SELECT checkout_id, key, title, quantity FROM line_items WHERE shop_id = ? AND checkout_id IN "
                f"({','.join('?' * len(ids))}) ORDER BY checkout_id, position",
                (shop_id, *ids),
            )
            of: dict[int, list[dict[str, object]]] = {number: [] for number in ids}
            for checkout, key, title, quantity in lines:
                of[checkout].append(
                    {
                        "id": f"gid://shopify/AbandonedCheckoutLineItem/{key}",
                        "title": title,
                        "quantity": quantity,
                        "__parentId": f"gid://shopify/AbandonedCheckout/{checkout}",
                    }
                )
            written = []
            for number, name, created, total, currency in rows:
                node = {
                    "id": f"gid://shopify/AbandonedCheckout/{number}",
                    "name": name,
                    "createdAt": moment(created),
                    "totalPriceSet": {"shopMoney": {"amount": amount(total), "currencyCode": currency}},
                }
                written.append(orjson.dumps(node))
                written += [orjson.dumps(line) for line in of[number]]
            written.append(b"")
            out.write(b"\n".join(written).replace(b"/", b"\\/"))
    connection.close()
