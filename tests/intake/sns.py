"""A key and a certificate with which tests sign messages as Amazon SNS does."""

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from abandoned_checkouts.intake.mail_providers.amazon_sns import signed_text
from tests.intake.messages import START

CERTIFICATE = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem"


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@cache
def _certificate() -> str:
    """A certificate of one year, from the day before the tests' clock begins."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    begins = datetime.fromtimestamp(START / 1e6, UTC) - timedelta(days=1)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(_key().public_key())
    builder = builder.serial_number(7).not_valid_before(begins).not_valid_after(begins + timedelta(days=365))
    return builder.sign(_key(), hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


@dataclass
class Sns:
    certificate: str = field(default_factory=_certificate)

    def signed(self, message: dict[str, Any], version: str = "2") -> dict[str, Any]:
        algorithm = hashes.SHA1() if version == "1" else hashes.SHA256()
        message = {"Timestamp": "2026-09-21T14:20:00.000Z", "TopicArn": "arn:aws:sns:us-east-1:1:t", **message}
        signature = _key().sign(signed_text(message).encode(), padding.PKCS1v15(), algorithm)
        signed = {"SignatureVersion": version, "Signature": base64.b64encode(signature).decode()}
        return {**message, **signed, "SigningCertURL": CERTIFICATE}
