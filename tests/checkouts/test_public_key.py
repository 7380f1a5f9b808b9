"""Public keys in every form in which people copy them."""

import base64

import pytest

from abandoned_checkouts.checkouts.public_key import PublicKeyError, read_public_key
from abandoned_checkouts.wix.event_tokens import new_private_key, public_key

PEM = public_key(new_private_key())
DER = "".join(PEM.splitlines()[1:-1])


@pytest.mark.parametrize(
    "text",
    [
        PEM,
        PEM.strip(),
        PEM.replace("\n", "\\n"),
        PEM.replace("\n", "\\r\\n"),
        PEM.replace("\n", "\r\n"),
        PEM.replace("\n", " "),
        f'"{PEM.strip()}"',
        base64.b64encode(PEM.encode()).decode(),
        DER,
        f" {DER}\n",
        f'"{DER}"',
        f"'{DER}'",
    ],
)
def test_every_accepted_form_becomes_the_same_pem(text: str) -> None:
    assert read_public_key(text) == PEM


@pytest.mark.parametrize(
    "text",
    [
        "",
        "garbage",
        "AAAA",
        f"{DER[:40]}!{DER[40:]}",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        new_private_key(),
    ],
)
def test_a_text_that_is_not_a_public_key_is_refused(text: str) -> None:
    with pytest.raises(PublicKeyError, match="must be an RSA public key: PEM"):
        read_public_key(text)
