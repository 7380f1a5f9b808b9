"""An independent computation of every sum and figure: from raw rows, in DuckDB, without the roll-up.

A checkout that is not stored any more is taken from its last event.
"""

from dataclasses import dataclass
from typing import Any

import duckdb
from sqlalchemy import select

from abandoned_checkouts.checkouts.checkout import Checkout, has_contact
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.stored_document import read_checkout_document
from abandoned_checkouts.store.checkouts.load import load_after
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tables import events, flow_mails, open_checkouts
from tests.store.reports.lives import World

# Whose money, the measure, the day, the part and the currency.
Key = tuple[str, str, int, str, str]
Sums = dict[Key, tuple[int, int]]
# In the shop's money only.
_WITHOUT_BUYERS = ("slot", "slot_recovered", "product", "product_recovered")
_TABLES = """
CREATE MACRO day_of(moment, zone) AS
    date_diff('day', DATE '0001-01-01', timezone(zone, make_timestamptz(moment))::DATE) + 1;
CREATE TABLE c (id BIGINT, begun BIGINT, contact BOOLEAN, abandoned BIGINT, recovered BIGINT, total BIGINT,
    ptotal BIGINT, cur TEXT, pcur TEXT, customer BIGINT, erased BOOLEAN);
CREATE TABLE l (id BIGINT, product TEXT, price BIGINT, pprice BIGINT);
CREATE TABLE m (id BIGINT, step TEXT, happened BIGINT);
CREATE TABLE v (id BIGINT, happened BIGINT);
CREATE TABLE p (customer BIGINT, source TEXT, happened BIGINT);
"""
# With how each was recovered, and its days and hour in the shop's zone.
_VIEW = """
CREATE TABLE f AS
WITH mailed AS (SELECT id, min(happened) AS first FROM m GROUP BY id),
visited AS (SELECT id, min(happened) AS first FROM v GROUP BY id),
last_mail AS (SELECT c.id, max(happened) AS happened, arg_max(step, happened) AS step FROM m JOIN c USING (id)
    WHERE happened <= recovered GROUP BY c.id),
elsewhere AS (SELECT DISTINCT c.id FROM c JOIN p USING (customer) WHERE happened >= abandoned
    AND happened < abandoned + $window AND source <> 'checkout/' || c.id)
SELECT c.*, mailed.first IS NOT NULL AS is_mailed, visited.first IS NOT NULL AS is_visited,
    CASE WHEN recovered IS NULL THEN NULL WHEN visited.first <= recovered THEN 'link'
        WHEN recovered < last_mail.happened + $window THEN 'mail' ELSE 'itself' END AS how,
    CASE WHEN recovered < last_mail.happened + $window THEN last_mail.step END AS step,
    elsewhere.id IS NOT NULL AND recovered IS NULL AS is_elsewhere,
    day_of(begun, $zone) AS begun_day,
    day_of(abandoned, $zone) AS day,
    day_of(recovered, $zone) AS bought_day,
    hour(timezone($zone, make_timestamptz(abandoned))) || '.' || (CASE WHEN total < 10000 THEN 0 ELSE
        3 * floor(log10(total / 10000.0) + 1e-12)::INT + 1
        + (total / 10000.0 / pow(10, floor(log10(total / 10000.0) + 1e-12)) >= 2)::INT
        + (total / 10000.0 / pow(10, floor(log10(total / 10000.0) + 1e-12)) >= 5)::INT END) AS slot
FROM c LEFT JOIN mailed USING (id) LEFT JOIN visited USING (id) LEFT JOIN last_mail USING (id)
    LEFT JOIN elsewhere USING (id)
"""
_PARTS = """
SELECT 'begun' AS measure, begun_day AS d, '' AS part, * FROM f
UNION ALL SELECT 'contact', begun_day, '', * FROM f WHERE contact
UNION ALL SELECT 'abandoned', day, '', * FROM f WHERE abandoned IS NOT NULL
UNION ALL SELECT 'slot', day, slot, * FROM f WHERE abandoned IS NOT NULL
UNION ALL SELECT 'reminded', day, '', * FROM f WHERE abandoned IS NOT NULL AND is_mailed
UNION ALL SELECT 'visited', day, '', * FROM f WHERE abandoned IS NOT NULL AND is_visited
UNION ALL SELECT 'recovered', day, how, * FROM f WHERE recovered IS NOT NULL
UNION ALL SELECT 'slot_recovered', day, slot, * FROM f WHERE recovered IS NOT NULL
UNION ALL SELECT 'bought', bought_day, how, * FROM f WHERE recovered IS NOT NULL
UNION ALL SELECT 'recovered_step', day, step, * FROM f WHERE recovered IS NOT NULL AND step IS NOT NULL
UNION ALL SELECT 'elsewhere', day, '', * FROM f WHERE abandoned IS NOT NULL AND is_elsewhere
"""
_SUMS = f"""
SELECT measure, d, part, cur, pcur, count(*), sum(total)::BIGINT, sum(ptotal)::BIGINT FROM ({_PARTS}) GROUP BY ALL
UNION ALL
SELECT measure, day, product, cur, pcur, count(DISTINCT f.id), sum(price)::BIGINT, sum(pprice)::BIGINT FROM f
JOIN l USING (id) JOIN (VALUES ('product', FALSE), ('product_recovered', TRUE)) k (measure, bought)
ON abandoned IS NOT NULL AND (NOT bought OR recovered IS NOT NULL) GROUP BY ALL
UNION ALL
SELECT 'sent', day_of(happened, $zone) AS d, step, $currency,
    $currency, count(*), 0, 0 FROM m GROUP BY ALL
UNION ALL
SELECT 'visit', day_of(v.happened, $zone) AS d, coalesce(m.step, ''), $currency,
    $currency, count(*), 0, 0 FROM v ASOF LEFT JOIN m ON v.id = m.id AND v.happened >= m.happened GROUP BY ALL
"""


@dataclass
class Oracle:
    """`sums` are all sums by key. The other figures are of all abandoned checkouts."""

    sums: Sums
    shoppers: int
    median: int | None
    p90: int | None


async def recompute(store: Database, shop: Shop, world: World, window: int) -> Oracle:
    """Visits without an event, and all purchases that were ever stored, are those of the world."""
    database = duckdb.connect()
    database.execute(_TABLES)
    rows = await _raw(store, shop)
    rows["v"] += [(life.checkout.id, at) for life in world.bulk for at in life.visits]
    rows["p"] = sorted(world.seen_purchases)
    for table, values in rows.items():
        if values:
            # A column at once: row by row, this takes longer than everything else.
            columns = list(map(list, zip(*values, strict=True)))
            database.execute(f"INSERT INTO {table} SELECT {', '.join(['unnest(?)'] * len(columns))}", columns)
    zone = {"zone": shop.timezone}
    database.execute(_VIEW, {**zone, "window": window})
    found = database.execute(_SUMS, {**zone, "currency": shop.currency}).fetchall()
    # A person who comes back after an erasure cannot be recognized.
    figures = (
        "count(DISTINCT (customer, erased)), quantile_disc(recovered - abandoned, 0.5), "
        "quantile_disc(recovered - abandoned, 0.9)"
    )
    figure = database.execute(f"SELECT {figures} FROM f WHERE abandoned IS NOT NULL").fetchone()
    assert figure is not None
    return Oracle(_by_money(found), *figure)


def _by_money(rows: list[tuple[Any, ...]]) -> Sums:
    sums: Sums = {}
    for measure, day, part, currency, presentment_currency, number, total, presentment_total in rows:
        if measure in _WITHOUT_BUYERS:
            presentment_currency, presentment_total = "", 0
            week = ("shop", f"{measure}/week", day - day % 7, part, currency)
            before = sums.get(week, (0, 0))
            sums[week] = (before[0] + number, before[1] + total)
        for money, name, amount in (("shop", currency, total), ("buyer", presentment_currency, presentment_total)):
            before = sums.get((money, measure, day, part, name), (0, 0))
            sums[(money, measure, day, part, name)] = (before[0] + number, before[1] + amount)
    return sums


async def _raw(store: Database, shop: Shop) -> dict[str, list[tuple[Any, ...]]]:
    async with store.read() as connection:
        stored = {each.id or 0: each for each in await load_after(connection, shop, 0, 1_000_000)}
        contacts: dict[int, bool] = {}
        for row in (await connection.execute(select(open_checkouts))).mappings():
            if row["state"] != "deleted" and row["id"] not in stored:
                stored[row["id"]] = read_checkout_document(row["document"])
                contacts[row["id"]] = row["contact_at"] is not None or has_contact(stored[row["id"]])
        happened = select(events.c.checkout_id, events.c.kind, events.c.document, events.c.occurred_at)
        visits = []
        gone: dict[int, Checkout] = {}
        for number, kind, document, at in await connection.execute(happened.order_by(events.c.id)):
            if kind == "recovery_link_visited":
                visits.append((number, at))
            elif number is not None and number not in stored:
                gone[number] = read_checkout_document(document)
        mails = await connection.execute(select(flow_mails.c.checkout_id, flow_mails.c.position, flow_mails.c.sent_at))
        checkouts = {**gone, **stored}
        return {
            "c": [_checkout(number, each, contacts.get(number, True)) for number, each in checkouts.items()],
            "l": [line for number, each in checkouts.items() for line in _lines(number, each)],
            "m": [(row.checkout_id, f"1.{row.position}", row.sent_at) for row in mails],
            "v": visits,
        }


def _checkout(number: int, checkout: Checkout, gave_contact: bool) -> tuple[Any, ...]:
    customer = checkout.customer.id if checkout.customer is not None else checkout.customer_id
    return (
        number,
        checkout.created_at,
        gave_contact,
        checkout.abandoned_at,
        checkout.recovered_at,
        checkout.total_price,
        checkout.presentment_total_price,
        checkout.currency,
        checkout.presentment_currency,
        customer,
        checkout.erased_at is not None,
    )


def _lines(number: int, checkout: Checkout) -> list[tuple[Any, ...]]:
    return [
        (
            number,
            "gift" if line.product_id is None else str(line.product_id),
            line.discounted_total_price,
            line.presentment_discounted_total_price,
        )
        for line in checkout.line_items
    ]
