"""Converts public keys, as people copy them from Wix's dashboard, to PEM."""

import base64
import binascii
import re

_ARMOUR = re.compile(r"-----BEGIN ([A-Z ]+)-----(.*?)-----END \1-----", re.DOTALL)


class PublicKeyError(ValueError):
    """The text is not an RSA public key. The message lists the accepted forms."""


def read_public_key(text: str) -> str:
    r"""An RSA public key as PEM. Raises PublicKeyError.

    The text can be PEM, also on one line or with `\n` as two characters, or base64 of PEM or DER.
    """
    # Most commands do not need the library, which takes a while to load.
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    try:
        key = serialization.load_der_public_key(_der(text))
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, RSAPublicKey):
        raise PublicKeyError(r"must be an RSA public key: PEM (line breaks or \n), or base64 of PEM or DER")
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.PEM, form).decode()


def _der(text: str) -> bytes:
    whole = text.replace("\\r", "").replace("\\n", "\n").strip().strip("\"'")
    found = _ARMOUR.search(whole)
    if found is not None:
        return _base64(found[2])
    decoded = _base64(whole)
    inner = _ARMOUR.search(decoded.decode("latin-1"))
    return decoded if inner is None else _base64(inner[2])


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error as problem:
        raise ValueError(str(problem)) from None
