"""Public keys of apps, and the client that an assertion names. test_token_calendar has whole requests."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from abandoned_checkouts.shopify.http.client_assertions import (
    ClientAssertionError,
    check_public_key,
    named_client,
)


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def test_an_rsa_key_is_accepted() -> None:
    text = pem(rsa.generate_private_key(65537, 2048))
    assert check_public_key(f"\n{text}\n") == text.strip()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nonsense", "it is not a public key in PEM"),
        ("", "it is not a public key in PEM"),
        (pem(ec.generate_private_key(ec.SECP256R1())), "it is not an RSA key"),
        (pem(rsa.generate_private_key(65537, 1024)), "it has 1024 bits; use at least 2048"),
    ],
)
def test_other_keys_are_refused(text: str, message: str) -> None:
    with pytest.raises(ClientAssertionError, match=message):
        check_public_key(text)


@pytest.mark.parametrize("text", ["", "x", "a.b.c"])
def test_what_is_not_a_jwt_names_nobody(text: str) -> None:
    assert named_client(text) == ""
