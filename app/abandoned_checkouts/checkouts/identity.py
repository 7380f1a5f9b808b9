"""Derived GUIDs, tokens and line keys: the same input always has the same result."""

from hashlib import blake2b
from uuid import UUID

from abandoned_checkouts.checkouts.caches import cached

# The namespace of all derived GUIDs. Never change it: all derived GUIDs would change.
_NAMESPACE = blake2b(digest_size=16, key=UUID("7d0a3f0e-5c5b-4f0e-9a37-3f1f0f8f6a11").bytes)
# The digit with the variant of RFC 9562, by the hash's digit.
_VARIANTS = {f"{digit:x}": "89ab"[digit & 3] for digit in range(16)}


def derived_uuid(domain: str, kind: str, number: int | str) -> str:
    """A GUID for an object whose source sent none. The same shop, kind and number always have the same GUID."""
    # The hash of the prefix is computed once, then copied.
    digest = _NAMESPACE.copy()
    digest.update(f"{domain}/{kind}/{number}".encode())
    text = digest.hexdigest()
    # The version (5) and the variant of RFC 9562 are set in the text. Creating a UUID object takes longer than the
    # hash.
    return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{_VARIANTS[text[16]]}{text[17:20]}-{text[20:]}"


def derived_token(secret: str, kind: str, number: int | str) -> str:
    """32 hexadecimal digits that cannot be computed without the shop's secret."""
    digest = _keyed(secret).copy()
    digest.update(f"{kind}/{number}".encode())
    return digest.hexdigest()


@cached(64, 1_000)
def _keyed(secret: str) -> blake2b:
    """The hash of the key, which is copied for each token: an import derives two for each checkout."""
    return blake2b(digest_size=16, key=secret.encode()[:64])


def line_item_key(token: str, position: int, key: str = "") -> str:
    """The resource part of a line's global id; `key` is the platform's own key of the line, if it sent one.

    As in recorded responses: 32 hexadecimal digits, the checkout's token, the position, and a parameter without a
    value.
    """
    key = key or blake2b(f"{token}/{position}".encode(), digest_size=16).hexdigest()
    return f"{key}?checkout={token}&index={position}&actoken"
