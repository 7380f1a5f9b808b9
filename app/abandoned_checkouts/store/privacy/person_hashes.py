"""Keyed hashes of e-mail addresses and phone numbers.

A copy of the data elsewhere, for example in a warehouse, has the hash beside the address. A record of an erasure then
says who was erased without the address. Without the key of the store, nobody can compute the hash of an address.
"""

import hmac

from abandoned_checkouts.store.engine.secret_key import SecretKey


def person_hash_key(secret_key: SecretKey) -> bytes:
    return secret_key.derive("hashes of people in exports")


def person_hash(key: bytes, contact: str) -> str:
    """32 hexadecimal digits. `contact` is normalised by checkouts/contact, so that each spelling has the same hash."""
    return hmac.digest(key, contact.encode(), "sha256").hex()[:32]
