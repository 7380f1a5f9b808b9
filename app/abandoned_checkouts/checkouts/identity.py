"""Names that must come out the same wherever they are made: GUIDs, tokens, keys of lines and recovery links."""

from hashlib import blake2b
from uuid import UUID

# The name space of every GUID that this program derives; any fixed GUID serves.
_NAMESPACE = blake2b(digest_size=16, key=UUID("7d0a3f0e-5c5b-4f0e-9a37-3f1f0f8f6a11").bytes)


def derived_uuid(domain: str, kind: str, number: int | str) -> str:
    """The GUID of a thing that came without one; the same for the same shop, kind and number."""
    # A copy knows the key already.
    digest = _NAMESPACE.copy()
    digest.update(f"{domain}/{kind}/{number}".encode())
    text = digest.hexdigest()
    # Version 5 and the variant of RFC 9562, set in the text: a UUID object for each line would cost more than the hash.
    variant = "89ab"[int(text[16], 16) & 3]
    return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{variant}{text[17:20]}-{text[20:]}"


def derived_token(secret: str, kind: str, number: int | str) -> str:
    """32 hexadecimal digits that only who knows the shop's secret can make."""
    return blake2b(f"{kind}/{number}".encode(), digest_size=16, key=secret.encode()[:64]).hexdigest()


def line_item_key(token: str, position: int, key: str = "") -> str:
    """The resource part of a line's global id; `key` is the platform's own name of the line, where it gave one.

    Recorded as 32 hexadecimal digits, then the checkout's token, the position, and a parameter without a value.
    """
    key = key or blake2b(f"{token}/{position}".encode(), digest_size=16).hexdigest()
    return f"{key}?checkout={token}&index={position}&actoken"
