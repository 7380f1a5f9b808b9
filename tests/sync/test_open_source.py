"""Addresses of sources."""

import pytest

from abandoned_checkouts.sync.open_source import source_url
from abandoned_checkouts.sync.source import SourceError


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://my-shop.myshopify.com", "https://my-shop.myshopify.com"),
        ("my-shop.myshopify.com/", "https://my-shop.myshopify.com"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://localhost:8000/", "http://localhost:8000"),
    ],
)
def test_addresses(text: str, url: str) -> None:
    assert source_url(text) == url


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("http://my-shop.myshopify.com", "without encryption; use https://my-shop.myshopify.com"),
        ("https://my-shop.myshopify.com/admin", "not the address of a shop"),
        ("ftp://my-shop.myshopify.com", "not the address of a shop"),
        ("https://me:secret@my-shop.myshopify.com", "not the address of a shop"),
        ("", "not the address of a shop"),
    ],
)
def test_refused_addresses(text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        source_url(text)
