"""Names that must come out the same wherever they are made: GUIDs, tokens, keys of lines and recovery links."""

from hashlib import blake2b
from uuid import UUID

# The name space of every GUID that this program derives; any fixed GUID serves.
_NAMESPACE = UUID("7d0a3f0e-5c5b-4f0e-9a37-3f1f0f8f6a11")


def derived_uuid(domain: str, kind: str, number: int | str) -> str:
    """The GUID of a thing that came without one; the same for the same shop, kind and number."""
    digest = blake2b(f"{domain}/{kind}/{number}".encode(), digest_size=16, key=_NAMESPACE.bytes).digest()
    return str(UUID(bytes=digest, version=5))


def derived_token(secret: str, kind: str, number: int | str) -> str:
    """32 hexadecimal digits that only who knows the shop's secret can make."""
    return blake2b(f"{kind}/{number}".encode(), digest_size=16, key=secret.encode()[:64]).hexdigest()


def line_item_key(token: str, position: int) -> str:
    """The resource part of a line's global id.

    Seen in the wild as 32 hexadecimal digits with checkout and index behind a question mark; no source settles it.
    """
    digest = blake2b(f"{token}/{position}".encode(), digest_size=16).hexdigest()
    return f"{digest}?checkout={token}&index={position}"
