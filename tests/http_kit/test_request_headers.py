"""Tokens from either header, and the server's address from the settings or the request."""

import pytest
from starlette.requests import Request

from abandoned_checkouts.http_kit.request_headers import access_token, address_of, basic_password


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


@pytest.mark.parametrize(
    ("authorization", "password"),
    [
        ("Basic a2V5OnNlY3JldA==", "secret"),
        ("basic  a2V5OmE6Yg== ", "a:b"),
        ("Basic a2V5Og==", ""),
        ("Basic a2V5", None),
        ("Basic not base64", None),
        ("Basic //8=", None),
        ("Bearer a2V5OnNlY3JldA==", None),
        ("", None),
    ],
)
def test_basic_password(authorization: str, password: str | None) -> None:
    assert basic_password(authorization) == password


def test_address_of() -> None:
    assert address_of(request(host="shop.example:8000")) == "https://shop.example:8000"
    assert address_of(request(host="shop.example"), "https://public.example") == "https://public.example"
