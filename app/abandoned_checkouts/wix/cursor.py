"""Cursors: a position in a list, with the list's filter, sort and search, signed for one site.

The SDK sends only the cursor to get the next page, so the cursor must contain the whole request (the decoded cursor
in Wix's documentation does too). It is signed with the shop's secret: it stays valid after a restart, and a cursor of
another site is rejected.
"""

import base64
import binascii
import hmac
import zlib
from typing import TypedDict

import orjson

from abandoned_checkouts.checkouts.json_types import Json, JsonValue
from abandoned_checkouts.checkouts.shop import Shop

# Characters of the longest cursor (Wix).
LONGEST = 16_000
_SIGNATURE = 16
_LARGEST = 1 << 20


class CursorContent(TypedDict):
    """`list` has the parts of the first request that apply to every page. The other keys are a SortedPosition."""

    list: Json
    values: list[object]
    id: int
    backward: bool


class BadCursorError(ValueError):
    """The text is not a cursor of this site and method."""


def encode_cursor(shop: Shop, method: str, content: CursorContent) -> str:
    packed = zlib.compress(orjson.dumps(content), 6)
    return base64.urlsafe_b64encode(_signature(shop, method, packed) + packed).rstrip(b"=").decode()


def decode_cursor(shop: Shop, method: str, text: JsonValue) -> CursorContent:
    """The content of a cursor from encode_cursor. Raises BadCursorError."""
    if not isinstance(text, str) or len(text) > LONGEST:
        raise BadCursorError(text)
    try:
        signed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as problem:
        raise BadCursorError(text) from problem
    signature, packed = signed[:_SIGNATURE], signed[_SIGNATURE:]
    if not hmac.compare_digest(signature, _signature(shop, method, packed)):
        raise BadCursorError(text)
    # The signature is ours, so decompression succeeds. The limit is for the case that the secret leaked.
    content: CursorContent = orjson.loads(zlib.decompressobj().decompress(packed, _LARGEST))
    return content


def _signature(shop: Shop, method: str, packed: bytes) -> bytes:
    purpose = f"wix cursor/{shop.uuid}/{method}/".encode()
    return hmac.digest(shop.secret.encode(), purpose + packed, "sha256")[:_SIGNATURE]
