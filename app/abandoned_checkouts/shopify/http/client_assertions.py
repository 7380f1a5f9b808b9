"""Client assertions (RFC 7523): an app signs a short JWT by its RSA key instead of sending its client secret.

Shopify's pages mention assertions but not their parameters, so these are the RFC's.
"""

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]
# How far in the future an assertion may expire, in seconds, and how much the clocks may differ.
LONGEST, LEEWAY = 3_600, 60
SMALLEST_KEY = 2_048


class ClientAssertionError(ValueError):
    """An assertion or a key that cannot be used. The message says why."""


def check_public_key(pem: str) -> str:
    """The text of an RSA public key, without spaces around it. Raises ClientAssertionError."""
    try:
        key = load_pem_public_key(pem.strip().encode())
    except (ValueError, UnsupportedAlgorithm):
        raise ClientAssertionError("it is not a public key in PEM (-----BEGIN PUBLIC KEY-----)") from None
    if not isinstance(key, RSAPublicKey):
        raise ClientAssertionError("it is not an RSA key")
    if key.key_size < SMALLEST_KEY:
        raise ClientAssertionError(f"it has {key.key_size} bits; use at least {SMALLEST_KEY}")
    return pem.strip()


def named_client(assertion: str) -> str:
    """The client id that an assertion names, which is not verified yet; empty if it is not a JWT."""
    try:
        claims = jwt.decode(assertion, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return ""
    return str(claims.get("sub", ""))


def check_assertion(assertion: str, client_id: str, public_key: str, audiences: list[str], now: float) -> None:
    """Raises ClientAssertionError unless the app signed this assertion for this server. `now` is in seconds."""
    try:
        claims = jwt.decode(
            assertion,
            public_key,
            algorithms=ALGORITHMS,
            audience=audiences,
            issuer=client_id,
            options={
                "require": ["exp", "iss", "sub", "aud"],
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
            },
        )
    except jwt.InvalidAudienceError:
        raise ClientAssertionError(f"aud must be {audiences[0]}") from None
    except jwt.InvalidTokenError as problem:
        raise ClientAssertionError(str(problem)) from None
    if claims["sub"] != client_id:
        raise ClientAssertionError("iss and sub must be the client id")
    expires, begins = claims["exp"], claims.get("nbf", now)
    if not isinstance(expires, int | float) or not isinstance(begins, int | float):
        raise ClientAssertionError("exp and nbf must be numbers")
    if expires <= now - LEEWAY:
        raise ClientAssertionError("it has expired")
    if expires > now + LONGEST + LEEWAY:
        raise ClientAssertionError("it expires in more than an hour")
    if begins > now + LEEWAY:
        raise ClientAssertionError("it is not valid yet")
