"""The addresses that a shop sets, and where a returning buyer completes the purchase."""

from typing import Any

import pytest

from abandoned_checkouts.checkouts.shop_addresses import (
    AddressError,
    check_address,
    checkout_address,
    is_web_address,
    storefront_address,
)
from tests.checkouts.samples import a_checkout, a_line, a_shop


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://shop.example/", True),
        ("http://shop.example", True),
        ("https://shop.example:8443/a?b=c#d", True),
        ("https://shop.example:1/", True),
        ("http://[::1]/", True),
        ("shop.example", False),
        ("javascript:alert(1)", False),
        ("ftp://shop.example/", False),
        ("https://", False),
        ("https:///path", False),
        ("https://shop.example:0/", False),
        ("https://shop.example:99999/", False),
        ("https://[::1", False),
        ("https://shop.example/a b", False),
        ("https://shop.example/\u200b", False),
        (r"https://shop.example\@evil.example", False),
        ("", False),
    ],
)
def test_only_http_and_https_urls_are_web_addresses(text: str, expected: bool) -> None:
    assert is_web_address(text) is expected


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("storefront_url", "https://shop.example/{anything}"),
        ("checkout_url", "https://shop.example/cart"),
        ("checkout_url", "https://shop.example/{token}?c={cart_token}&id={checkout_id}&d={discount}&l={locale}"),
    ],
)
def test_a_valid_address_is_returned(name: str, text: str) -> None:
    assert check_address(name, text) == text


PLACES = "has an unknown placeholder; use {checkout_id}, {token}, {cart_token}, {discount}, {locale}"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("storefront_url", "shop.example", "is not a URL; use a form like https://shop.example/"),
        ("storefront_url", "javascript:alert(1)", "is not a URL; use a form like https://shop.example/"),
        (
            "storefront_url",
            r"https://shop.example\@evil.example",
            "is not a URL; use a form like https://shop.example/",
        ),
        ("checkout_url", "https://shop.example/{email}", PLACES),
        ("checkout_url", "https://shop.example/{token.__class__}", PLACES),
        ("checkout_url", "https://shop.example/{token}/{}", PLACES),
    ],
)
def test_another_address_is_refused(name: str, text: str, message: str) -> None:
    with pytest.raises(AddressError) as error:
        check_address(name, text)
    assert str(error.value) == f"{name}: {text!r} {message}"


@pytest.mark.parametrize(
    ("values", "address"),
    [
        ({"domain": "a.myshopify.com"}, "https://a.myshopify.com/"),
        ({"domain": "a.myshopify.com", "is_demo": True}, None),
        ({"domain": "a.example"}, None),
        ({"domain": "a.example", "is_demo": True}, None),
        ({"domain": "a.myshopify.com", "settings": {"storefront_url": "https://shop.example"}}, "https://shop.example"),
        ({"domain": "a.example", "is_demo": True, "settings": {"storefront_url": "https://b"}}, "https://b"),
        ({"domain": "a.example", "settings": {"storefront_url": ""}}, None),
    ],
)
def test_the_storefront_is_the_setting_or_the_shops_domain(values: dict[str, Any], address: str | None) -> None:
    assert storefront_address(a_shop(**values)) == address


EVERYTHING = "https://s.example/{checkout_id}/{token}/{cart_token}?d={discount}&l={locale}"


@pytest.mark.parametrize(
    ("template", "values", "discount", "address"),
    [
        (
            EVERYTHING,
            {"token": "t/1", "cart_token": "c 2", "locale": "pt-BR"},
            "TEN %",
            "https://s.example/7/t%2F1/c%202?d=TEN%20%25&l=pt-BR",
        ),
        (EVERYTHING, {"token": "t"}, None, "https://s.example/7/t/t?d=&l="),
        (EVERYTHING, {"id": None}, None, "https://s.example///?d=&l="),
        # A placeholder of an older version of this server becomes empty.
        ("https://s.example/{email}", {"token": "t"}, None, "https://s.example/"),
        ("https://s.example/", {"abandoned_checkout_url": "https://own.example/r"}, "TEN", "https://s.example/"),
    ],
)
def test_checkout_url_is_used_first(template: str, values: dict[str, Any], discount: str | None, address: str) -> None:
    shop = a_shop(domain="a.myshopify.com", settings={"checkout_url": template})
    assert checkout_address(shop, a_checkout(**values), discount, "https://here.example") == address


LINES = [a_line(variant_id=71, quantity=2), a_line(variant_id=72)]
CART = "https://a.myshopify.com/cart/71:2,72:1"


@pytest.mark.parametrize(
    ("values", "discount", "address"),
    [
        # The platform's own link.
        ({"abandoned_checkout_url": "https://own.example/r"}, None, "https://own.example/r"),
        ({"abandoned_checkout_url": "http://own.example/r?k=1"}, "A&B", "http://own.example/r?k=1&discount=A%26B"),
        ({"abandoned_checkout_url": "https://own.example/r"}, "T/N", "https://own.example/r?discount=T%2FN"),
        # A link that leads to this server, or nowhere, is not used.
        ({"abandoned_checkout_url": "https://here.example/r", "line_items": LINES}, None, CART),
        ({"abandoned_checkout_url": "javascript:alert(1)", "line_items": LINES}, None, CART),
        # A link that fills the cart.
        ({"line_items": LINES}, None, CART),
        ({"line_items": LINES, "platform": "storefront"}, "TEN", f"{CART}?discount=TEN"),
        ({"line_items": LINES, "platform": "wix"}, None, None),
        ({"line_items": [*LINES, a_line()]}, None, None),
        ({"line_items": []}, None, None),
    ],
)
def test_without_checkout_url_the_platforms_link_or_the_cart_is_used(
    values: dict[str, Any], discount: str | None, address: str | None
) -> None:
    shop = a_shop(domain="a.myshopify.com")
    assert checkout_address(shop, a_checkout(**values), discount, "https://here.example/") == address


def test_without_a_storefront_there_is_no_cart_to_fill() -> None:
    assert checkout_address(a_shop(domain="a.example"), a_checkout(line_items=LINES), None, "https://here") is None


def test_the_slash_of_a_storefront_is_not_doubled() -> None:
    shop = a_shop(settings={"storefront_url": "https://shop.example/en//"})
    found = checkout_address(shop, a_checkout(line_items=LINES), None, "https://here")
    assert found == "https://shop.example/en/cart/71:2,72:1"
