"""The signatures of Amazon SNS, which delivers the events of Amazon SES.

Source: "Verifying the signatures of Amazon SNS messages". The certificate is read from the URL in the message, which
must be one of SNS itself: otherwise everyone could sign.
"""

import base64
import binascii
import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from abandoned_checkouts.checkouts.fetched import Fetched
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import from_datetime
from abandoned_checkouts.http_kit.refusal import RefusedError

_SNS_HOST = re.compile(r"sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?")
_TO_CONFIRM = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
# The parts of a message that are signed, in this order.
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": _TO_CONFIRM,
    "UnsubscribeConfirmation": _TO_CONFIRM,
}
# SNS changes its certificates rarely, and has one for each region.
_MOST_CERTIFICATES = 32
NOT_SIGNED = (
    "This is not a signed message of Amazon SNS. Turn off raw message delivery for this subscription: raw messages "
    "have no signature."
)
_NOT_VALID = (
    "The signature of Amazon SNS is not valid. Only messages that SNS sends itself are accepted; do not change them."
)


def is_of_amazon(url: str) -> bool:
    """Whether a URL is one of SNS itself, over https."""
    try:
        parts = urlsplit(url)
        return (
            parts.scheme == "https"
            and parts.port in (None, 443)
            and parts.username is None
            and _SNS_HOST.fullmatch(parts.hostname or "") is not None
        )
    except ValueError:
        return False


class SnsSignatures:
    """Checks signatures. `fetch` opens a URL; a certificate is read once."""

    def __init__(self, fetch: Callable[[str], Awaitable[Fetched]]) -> None:
        self._fetch = fetch
        self._certificates: dict[str, str] = {}

    async def check(self, message: object, now: int) -> None:
        """Raises RefusedError with what to do, unless SNS has signed the message."""
        if not isinstance(message, dict) or message.get("Type") not in _SIGNED or "Signature" not in message:
            raise RefusedError(401, NOT_SIGNED)
        url = str(message.get("SigningCertURL"))
        if not is_of_amazon(url) or not urlsplit(url).path.endswith(".pem"):
            raise RefusedError(401, f"SigningCertURL must be a file of sns.REGION.amazonaws.com, not {url[:200]}")
        if not _is_signed(message, await self._certificate(url), now):
            raise RefusedError(401, _NOT_VALID)

    async def _certificate(self, url: str) -> str:
        if url not in self._certificates:
            found = await self._fetch(url)
            if found.problem is not None:
                # SNS sends the message again.
                raise RefusedError(503, f"The certificate of Amazon SNS cannot be read: {found.problem}")
            if len(self._certificates) >= _MOST_CERTIFICATES:
                self._certificates.clear()
            self._certificates[url] = found.text
        return self._certificates[url]


def _is_signed(message: UntypedJson, certificate: str, now: int) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.hashes import SHA1, SHA256
    from cryptography.x509 import load_pem_x509_certificate

    algorithm = {"1": SHA1, "2": SHA256}.get(str(message.get("SignatureVersion")))
    try:
        found = load_pem_x509_certificate(certificate.encode())
        signature = base64.b64decode(str(message["Signature"]), validate=True)
    except (ValueError, binascii.Error):
        return False
    key = found.public_key()
    is_valid_now = from_datetime(found.not_valid_before_utc) <= now < from_datetime(found.not_valid_after_utc)
    if algorithm is None or not isinstance(key, RSAPublicKey) or not is_valid_now:
        return False
    try:
        key.verify(signature, signed_text(message).encode(), PKCS1v15(), algorithm())
    except InvalidSignature:
        return False
    return True


def signed_text(message: UntypedJson) -> str:
    """The text that SNS signs: a line with the name and one with the value, for each part that the message has."""
    names = _SIGNED[str(message["Type"])]
    return "".join(f"{name}\n{message[name]}\n" for name in names if message.get(name) is not None)
