"""Columns whose values are encrypted in the database and clear text in the program.

When a store is opened, its engine registers the cipher with its key (see store/engine/secret_key). Values are decrypted
when rows are read. The cipher caches them, so a value is not decrypted again for each request.
"""

from typing import Any, Protocol
from weakref import WeakKeyDictionary

from sqlalchemy import Column, Dialect, Text
from sqlalchemy.types import TypeDecorator


class Cipher(Protocol):
    """Encrypts and decrypts text. `decrypt` raises an error if the text was encrypted with another key."""

    def encrypt(self, text: str) -> str: ...

    def decrypt(self, text: str) -> str: ...


# The cipher of each open store, by the dialect object of its engine: every engine has its own.
ciphers: WeakKeyDictionary[Dialect, Cipher] = WeakKeyDictionary()


class EncryptedText(TypeDecorator[str]):
    """Text that is encrypted with the key of the store."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else ciphers[dialect].encrypt(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        return None if value is None else ciphers[dialect].decrypt(value)


def secret_words(name: str, default: str | None = None) -> Column[str]:
    """A column for a secret, encrypted. Always write a value, because a default of the database would not be
    encrypted."""
    return Column(name, EncryptedText, nullable=False, server_default=default)
