"""An anonymised export of generated shops has no original person, is found as often, and can be imported."""

import json
import re
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.contact import email_key
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.demo.fill import fill
from abandoned_checkouts.exporting.anonymise import Anonymiser
from abandoned_checkouts.exporting.checkouts import checkouts_of, export_checkouts
from abandoned_checkouts.intake.import_file import import_file
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.shops import find_shop

pytestmark = pytest.mark.anyio

NOW = 1_790_000_000_000_000


@pytest.fixture(params=[1, 2, 3])
async def demo(store: Database, request: pytest.FixtureRequest) -> Shop:
    await fill(store, checkouts=60, seed=request.param, now=NOW)
    async with store.read() as connection:
        found = await find_shop(connection, "demo-shop.myshopify.com")
    assert found is not None
    return found


async def all_of(store: Database, shop: Shop) -> list[Checkout]:
    return [each async for batch in checkouts_of(store, shop) for each in batch]


async def exported(store: Database, shop: Shop, anonymiser: Anonymiser) -> list[Any]:
    for each in await all_of(store, shop):
        anonymiser.learn(each)
    file = BytesIO()
    await export_checkouts(store, shop, file, "jsonl", address="", change=anonymiser.anonymised)
    return [json.loads(line) for line in file.getvalue().splitlines()]


def personal(checkout: Checkout) -> list[str]:
    """Every original value that must not occur."""
    found = [checkout.email, checkout.phone, checkout.token, checkout.cart_token, checkout.recovery_key]
    found += [checkout.abandoned_checkout_url, checkout.uuid, checkout.visitor_id, checkout.note]
    found += [line.key.partition("?")[0] for line in checkout.line_items]
    found += [each["value"] for each in checkout.custom_attributes]
    addresses = [checkout.billing_address, checkout.shipping_address]
    customer = checkout.customer
    if customer is not None:
        found += [customer.email, customer.phone, customer.note, f"{customer.first_name} {customer.last_name}"]
        addresses += customer.addresses
    for address in addresses:
        if address is not None:
            found += [address.get("address1"), address.get("phone"), address.get("company")]
            found.append(f"{address.get('first_name')} {address.get('last_name')}")
    return [text for text in found if text and len(text) > 3]


def words(line: Any) -> set[str]:
    """The words of the persons in an exported line. Every pseudonym of an address ends with .example."""
    texts = [(line.get("email") or "").removesuffix(".example")]
    for person in (line.get("customer"), line.get("billing_address"), line.get("shipping_address")):
        texts += [str((person or {}).get(key) or "") for key in ("first_name", "last_name")]
    return {word.casefold() for text in texts for word in re.findall(r"[^\W\d_]+", text)}


async def test_no_original_value_occurs(store: Database, demo: Shop) -> None:
    originals = {text for each in await all_of(store, demo) for text in personal(each)}
    text = json.dumps(await exported(store, demo, Anonymiser()), ensure_ascii=False).casefold()
    assert len(originals) > 200
    assert [each for each in originals if each.casefold() in text] == []


async def test_prices_times_products_and_hit_counts_stay(store: Database, demo: Shop) -> None:
    file = BytesIO()
    await export_checkouts(store, demo, file, "jsonl", address="")
    before = [json.loads(line) for line in file.getvalue().splitlines()]
    after = await exported(store, demo, Anonymiser())
    for one, other in zip(before, after, strict=True):
        for key in ("created_at", "total_price", "completed_at", "currency", "customer_locale"):
            assert one[key] == other[key]
        assert [line["title"] for line in one["line_items"]] == [line["title"] for line in other["line_items"]]
        assert (one["email"] is None) == (other["email"] is None)
        assert other["email"] is None or (other["email"].endswith(".example") and email_key(other["email"]))
    hits = [sorted(Counter(word for line in lines for word in words(line)).values()) for lines in (before, after)]
    assert hits[0] == hits[1]
    people = [Counter(line["customer"]["id"] for line in lines if "customer" in line) for lines in (before, after)]
    assert sorted(people[0].values()) == sorted(people[1].values())


async def test_two_exports_have_different_pseudonyms(store: Database, demo: Shop) -> None:
    first, second = [await exported(store, demo, Anonymiser()) for _ in range(2)]
    assert {line["token"] for line in first}.isdisjoint(line["token"] for line in second)


async def test_it_is_imported_as_a_twin(store: Database, demo: Shop, tmp_path: Path) -> None:
    anonymiser = Anonymiser()
    lines = await exported(store, demo, anonymiser)
    file = tmp_path / "twin.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines))
    done = await import_file(store, "twin.myshopify.com", file, now=NOW)
    assert (done.rejected, done.changes["created"]) == (0, 60)
    zips, products, *_ = anonymiser.risks()
    assert re.fullmatch(r"\d+ of \d+ postal codes occur in fewer than 5 checkouts", zips)
    assert re.fullmatch(r"\d+ of 60 checkouts have a combination of products that no other one has", products)
