"""Reads the headers of a request: its access token, and the address that it was sent to."""

import base64
import binascii

from starlette.requests import Request


def access_token(request: Request) -> str | None:
    """The token in X-Shopify-Access-Token, else in `Authorization: Bearer …`; None without both."""
    token = request.headers.get("x-shopify-access-token")
    return bearer_token(request.headers.get("authorization", "")) if token is None else token


def bearer_token(authorization: str) -> str | None:
    """The token of `Bearer …`, which may be empty; None for another scheme."""
    scheme, _, token = authorization.strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def basic_password(authorization: str) -> str | None:
    """The password of `Basic …` (RFC 7617), which may be empty; None for another scheme or a broken value."""
    scheme, _, credentials = authorization.strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        _, colon, password = base64.b64decode(credentials.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return password if colon else None


def address_of(request: Request, public_url: str = "") -> str:
    """The address of this server, without a slash at its end: `public_url`, or else the one that the client used."""
    return public_url or str(request.base_url.replace(path="")).rstrip("/")
