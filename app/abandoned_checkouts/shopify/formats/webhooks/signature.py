"""X-Shopify-Hmac-Sha256: base64 of the HMAC-SHA256 of the raw body under the app's client secret."""

import base64
import hmac
from collections.abc import Iterable


def signature(body: bytes, secret: str) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()


def is_signed(body: bytes, given: str, secrets: Iterable[str]) -> bool:
    """Whether any of the secrets made this signature; more than one is good while a secret is being replaced."""
    # All are tried, whichever fits, so that the time taken tells nothing.
    found = False
    for secret in secrets:
        found |= hmac.compare_digest(signature(body, secret).encode(), given.strip().encode())
    return found
