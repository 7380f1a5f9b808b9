"""X-Shopify-Hmac-Sha256: base64 of the HMAC-SHA256 of the raw body under the app's client secret."""

import base64
import hmac
from collections.abc import Iterable


def signature(body: bytes, secret: str) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()


def is_signed(body: bytes, given: str, secrets: Iterable[str]) -> bool:
    """Whether the signature was made with one of the secrets. There are several while a secret is replaced."""
    # All are compared, so that the time does not depend on which one matches.
    found = False
    for secret in secrets:
        found |= hmac.compare_digest(signature(body, secret).encode(), given.strip().encode())
    return found
