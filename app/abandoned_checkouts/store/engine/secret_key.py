"""The secret key of a store. It encrypts the secrets in the tables; keys for other purposes are derived from it.

The key is the setting `secret_key`, or for SQLite a generated file beside the store. It is never written to the store.
The store contains a random value that is encrypted with the key. It shows whether a key is the right one. Derived keys
are computed from this value, so they stay the same when the key is changed.
"""

import base64
import hmac
import os
import secrets
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.store.tables.encrypted import ciphers

VARIABLE = "ABANDONED_CHECKOUTS_SECRET_KEY"
SHORTEST = 32
HOW_TO_GENERATE = "generate one with `openssl rand -hex 32`"
# The number of decrypted values that a process caches.
_REMEMBERED = 2_048


class SecretKeyError(Exception):
    """The secret key is missing, too short or not the key of the store. The message says what to do, in one line."""


class SecretKey:
    """One or more keys. The first encrypts; each can decrypt."""

    def __init__(self, keys: Sequence[str], file: Path | None = None) -> None:
        """`file` is the key file that they were read from. Raises SecretKeyError if a key is too short."""
        short = next((key for key in keys if len(key) < SHORTEST), None)
        if short is not None or not keys:
            raise SecretKeyError(
                f"a key in {file or VARIABLE} has {len(short or '')} characters; use at least {SHORTEST}: "
                f"{HOW_TO_GENERATE}"
            )
        self.keys = tuple(keys)
        self.file = file
        self._fernet = MultiFernet([Fernet(base64.urlsafe_b64encode(_expanded(key))) for key in keys])
        self._derivation: bytes | None = None
        self.decrypt = lru_cache(_REMEMBERED)(self._decrypt)

    @property
    def setting(self) -> str:
        """The keys, separated by commas as in the setting. Do not show it to anybody."""
        return ",".join(self.keys)

    def encrypt(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def _decrypt(self, text: str) -> str:
        """The clear text. Raises SecretKeyError if it was encrypted with another key."""
        try:
            return self._fernet.decrypt(text.encode()).decode()
        except InvalidToken:
            raise SecretKeyError(
                f"a secret in the store was encrypted with another key; add that key to {VARIABLE}, after a comma"
            ) from None

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one purpose, for example as the key of an HMAC. They stay the same when the key is changed."""
        if self._derivation is None:
            raise RuntimeError("the store of this key is not open")
        return hmac.digest(self._derivation, purpose.encode(), "sha256")

    def use_derivation(self, value: bytes) -> None:
        """Derive from this value, which the store keeps encrypted."""
        self._derivation = value

    def preceded_by(self, key: str) -> "SecretKey":
        """A new key that encrypts, followed by these keys, which can still decrypt."""
        more = SecretKey((key, *self.keys), self.file)
        more._derivation = self._derivation
        return more


def secret_key_of(connection: AsyncConnection) -> SecretKey:
    """The key of the store that the connection belongs to."""
    key = ciphers[connection.dialect]
    assert isinstance(key, SecretKey)
    return key


def keys_in(text: str) -> list[str]:
    """The keys of a comma-separated text."""
    return [key.strip() for key in text.split(",") if key.strip()]


def key_file(store: Path) -> Path:
    """The file with the generated key of a SQLite store."""
    return Path(f"{store}-secret-key")


def read_key_file(file: Path) -> list[str]:
    """The keys in a file; none if there is no such file. Raises SecretKeyError if it cannot be read."""
    try:
        return keys_in(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else "it is not text"
        raise SecretKeyError(f"the secret key in {file} cannot be read: {reason}") from None


def write_key_file(file: Path, keys: Sequence[str]) -> None:
    """Write keys to a file that only this user can read. Readers see the old content or the new one."""
    unfinished = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(",".join(keys) + "\n")
        opened.flush()
        os.fsync(opened.fileno())
    unfinished.replace(file)


def new_key() -> str:
    return secrets.token_hex(32)


def _expanded(key: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"abandoned-checkouts/encryption").derive(key.encode())
