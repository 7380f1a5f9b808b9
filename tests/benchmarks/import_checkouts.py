"""Checkouts a second from REST JSON lines into SQLite, and the memory it takes.

python -m tests.benchmarks.import_checkouts --checkouts 100000
python -m tests.benchmarks.import_checkouts --checkouts 50000 --products 2000
"""

import argparse
import asyncio
import os
import random
import resource
import tempfile
import time
from pathlib import Path

import orjson

from abandoned_checkouts.intake.import_file import import_file
from abandoned_checkouts.store.engine.database import open_database

_WORDS = [
    "Linen",
    "Oak",
    "Copper",
    "Harbour",
    "Meadow",
    "Stone",
    "Amber",
    "Nordic",
    "Pocket",
    "Travel",
    "Canvas",
    "Ceramic",
    "Winter",
    "Field",
    "Cotton",
]
_THINGS = [
    "Shirt",
    "Lamp",
    "Mug",
    "Chair",
    "Notebook",
    "Scarf",
    "Kettle",
    "Backpack",
    "Candle",
    "Blanket",
    "Vase",
    "Clock",
    "Apron",
    "Basket",
]
_NAMES = [
    "Ada",
    "Ben",
    "Chloé",
    "Dara",
    "Emil",
    "Fatima",
    "Grace",
    "Hugo",
    "Ines",
    "Jonas",
    "Kira",
    "Liam",
    "Mara",
    "Nils",
    "Olga",
    "Pavel",
    "Rosa",
]
_CITIES = [("Louisville", "KY"), ("Austin", "TX"), ("Portland", "OR"), ("Madison", "WI"), ("Boise", "ID")]


def write_file(path: Path, checkouts: int, lines: int, products: int | None = None, seed: int = 1) -> None:
    """Write checkouts as JSON lines. Without `products`, each line has its own product, which no shop has."""
    chance = random.Random(seed)
    with path.open("wb") as file:
        for number in range(checkouts):
            file.write(orjson.dumps(_checkout(chance, 36_270_641_000_000 + number * 7, lines, products)) + b"\n")


def _checkout(chance: random.Random, number: int, count: int, products: int | None) -> dict[str, object]:
    token = f"{chance.getrandbits(128):032x}"
    second = chance.randrange(86_400 * 90)
    day = f"2026-{8 + second // 2_678_400:02d}-{1 + second % 2_678_400 // 90_000:02d}"
    created = f"{day}T{second % 24:02d}:{second % 60:02d}:07-04:00"
    first, last = chance.choice(_NAMES), chance.choice(_NAMES) + chance.choice(["son", "man", "berg"])
    city, province = chance.choice(_CITIES)
    address = {
        "first_name": first,
        "address1": f"{chance.randrange(1, 999)} Main Street",
        "phone": f"+1502{chance.randrange(10**7):07d}",
        "city": city,
        "zip": f"{chance.randrange(10**5):05d}",
        "province": province,
        "country": "United States",
        "last_name": last,
        "address2": "",
        "company": None,
        "latitude": 45.41634,
        "longitude": -75.6868,
        "name": f"{first} {last}",
        "country_code": "US",
        "province_code": province,
    }
    lines, total = [], 0
    for _ in range(count):
        # The values of a product depend on its number alone.
        of_product = chance if products is None else random.Random(chance.randrange(products))
        price, quantity = of_product.randrange(500, 20_000), chance.randrange(1, 4)
        total += price * quantity
        title = f"{of_product.choice(_WORDS)} {of_product.choice(_THINGS)}"
        text = f"{price / 100:.2f}"
        lines.append(
            {
                "applied_discounts": [],
                "discount_allocations": [],
                "key": f"{chance.getrandbits(128):032x}",
                "destination_location_id": None,
                "fulfillment_service": "manual",
                "gift_card": False,
                "grams": 200,
                "origin_location_id": None,
                "presentment_title": title,
                "presentment_variant_title": "Red",
                "product_id": of_product.randrange(10**9, 10**10),
                "properties": None,
                "quantity": quantity,
                "requires_shipping": True,
                "sku": f"SKU-{of_product.randrange(10**5)}",
                "tax_lines": [],
                "taxable": True,
                "title": title,
                "variant_id": of_product.randrange(10**10, 10**11),
                "variant_title": "Red",
                "variant_price": text,
                "vendor": "Acme",
                "user_id": None,
                "unit_price_measurement": None,
                "rank": None,
                "compare_at_price": None,
                "line_price": f"{price * quantity / 100:.2f}",
                "price": text,
            }
        )
    tax = round(total * 0.06)
    email = f"{first}.{last}{number % 9973}@mail.example.com".lower()
    return {
        "id": number,
        "token": token,
        "cart_token": f"{chance.getrandbits(128):032x}",
        "email": email,
        "gateway": None,
        "buyer_accepts_marketing": chance.random() < 0.3,
        "created_at": created,
        "updated_at": created,
        "landing_site": "/collections/all",
        "note": None,
        "note_attributes": [{"name": "colour", "value": "green"}],
        "referring_site": None,
        "shipping_lines": [],
        "taxes_included": False,
        "total_weight": 400,
        "currency": "USD",
        "completed_at": None,
        "closed_at": None,
        "phone": None,
        "customer_locale": "en",
        "line_items": lines,
        "name": f"#{number}",
        "abandoned_checkout_url": f"https://checkout.local/548380009/checkouts/{token}/recover",
        "discount_codes": [],
        "tax_lines": [{"price": f"{tax / 100:.2f}", "rate": 0.06, "title": "State Tax", "channel_liable": None}],
        "source_name": "web",
        "presentment_currency": "USD",
        "total_discounts": "0.00",
        "total_line_items_price": f"{total / 100:.2f}",
        "total_price": f"{(total + tax) / 100:.2f}",
        "total_tax": f"{tax / 100:.2f}",
        "subtotal_price": f"{total / 100:.2f}",
        "total_duties": None,
        "billing_address": address,
        "shipping_address": address,
        "customer": {
            "id": 207_000_000 + number % 40_000,
            "created_at": "2026-01-09T22:32:40-05:00",
            "updated_at": "2026-01-09T22:32:40-05:00",
            "first_name": first,
            "last_name": last,
            "state": "disabled",
            "note": None,
            "verified_email": True,
            "multipass_identifier": None,
            "tax_exempt": False,
            "email": email,
            "phone": None,
            "currency": "USD",
            "tax_exemptions": [],
            "admin_graphql_api_id": f"gid://shopify/Customer/{207_000_000 + number % 40_000}",
        },
    }


async def measure(checkouts: int, lines: int, products: int | None = None) -> tuple[float, float]:
    """Print the figures. Returns the checkouts a second, and milliseconds of CPU for each."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "checkouts.jsonl"
        write_file(file, checkouts, lines, products)
        size = file.stat().st_size
        before = _memory()
        started, spent = time.perf_counter(), busy()
        database = await open_database(f"sqlite+aiosqlite:///{folder}/store.sqlite3")
        done = await import_file(database, "bench.myshopify.com", file, now=1_790_000_000_000_000)
        await database.close()
        seconds, spent = time.perf_counter() - started, busy() - spent
        store = (Path(folder) / "store.sqlite3").stat().st_size
        rate = f"{done.checkouts / seconds:,.0f} a second"
        print(
            f"{done.checkouts:,} checkouts of {lines} lines ({size / 1e6:.0f} MB) into SQLite ({store / 1e6:.0f} MB): "
            f"{rate} ({seconds:.1f} s; CPU {spent:.1f} s of {os.cpu_count()} cores), {done.rejected} rejected; "
            f"memory of this process {before / 1e6:.0f} MB before, at most {_memory() / 1e6:.0f} MB"
        )
        return done.checkouts / seconds, spent / done.checkouts * 1000


def busy() -> float:
    """Seconds of CPU of this process and those that helped it."""
    found = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in found)


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--checkouts", type=int, default=100_000)
    options.add_argument("--lines", type=int, default=3)
    options.add_argument("--products", type=int, help="the number of products; by default, each line has its own")
    chosen = options.parse_args()
    asyncio.run(measure(chosen.checkouts, chosen.lines, chosen.products))


if __name__ == "__main__":
    main()
