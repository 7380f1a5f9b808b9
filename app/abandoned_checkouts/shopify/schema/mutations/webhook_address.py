"""Checks the address of a webhook subscription. The IP address behind it is checked at each delivery."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from abandoned_checkouts.shopify.language.errors import user_errors
from abandoned_checkouts.shopify.language.errors.user_errors import MutationError

LARGEST = 64 * 1024

_PUBSUB = re.compile(r"pubsub://[a-z][a-z0-9-]{4,28}[a-z0-9]:[A-Za-z][\w.~+%-]{2,254}")
_EVENT_SOURCE = re.compile(r"arn:aws[a-z-]*:events:[a-z0-9-]+:\d*:event-source/\S+")
# A URL consists of ASCII characters; others must be escaped (RFC 3986).
_PLAIN = re.compile(r"[!-~]+")
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)
_SHOPIFYS = ("shopify.com", "myshopify.com", "shopifycloud.com", "shopify.io", "myshopify.io", "shop.dev")
_INTERNAL = ("localhost", "local", "internal", "localdomain", "lan", "home.arpa")


def address_errors(address: str, *, private_allowed: bool) -> list[MutationError]:
    """The errors of a subscription's address; empty if it is valid."""
    if not address.strip():
        return [user_errors.ADDRESS_BLANK.error()]
    if len(address.encode()) > LARGEST:
        return [user_errors.ADDRESS_TOO_BIG.error()]
    if address.startswith("pubsub:"):
        return [] if _PUBSUB.fullmatch(address) else [user_errors.ADDRESS_INVALID.error()]
    if address.startswith("arn:"):
        return [] if _EVENT_SOURCE.fullmatch(address) else [user_errors.ADDRESS_INVALID.error()]
    return _url_errors(address, private_allowed)


def _url_errors(address: str, private_allowed: bool) -> list[MutationError]:
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return [user_errors.ADDRESS_INVALID.error()]
    if not host or not _PLAIN.fullmatch(address):
        return [user_errors.ADDRESS_INVALID.error()]
    if parts.scheme != "https" and not (private_allowed and parts.scheme == "http"):
        return [user_errors.ADDRESS_PROTOCOL.error(protocol=parts.scheme)]
    try:
        public = ip_address(host).is_global
    except ValueError:
        if not _HOST.fullmatch(host):
            return [user_errors.ADDRESS_INVALID.error()]
        if _ends_with(host, _SHOPIFYS):
            return [user_errors.ADDRESS_INTERNAL.error()]
        public = "." in host and not _ends_with(host, _INTERNAL)
    return [] if public or private_allowed else [user_errors.ADDRESS_INTERNAL.error()]


def _ends_with(host: str, names: tuple[str, ...]) -> bool:
    plain = host.lower().rstrip(".")
    return any(plain == name or plain.endswith(f".{name}") for name in names)
