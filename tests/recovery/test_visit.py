"""The recovery link: where it leads, what it shows, and that a wrong key reveals nothing."""

from typing import Any

import pytest
from sqlalchemy import select, update

from abandoned_checkouts.checkouts.moment import DAY, format_utc
from abandoned_checkouts.checkouts.recovery_link import link_of
from abandoned_checkouts.store.checkouts.recovery_links import set_discount
from abandoned_checkouts.store.tables import events, shops
from abandoned_checkouts.store.tenants.change_settings import change_settings
from tests.recovery.conftest import Site

HAMPER: dict[str, Any] = {
    "customer_locale": "he",
    "presentment_currency": "ILS",
    "shipping_address": {"first_name": "Ada", "last_name": "Lovelace", "address1": "Secret Road 1", "country": "IL"},
}


async def visits(site: Site) -> int:
    async with site.store.read() as connection:
        found = await connection.execute(select(events.c.id).where(events.c.kind == "recovery_link_visited"))
        return len(found.all())


async def change_shop_settings(site: Site, **settings: str) -> None:
    async with site.store.begin() as connection:
        await change_settings(connection, site.shop, settings, site.clock())


async def test_an_abandoned_cart_is_shown(site: Site) -> None:
    await site.abandon()
    answer = await site.client.get(await site.link())
    assert answer.status_code == 200 and await visits(site) == 1
    assert "Teapot" in answer.text and "$39.00" in answer.text and "$19.50 each" in answer.text
    assert "<script" not in answer.text and "ada@example.com" not in answer.text and "Lovelace" not in answer.text
    assert answer.headers["cache-control"] == "no-store" and answer.headers["referrer-policy"] == "no-referrer"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src" not in policy and "unsafe" not in policy


@pytest.mark.parametrize(
    ("locale", "direction", "tag", "heading"),
    [
        ("en-GB", "ltr", "en-GB", "Your cart is waiting"),
        ("de", "ltr", "de", "Ihr Warenkorb wartet auf Sie"),
        ("fr-CA", "ltr", "fr-CA", "Votre panier vous attend"),
        ("es", "ltr", "es", "Tu carrito te espera"),
        ("pt", "ltr", "pt", "O seu carrinho está à sua espera"),
        ("pt-BR", "ltr", "pt-BR", "Seu carrinho está esperando por você"),
        ("he", "rtl", "he", "העגלה שלך מחכה"),
        ("iw", "rtl", "he", "העגלה שלך מחכה"),
    ],
)
async def test_the_page_is_in_the_language_of_the_link(
    site: Site, locale: str, direction: str, tag: str, heading: str
) -> None:
    await site.abandon()
    text = (await site.client.get(await site.link(locale=locale))).text
    assert f'<html lang="{tag}" dir="{direction}">' in text and heading in text


async def test_the_next_choice_is_the_language_of_the_checkout_then_of_the_browser(site: Site) -> None:
    await site.abandon(**HAMPER)
    assert "העגלה" in (await site.client.get(await site.link(locale="tlh"))).text
    await site.abandon("t2", customer_locale="tlh")
    headers = {"Accept-Language": "tlh, de-CH;q=0.9, fr;q=0.5"}
    assert "Ihr Warenkorb" in (await site.client.get(await site.link("t2", locale=""), headers=headers)).text


async def set_domain(site: Site, domain: str) -> None:
    async with site.store.begin() as connection:
        await connection.execute(update(shops).where(shops.c.id == site.shop.id).values(domain=domain))


@pytest.mark.parametrize(
    ("domain", "settings", "storefront"),
    [
        ("acme.myshopify.com", {"storefront_url": "https://shop.example/"}, "https://shop.example/"),
        ("acme.myshopify.com", {}, "https://acme.myshopify.com/"),
        ("site-1.example", {}, None),
    ],
)
async def test_the_link_of_an_open_checkout_leads_to_the_storefront(
    site: Site, domain: str, settings: dict[str, str], storefront: str | None
) -> None:
    await site.report_checkout()
    await set_domain(site, domain)
    await change_shop_settings(site, **settings)
    site.clock.pass_minutes(9.9)
    answer = await site.client.get(await site.link())
    if storefront:
        assert (answer.status_code, answer.headers["location"]) == (302, storefront)
    else:
        assert answer.status_code == 200 and "still open" in answer.text and "Teapot" not in answer.text
    # From the moment of abandonment, even if no worker has processed the checkout yet.
    site.clock.pass_minutes(0.1)
    assert "Teapot" in (await site.client.get(await site.link())).text


async def test_the_link_of_a_completed_checkout_shows_a_message(site: Site) -> None:
    await site.abandon()
    link = await site.link()
    await site.client.get(link)
    site.clock.pass_minutes(50 * 24 * 60)
    # The visit makes it a recovery, although the attribution window has passed.
    assert await site.report_checkout(completed_at=format_utc(site.clock())) == "recovered"
    answer = await site.client.get(link)
    assert answer.status_code == 200 and "has already been placed" in answer.text and "Teapot" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/{shop}/checkouts/ac/cart-t1/recover?key=0123456789abcdef0123456789abcdef",
        "/{shop}/checkouts/ac/cart-t1/recover?key=",
        "/{shop}/checkouts/ac/cart-t1/recover",
        "/{shop}/checkouts/ac/cart-t1/recover?key=%E2%98%83",
        "/{shop}/checkouts/ac/cart-t9/recover?key={key}",
        "/{shop}/checkouts/ac/cart%00t1/recover?key={key}",
        "/99/checkouts/ac/cart-t1/recover?key={key}",
        "/0/checkouts/ac/cart-t1/recover?key={key}",
        "/x/checkouts/ac/cart-t1/recover?key={key}",
        "/99999999999999999999999/checkouts/ac/cart-t1/recover?key={key}",
    ],
)
async def test_a_wrong_link_reveals_nothing(site: Site, path: str) -> None:
    await site.abandon()
    key = (await site.link()).partition("key=")[2].partition("&")[0]
    answer = await site.client.get(path.format(shop=site.shop.id, key=key))
    nowhere = await site.client.get("/7/checkouts/ac/nothing/recover?key=x")
    assert answer.status_code == 404 and await visits(site) == 0
    assert _without_nonce(answer.text) == _without_nonce(nowhere.text)
    assert site.shop.name not in answer.text


def _without_nonce(text: str) -> str:
    return text.partition("<style")[0] + text.partition("</style>")[2]


async def test_the_key_of_another_checkout_is_not_valid(site: Site) -> None:
    await site.abandon()
    await site.abandon("t2")
    foreign = (await site.link("t2")).partition("key=")[2].partition("&")[0]
    assert (await site.client.get(await site.link("t1", key=foreign))).status_code == 404


async def test_a_cart_token_can_contain_any_character(site: Site) -> None:
    """The Storefront API identifies a cart by a global id."""
    stored = await site.abandon(cart_token="gid://shopify/Cart/Z2Nw?key=5f & ü")
    link = link_of(site.shop, stored, "https://server.example")
    assert "/ac/gid%3A%2F%2Fshopify%2FCart%2FZ2Nw%3Fkey%3D5f%20%26%20%C3%BC/recover?key=" in link
    assert "Teapot" in (await site.client.get(link)).text


@pytest.mark.parametrize(
    ("days", "setting", "status"), [(90, None, 404), (89, None, 200), (7, "7", 404), (6, "7", 200)]
)
async def test_links_expire(site: Site, days: int, setting: str | None, status: int) -> None:
    if setting:
        await change_shop_settings(site, recovery_link_days=setting)
    await site.abandon()
    site.clock.now += days * DAY
    assert (await site.client.get(await site.link())).status_code == status


async def test_a_prefetch_is_not_a_visit(site: Site) -> None:
    await site.abandon()
    link = await site.link()
    assert (await site.client.head(link)).status_code == 200
    await site.client.get(link, headers={"Sec-Purpose": "prefetch"})
    assert await visits(site) == 0


@pytest.mark.parametrize(
    ("settings", "changes", "expected"),
    [
        (
            {"checkout_url": "https://shop.example/c/{token}?d={discount}&l={locale}"},
            {"customer_locale": "de"},
            "https://shop.example/c/t1?d=COME%20BACK&amp;l=de",
        ),
        (
            {},
            {"abandoned_checkout_url": "https://acme.example/1/recover?key=k"},
            "https://acme.example/1/recover?key=k&amp;discount=COME%20BACK",
        ),
        (
            {"storefront_url": "https://acme.example/"},
            {"line_items": [{"title": "Pot", "quantity": 2, "price": "1.00", "variant_id": 44}]},
            "https://acme.example/cart/44:2?discount=COME%20BACK",
        ),
        (
            {},
            {"line_items": [{"title": "Pot", "quantity": 2, "price": "1.00", "variant_id": 44}]},
            "https://acme.myshopify.com/cart/44:2?discount=COME%20BACK",
        ),
        # Our own link, from an import of our export, would redirect to itself.
        ({}, {"abandoned_checkout_url": "https://server.example/1/recover?key=k"}, None),
        ({}, {}, None),
    ],
)
async def test_the_button_leads_to_the_checkout_of_the_shop(
    site: Site, settings: dict[str, str], changes: dict[str, Any], expected: str | None
) -> None:
    stored = await site.abandon(**changes)
    async with site.store.begin() as connection:
        await set_discount(connection, site.shop, stored.id or 0, "COME BACK", site.clock())
    await change_shop_settings(site, **settings)
    text = (await site.client.get(await site.link())).text
    assert "COME BACK" in text
    if expected is None:
        assert 'href="mailto:' in text and "shop set checkout_url" in text
    else:
        assert f'href="{expected}"' in text


async def test_texts_of_the_shop_are_escaped(site: Site) -> None:
    lines = [{"title": "<script>alert(1)</script>", "quantity": 1, "price": "1.00"}]
    await site.abandon(line_items=lines)
    text = (await site.client.get(await site.link())).text
    assert "<script>" not in text and "&lt;script&gt;" in text
