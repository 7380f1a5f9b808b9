"""Tokens from either header, and the server's address from the settings or the request."""

import pytest
from starlette.requests import Request

from abandoned_checkouts.http_kit.request_headers import access_token, address_of


def request(**headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "scheme": "https", "path": "/a/b", "query_string": b"c=d", "headers": raw})


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ({}, None),
        ({"x_shopify_access_token": "one"}, "one"),
        ({"authorization": "Bearer two"}, "two"),
        ({"authorization": "bearer  two "}, "two"),
        ({"authorization": "Bearer"}, ""),
        ({"authorization": "Basic two"}, None),
        ({"x_shopify_access_token": "one", "authorization": "Bearer two"}, "one"),
        ({"x_shopify_access_token": "", "authorization": "Bearer two"}, ""),
    ],
)
def test_access_token(headers: dict[str, str], token: str | None) -> None:
    assert access_token(request(**headers)) == token


def test_address_of() -> None:
    assert address_of(request(host="shop.example:8000")) == "https://shop.example:8000"
    assert address_of(request(host="shop.example"), "https://public.example") == "https://public.example"
