"""Finds the secret key of a store while it is opened, and checks the key before anything is changed."""

import os
from pathlib import Path

from sqlalchemy import Connection, Text, func, insert, inspect, select, type_coerce

from abandoned_checkouts.store.engine.encrypted_rows import encrypt_again
from abandoned_checkouts.store.engine.locks import MIGRATE
from abandoned_checkouts.store.engine.secret_key import (
    HOW_TO_GENERATE,
    VARIABLE,
    SecretKey,
    SecretKeyError,
    key_file,
    keys_in,
    new_key,
    read_key_file,
    write_key_file,
)
from abandoned_checkouts.store.tables import store_secrets
from abandoned_checkouts.store.tables.encrypted import ciphers

# The name of the value in `store_secrets` from which other keys are derived.
DERIVATION = "derivation"


class KeySource:
    """The place of a store's key: the setting, a file beside a SQLite store, or memory only."""

    def __init__(self, setting: str | None, file: Path | None, *, in_memory: bool) -> None:
        """`setting` is the value of the setting, `file` the SQLite file of the store.

        Raises SecretKeyError if the setting is not valid, or if a store without a file has no key.
        """
        text = os.environ.get(VARIABLE, "") if setting is None else setting
        self._from_setting = keys_in(text)
        self._file = None if file is None else key_file(file)
        if in_memory and not self._from_setting:
            self._from_setting = [new_key()]
        if self._from_setting:
            SecretKey(self._from_setting)
        elif self._file is None:
            raise SecretKeyError(
                f"a PostgreSQL store needs the setting {VARIABLE}, which encrypts its secrets: {HOW_TO_GENERATE}, "
                "and keep it apart from the copies of the store"
            )

    def key_of_new_store(self) -> SecretKey:
        """The key for a new store. Without the setting, a key file is generated unless it exists."""
        keys = self._from_setting or self._keys_in_file()
        if not keys and self._file is not None:
            keys = [new_key()]
            try:
                write_key_file(self._file, keys)
            except OSError as problem:
                raise SecretKeyError(f"the secret key {self._file} cannot be written: {problem.strerror}") from None
        return SecretKey(keys, None if self._from_setting else self._file)

    def key_of_store(self, encrypted: str) -> tuple[SecretKey, str]:
        """The key that decrypts this encrypted value of the store, and the clear text. Raises SecretKeyError."""
        keys = self._from_setting or self._keys_in_file()
        if not keys:
            raise SecretKeyError(
                f"the secret key of the store is missing: there is no file {self._file}; restore that file, or set "
                f"{VARIABLE} to the key"
            )
        key = SecretKey(keys, None if self._from_setting else self._file)
        try:
            return key, key.decrypt(encrypted)
        except SecretKeyError:
            raise SecretKeyError(self._wrong(encrypted)) from None

    def _wrong(self, encrypted: str) -> str:
        if not self._from_setting:
            return (
                f"the file {self._file} does not have the key of this store; restore the file that belongs to it, or "
                f"set {VARIABLE} to the key"
            )
        try:
            SecretKey(self._keys_in_file()).decrypt(encrypted)
        except SecretKeyError:
            return f"{VARIABLE} is not the key of this store; set it to the key with which the store was created"
        return (
            f"{VARIABLE} is not the key of this store, which is in {self._file}; unset the variable, or set it to "
            "NEW,OLD, where OLD is the key in the file, and run `abandoned-checkouts store rotate-key`"
        )

    def _keys_in_file(self) -> list[str]:
        return [] if self._file is None else read_key_file(self._file)


def unlock(connection: Connection, source: KeySource) -> tuple[SecretKey, bool]:
    """The key of a store whose tables are up to date, and whether secrets in clear text were encrypted just now.

    On SQLite it runs in the transaction of the migrations, so that a wrong key changes nothing; on PostgreSQL,
    `check_key` comes before them. Raises SecretKeyError.
    """
    encrypted = _derivation(connection)
    if encrypted is None and connection.dialect.name == "postgresql":
        # If two servers start at the same time, the second waits here and finds the value that the first has written.
        connection.execute(select(func.pg_advisory_xact_lock(MIGRATE)))
        encrypted = _derivation(connection)
    if encrypted is not None:
        key, value = source.key_of_store(encrypted)
    else:
        key, value = source.key_of_new_store(), new_key()
    key.use_derivation(bytes.fromhex(value))
    ciphers[connection.dialect] = key
    if encrypted is not None:
        return key, False
    had_secrets = encrypt_again(connection, from_clear_text=True) > 0
    connection.execute(insert(store_secrets).values(name=DERIVATION, value=value))
    return key, had_secrets


def check_key(connection: Connection, source: KeySource) -> None:
    """Raise SecretKeyError if the store, of any version, has another key. Changes nothing."""
    if inspect(connection).has_table(store_secrets.name):
        encrypted = _derivation(connection)
        if encrypted is not None:
            source.key_of_store(encrypted)


def _derivation(connection: Connection) -> str | None:
    value = type_coerce(store_secrets.c.value, Text)
    found: str | None = connection.execute(select(value).where(store_secrets.c.name == DERIVATION)).scalar()
    return found
