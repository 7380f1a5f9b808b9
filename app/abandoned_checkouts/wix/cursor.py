"""Cursors: a place in a list together with the list itself, signed for one site.

The SDK sends nothing but the cursor when it goes on, so filter, sort and search travel in it. Wix's own cursors hold
the same (its documents show one decoded); these are compressed, and signed by the shop's secret, so that they outlive
a restart and no other site's cursor is taken.
"""

import base64
import binascii
import hmac
import zlib
from typing import TypedDict

import orjson

from abandoned_checkouts.checkouts.json_types import Json, JsonValue
from abandoned_checkouts.checkouts.shop import Shop

# Wix: the longest cursor a request may carry.
LONGEST = 16_000
_SIGNATURE = 16
_LARGEST = 1 << 20


class CursorContent(TypedDict):
    """`list` is what the next page needs of the request that made the list; the rest is a SortedPosition."""

    list: Json
    values: list[object]
    id: int
    backward: bool


class BadCursorError(ValueError):
    """A text that is no cursor of this site and method."""


def encode_cursor(shop: Shop, method: str, content: CursorContent) -> str:
    packed = zlib.compress(orjson.dumps(content), 6)
    return base64.urlsafe_b64encode(_signature(shop, method, packed) + packed).rstrip(b"=").decode()


def decode_cursor(shop: Shop, method: str, text: JsonValue) -> CursorContent:
    """What was written. Raises BadCursorError."""
    if not isinstance(text, str) or len(text) > LONGEST:
        raise BadCursorError(text)
    try:
        signed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as problem:
        raise BadCursorError(text) from problem
    signature, packed = signed[:_SIGNATURE], signed[_SIGNATURE:]
    if not hmac.compare_digest(signature, _signature(shop, method, packed)):
        raise BadCursorError(text)
    # Signed by us, so it unpacks; the limit is a belt for a secret that got out.
    content: CursorContent = orjson.loads(zlib.decompressobj().decompress(packed, _LARGEST))
    return content


def _signature(shop: Shop, method: str, packed: bytes) -> bytes:
    site = f"wix cursor/{shop.uuid}/{method}/".encode()
    return hmac.digest(shop.secret.encode(), site + packed, "sha256")[:_SIGNATURE]
