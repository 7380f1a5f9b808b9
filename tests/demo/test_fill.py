"""The demo shop: reproducible from its seed, with every feature, and without changes to other shops."""

from collections import Counter

import pytest

from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.checkouts.moment import DAY, HOUR
from abandoned_checkouts.demo.demo_token import DOMAIN, TOKEN
from abandoned_checkouts.demo.fill import DemoError, fill, is_filled
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.store.checkouts.load import load_after
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.access_tokens import find_access
from abandoned_checkouts.store.tenants.shops import create_shop, find_shop
from tests.checkouts.total_violations import violations
from tests.intake.samples import rest_checkout
from tests.intake.stored import content

NOW = 1_790_000_000_000_000


async def test_the_same_seed_creates_the_same_shop(store: Database) -> None:
    await fill(store, checkouts=60, seed=4, now=NOW)
    first = await content(store, DOMAIN)
    await fill(store, checkouts=60, seed=4, now=NOW)
    assert await content(store, DOMAIN) == first
    await fill(store, checkouts=60, seed=5, now=NOW)
    assert await content(store, DOMAIN) != first
    assert len(first) == 60


@pytest.mark.parametrize("checkouts", [4, 60, 500])
async def test_four_checkouts_are_of_the_last_hours(store: Database, checkouts: int) -> None:
    filled = await fill(store, checkouts=checkouts, seed=1, now=NOW)
    async with store.read() as connection:
        found = [checkout.created_at for checkout in await load_after(connection, filled.shop, 0, 1000)]
    assert found == sorted(found)
    assert sum(NOW - moment < 3 * HOUR for moment in found) == 4, [(NOW - moment) / HOUR for moment in found[-6:]]


async def test_five_hundred_checkouts_have_every_feature(store: Database) -> None:
    filled = await fill(store, checkouts=500, seed=1, now=NOW)
    async with store.read() as connection:
        found = await load_after(connection, filled.shop, 0, 1000)
    assert len(found) == filled.checkouts == 500
    seen: Counter[str] = Counter()
    for checkout in found:
        assert list(violations(checkout)) == [], checkout.id
        assert NOW - 90 * DAY <= checkout.created_at < NOW - 10 * 60 * 1_000_000
        assert checkout.updated_at <= NOW and (checkout.completed_at or 0) <= NOW
        seen[f"mail {checkout.email_state}"] += 1
        seen[f"currency {checkout.presentment_currency}"] += 1
        seen["recovered"] += checkout.recovered_at is not None
        seen["closed"] += checkout.closed_at is not None
        seen["without customer"] += checkout.customer is None
        seen["tax included"] += checkout.taxes_included
        seen["duties"] += bool(checkout.total_duties)
        seen["tip"] += bool(checkout.total_tip)
        seen["note"] += bool(checkout.note)
        seen["attributes"] += bool(checkout.custom_attributes)
        for application in checkout.discount_applications:
            seen[f"{application['kind']} {application['value_type']} {application['target_type']}"] += 1
        for line in checkout.line_items:
            seen["bundle"] += line.components is not None
            seen["add-on"] += line.parent_position is not None
            seen["without product"] += line.product_id is None
    features = [
        *(f"mail {state}" for state in ("not_sent", "scheduled", "sent", "suppressed")),
        *(f"currency {code}" for code in ("USD", "CAD", "GBP", "EUR", "JPY")),
        *("recovered", "closed", "without customer", "tax included", "duties", "tip", "note", "attributes"),
        *("bundle", "add-on", "without product"),
        "code percentage LINE_ITEM",
        "code fixed_amount LINE_ITEM",
        "code percentage SHIPPING_LINE",
        "automatic percentage LINE_ITEM",
        "manual fixed_amount LINE_ITEM",
        "script percentage LINE_ITEM",
    ]
    assert [name for name in features if not seen[name]] == [], seen
    assert filled.orders == seen["recovered"]


async def test_other_shops_are_not_changed(store: Database) -> None:
    async with store.begin() as connection:
        other = await create_shop(connection, "other.example.com", now=NOW)
        await save_checkouts(connection, other, [checkout_from_rest(rest_checkout(1))])
    before = await content(store, "other.example.com")
    await fill(store, checkouts=20, seed=1, now=NOW)
    await fill(store, checkouts=10, seed=2, now=NOW)
    assert await content(store, "other.example.com") == before
    assert len(await content(store, DOMAIN)) == 10


async def test_a_real_shop_with_the_demo_domain_is_not_changed(store: Database) -> None:
    async with store.begin() as connection:
        await create_shop(connection, DOMAIN, now=NOW)
    with pytest.raises(DemoError, match="not the demo shop"):
        await fill(store, checkouts=5, seed=1, now=NOW)


async def test_an_interrupted_demo_shop_does_not_count(store: Database) -> None:
    class StopError(Exception):
        pass

    def stop(_done: int) -> None:
        raise StopError

    assert not await is_filled(store)
    with pytest.raises(StopError):
        await fill(store, checkouts=20, seed=1, now=NOW, progress=stop)
    assert not await is_filled(store)
    await fill(store, checkouts=20, seed=1, now=NOW)
    assert await is_filled(store) and len(await content(store, DOMAIN)) == 20


async def test_the_token_opens_the_demo_shop(store: Database) -> None:
    await fill(store, checkouts=5, seed=1, now=NOW)
    async with store.read() as connection:
        access = await find_access(connection, TOKEN, NOW, Endpoint.GRAPHQL)
        shop = await find_shop(connection, DOMAIN)
    assert access is not None and shop is not None
    assert access.shop.id == shop.id and shop.is_demo and "read_orders" in access.scopes


async def test_every_buyer_but_a_drafts_has_a_customer(store: Database) -> None:
    filled = await fill(store, checkouts=250, seed=0, now=NOW)
    async with store.read() as connection:
        found = await load_after(connection, filled.shop, 0, 300)
    drafts = [each for each in found if (each.extra or {}).get("source_name") == "shopify_draft_order"]
    assert 0 < len(drafts) < 20
    assert [each for each in found if each.customer is None and each.erased_at is None] == drafts
