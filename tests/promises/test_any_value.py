"""Odd values at every place of a record: the record is rejected with a reason, or it is stored, read and exported."""

import os
from collections.abc import Iterator
from copy import deepcopy
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import orjson
import pytest

from abandoned_checkouts.exporting.checkouts import export_checkouts
from abandoned_checkouts.intake.import_file import import_file
from abandoned_checkouts.store.engine.database import Database, open_database
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.shops import create_shop, find_shop
from tests.databases import Databases
from tests.intake.samples import full_node, full_rest_checkout, full_wix_checkout
from tests.intake.stored import content
from tests.shopify.asker import Asker
from tests.shopify.schema.selections import everything

ALL = bool(os.environ.get("EXAMPLES"))
DOMAIN = "acme.myshopify.com"
NOW = 1_790_000_000_000_000
ODD: tuple[Any, ...] = (None, "odd", True, {}, 1e30, "", -1, 2.5, [], ["odd"], "9" * 30)
# The number of values for each place; the next place gets the next values. EXAMPLES=1 tries all values at every place.
TRIED = len(ODD) if ALL else 2
FORMS = {"rest": full_rest_checkout(), "graphql": full_node(), "wix": full_wix_checkout()}
# Keys by which a record is found again.
KEPT = {"id", "token"}
EVERYTHING = (
    f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ id ... on AbandonedCheckout {everything('AbandonedCheckout', 3)} }} }}"
)
SCOPES = ["read_orders", "read_customers", "read_products"]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, key)
        if isinstance(inner, dict | list):
            yield from places(inner, (*path, key))


def changed(source: Any, path: tuple[Any, ...], value: Any) -> Any:
    *around, last = path
    made = inner = deepcopy(source)
    for key in around:
        inner = inner[key]
    inner[last] = value
    return made


def records(form: str) -> Iterator[Any]:
    """For each place, some records with an odd value at that place. Each has another id."""
    values = cycle(ODD)
    number = 0
    for path in places(FORMS[form]):
        if path[0] in KEPT:
            continue
        for odd in islice(values, TRIED):
            number += 1
            record = changed(FORMS[form], path, odd)
            if form == "rest":
                record |= {"id": number, "token": f"token{number}"}
            elif form == "graphql":
                record["id"] = f"gid://shopify/AbandonedCheckout/{number}"
            else:
                record["id"] = f"b4ebb0b8-9f0a-4b0e-8a11-{number:012x}"
            yield record


@pytest.mark.parametrize("form", FORMS)
async def test_any_value_anywhere(store: Database, databases: Databases, tmp_path: Path, form: str) -> None:
    source, taken = tmp_path / "source.jsonl", tmp_path / "taken.jsonl"
    samples = list(records(form))
    source.write_bytes(b"".join(orjson.dumps(record) + b"\n" for record in samples))
    reasons: list[str] = []
    done = await import_file(
        store, DOMAIN, source, now=NOW, processes=1, reject=lambda each: reasons.append(each.reason)
    )
    assert done.changes["created"] > len(samples) / 4 and len(reasons) > len(samples) / 10
    assert done.changes["created"] + len(reasons) == len(samples)
    assert all(reasons) and not any("Traceback" in reason for reason in reasons)

    before = await content(store, DOMAIN)
    async with store.begin() as connection:
        shop = await find_shop(connection, DOMAIN)
        assert shop is not None
        token = await issue_token(connection, shop, SCOPES, now=NOW)
    ask, numbers = Asker(store, token, now=NOW), list(before)
    for start in range(0, len(numbers), 250):
        ids = [f"gid://shopify/AbandonedCheckout/{number}" for number in numbers[start : start + 250]]
        assert all((await ask(EVERYTHING, ids=ids))["nodes"])

    with taken.open("wb") as file:
        await export_checkouts(store, shop, file, "jsonl", address="https://here.test")
    with (tmp_path / "taken.csv").open("wb") as file:
        await export_checkouts(store, shop, file, "csv", address="https://here.test")
    other = await open_database(databases.new("sqlite"))
    try:
        async with other.begin() as connection:
            await create_shop(connection, DOMAIN, now=NOW, currency=shop.currency, platform=shop.platform)
        done = await import_file(other, DOMAIN, taken, now=NOW, processes=1)
        after = await content(other, DOMAIN)
    finally:
        await other.close()
    assert (done.rejected, list(after)) == (0, numbers)
    for number, checkout in before.items():
        differing = {name: (value, after[number][name]) for name, value in checkout.items()}
        differing = {name: pair for name, pair in differing.items() if pair[0] != pair[1]}
        assert not differing, (number, differing)
