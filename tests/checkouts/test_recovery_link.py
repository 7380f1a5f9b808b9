"""The address that leads a buyer back, in Shopify's form."""

from typing import Any

import pytest

from abandoned_checkouts.checkouts.identity import derived_token
from abandoned_checkouts.checkouts.recovery_link import link_of, recovery_key_of, recovery_link
from tests.checkouts.samples import a_checkout, a_shop

SHOP = a_shop(id=3, secret="secret")
OWN_KEY = derived_token("secret", "recovery", "tok")
UNNAMED_KEY = derived_token("secret", "recovery", "")


@pytest.mark.parametrize(
    ("cart_token", "token", "locale", "path"),
    [
        ("cart", "tok", None, "/3/checkouts/ac/cart/recover?key=k"),
        (None, "tok", None, "/3/checkouts/ac/tok/recover?key=k"),
        ("", "tok", "", "/3/checkouts/ac/tok/recover?key=k"),
        ("cart", "tok", "pt-BR", "/3/checkouts/ac/cart/recover?key=k&locale=pt-BR"),
        ("a/b?c", "tok", "e&n", "/3/checkouts/ac/a%2Fb%3Fc/recover?key=k&locale=e%26n"),
    ],
)
def test_a_recovery_link_has_shopifys_form(cart_token: str | None, token: str, locale: str | None, path: str) -> None:
    assert recovery_link("https://shop.example", 3, cart_token, token, "k", locale) == f"https://shop.example{path}"


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"recovery_key": "stored", "token": "tok"}, "stored"),
        ({"token": "tok"}, OWN_KEY),
        ({"token": None}, UNNAMED_KEY),
    ],
)
def test_the_key_is_the_stored_one_or_the_one_that_will_be_stored(values: dict[str, Any], key: str) -> None:
    assert recovery_key_of(SHOP, a_checkout(**values)) == key


@pytest.mark.parametrize(
    ("values", "link"),
    [
        ({"abandoned_checkout_url": "https://own.example/r", "token": "tok"}, "https://own.example/r"),
        ({"token": "tok"}, f"http://here/3/checkouts/ac/tok/recover?key={OWN_KEY}"),
        (
            {"token": "tok", "cart_token": "cart", "locale": "de", "recovery_key": "k"},
            "http://here/3/checkouts/ac/cart/recover?key=k&locale=de",
        ),
        ({"token": None, "recovery_key": "k"}, "http://here/3/checkouts/ac//recover?key=k"),
    ],
)
def test_the_platforms_link_is_used_before_our_own(values: dict[str, Any], link: str) -> None:
    assert link_of(SHOP, a_checkout(**values), "http://here") == link
