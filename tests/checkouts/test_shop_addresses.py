"""Addresses that a shop sets."""

import pytest

from abandoned_checkouts.checkouts.shop_addresses import AddressError, check_address


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("storefront_url", "shop.example"),
        ("storefront_url", "javascript:alert(1)"),
        ("storefront_url", "https://shop.example\\@evil.example"),
        ("checkout_url", "https://shop.example/{email}"),
        ("checkout_url", "https://shop.example/{token.__class__}"),
    ],
)
def test_addresses_are_checked(name: str, text: str) -> None:
    with pytest.raises(AddressError):
        check_address(name, text)
