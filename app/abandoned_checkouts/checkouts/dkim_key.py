"""A shop's DKIM key (RFC 6376): the key that signs its mails, and the DNS record that publishes the public half.

It is stored among the shop's settings, which are encrypted. Nothing prints the private key.
"""

import base64
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.checkouts.shop import Shop

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

# The name of the setting. `shop set` cannot change it.
DKIM = "dkim"
# RFC 8301: signers must use at least 1024 bits, and should use 2048. Longer keys do not fit into many DNS answers.
FEWEST_BITS, NEW_BITS, MOST_BITS = 1024, 2048, 4096
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_SELECTOR = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
# The longest string of a TXT record; a longer value is several strings.
_TXT = 255


class DkimError(ValueError):
    """A DKIM key cannot be used. The message says which part, and what to do."""


@dataclass(frozen=True, slots=True)
class DkimKey:
    """`private_key` is an RSA key as PEM."""

    domain: str
    selector: str
    private_key: str

    @property
    def record_name(self) -> str:
        """The name of the DNS record."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        """The value of the TXT record."""
        from cryptography.hazmat.primitives import serialization

        encoding, form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        public = _loaded(self.private_key).public_key().public_bytes(encoding, form)
        return f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"

    @property
    def zone_line(self) -> str:
        """The record as a line of a zone file: a TXT record is made of strings of at most 255 bytes."""
        value = self.record
        strings = " ".join(f'"{value[at : at + _TXT]}"' for at in range(0, len(value), _TXT))
        return f"{self.record_name}. IN TXT {strings}"

    def covers(self, address: str) -> bool:
        """Whether the address is in the domain or below it, as DMARC requires of the sender."""
        domain = address.rpartition("@")[2].lower()
        return domain == self.domain or domain.endswith(f".{self.domain}")


def read_dkim_key(domain: str, selector: str, private_key: str | None = None) -> DkimKey:
    """The key to store. Without a `private_key` (PEM), one is generated. Raises DkimError."""
    domain, selector = domain.strip().rstrip(".").lower(), selector.strip().lower()
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode()
        except UnicodeError:
            raise DkimError(f"domain: {domain!r} is not a domain, such as shop.example") from None
    if not _DOMAIN.fullmatch(domain) or len(domain) > 253:
        raise DkimError(f"domain: {domain!r} is not a domain, such as shop.example")
    if not _SELECTOR.fullmatch(selector) or len(selector) > 63:
        raise DkimError(f"selector: {selector!r} is not a selector; use letters, digits and hyphens, such as cart1")
    return DkimKey(domain, selector, _pem(_generated() if private_key is None else _loaded(private_key)))


def dkim_key_of(shop: Shop) -> DkimKey | None:
    """The shop's key, or None if its mails are not signed."""
    stored = shop.settings.get(DKIM)
    return DkimKey(**stored) if isinstance(stored, dict) else None


def dkim_setting(key: DkimKey) -> Json:
    """The key as it is stored."""
    return {"domain": key.domain, "selector": key.selector, "private_key": key.private_key}


def _generated() -> "RSAPrivateKey":
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(public_exponent=65537, key_size=NEW_BITS)


def _loaded(text: str) -> "RSAPrivateKey":
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    try:
        key = serialization.load_pem_private_key(text.replace("\\n", "\n").strip().encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPrivateKey):
        raise DkimError("private_key: must be an RSA private key as PEM, without a password")
    if not FEWEST_BITS <= key.key_size <= MOST_BITS:
        raise DkimError(f"private_key: has {key.key_size} bits; use {NEW_BITS} ({FEWEST_BITS} to {MOST_BITS})")
    return key


def _pem(key: "RSAPrivateKey") -> str:
    from cryptography.hazmat.primitives import serialization

    # The form that the signing library reads without a detour (PKCS#1).
    form = serialization.PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()
