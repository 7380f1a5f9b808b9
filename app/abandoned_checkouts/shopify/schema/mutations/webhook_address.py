"""Checks the address of a webhook subscription. The IP address behind it is checked at each delivery."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.shopify.language.errors import user_errors
from abandoned_checkouts.shopify.language.errors.user_errors import MutationError

# Bytes. Recorded: 65,536 are too many.
LARGEST = 65_535

_PUBSUB, _ARN, _KAFKA = "pubsub:", "arn:", "kafka:"
_PROJECT = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]|[0-9]+")
_TOPIC = re.compile(r"(?!goog)[A-Za-z][A-Za-z0-9_.~+%-]{2,254}")
# The event source of an app: its number, and a name.
_EVENT_SOURCE = re.compile(
    r"arn:aws[a-z-]*:events:[a-z0-9-]+:[0-9]*:event-source/aws\.partner/shopify\.com(?:\.test)?/([0-9]+)/\S+"
)
# A URL consists of ASCII characters; others must be escaped (RFC 3986).
_PLAIN = re.compile(r"[!-~]+")
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)
_SHOPIFYS = ("shopify.com", "myshopify.com", "shopifycloud.com", "shopify.io", "myshopify.io", "shop.dev")
_INTERNAL = ("localhost", "local", "internal", "localdomain", "lan", "home.arpa")


def is_in_cloud(address: str) -> bool:
    """Whether the address is Google's or Amazon's, and not a URL."""
    return address.startswith((_PUBSUB, _ARN))


def address_errors(address: str, app_id: int, *, reach: Reach) -> list[MutationError]:
    """The errors of a subscription's address; empty if it is valid. The texts and their order are recorded."""
    if not address.strip():
        return [user_errors.ADDRESS_BLANK.error()]
    if len(address.encode()) > LARGEST:
        return [user_errors.ADDRESS_TOO_BIG.error()]
    if address.startswith(_PUBSUB):
        return _pubsub_errors(address)
    if address.startswith(_ARN):
        return _arn_errors(address, app_id)
    if address.startswith(_KAFKA):
        return [user_errors.ADDRESS_PROTOCOL.error(protocol="kafka"), user_errors.KAFKA_TOPIC.error()]
    return _url_errors(address, reach)


def _pubsub_errors(address: str) -> list[MutationError]:
    project, _, topic = address.removeprefix(_PUBSUB).removeprefix("//").partition(":")
    if not project or not topic or not address.startswith(f"{_PUBSUB}//"):
        return [user_errors.ADDRESS_PROTOCOL.error(protocol="pubsub"), user_errors.PUBSUB_FORMAT.error()]
    errors = []
    if not _PROJECT.fullmatch(project):
        errors.append(user_errors.PUBSUB_PROJECT.error())
    if not _TOPIC.fullmatch(topic):
        errors.append(user_errors.PUBSUB_TOPIC.error())
    return [user_errors.ADDRESS_INVALID.error(), *errors] if errors else []


def _arn_errors(address: str, app_id: int) -> list[MutationError]:
    source = _EVENT_SOURCE.fullmatch(address)
    if source is None:
        return [user_errors.ADDRESS_INVALID.error(), user_errors.ARN_INVALID.error()]
    if source[1] != str(app_id):
        return [user_errors.ADDRESS_INVALID.error(), user_errors.ARN_OF_OTHER_APP.error(named=source[1], own=app_id)]
    return []


def _url_errors(address: str, reach: Reach) -> list[MutationError]:
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return [user_errors.ADDRESS_INVALID.error()]
    if not host or not _PLAIN.fullmatch(address):
        return [user_errors.ADDRESS_INVALID.error()]
    if parts.scheme != "https" and not (parts.scheme == "http" and reach.includes(host)):
        return [user_errors.ADDRESS_PROTOCOL.error(protocol=parts.scheme)]
    try:
        public = ip_address(host).is_global
    except ValueError:
        if not _HOST.fullmatch(host):
            return [user_errors.ADDRESS_INVALID.error()]
        if _ends_with(host, _SHOPIFYS):
            return [user_errors.ADDRESS_INTERNAL.error()]
        public = "." in host and not _ends_with(host, _INTERNAL)
    return [] if public or reach.includes(host) else [user_errors.ADDRESS_INTERNAL.error()]


def _ends_with(host: str, names: tuple[str, ...]) -> bool:
    plain = host.lower().rstrip(".")
    return any(plain == name or plain.endswith(f".{name}") for name in names)
