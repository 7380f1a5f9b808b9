"""Columns whose values are encrypted in the database and clear text in the program.

The engine of a store registers the cipher that has its key (see store/engine/secret_key). Values are decrypted when
rows are read. The cipher caches them, so a value that another request has read is not decrypted again.
"""

from typing import Any, Protocol
from weakref import WeakKeyDictionary

from sqlalchemy import Column, Dialect, Text
from sqlalchemy.types import TypeDecorator


class Cipher(Protocol):
    """Encrypts and decrypts text. `decrypt` raises an error if the text was encrypted with another key."""

    def encrypt(self, text: str) -> str: ...

    def decrypt(self, text: str) -> str: ...


# Each engine has its own dialect, so this is the key of each open store.
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
    """A secret, encrypted. Rows must be written with a value: the default of the database is not encrypted."""
    return Column(name, EncryptedText, nullable=False, server_default=default)
