"""Encrypts all secrets of a store again: after the migration that introduced encryption, and when the key is
changed."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, Text, select, true, type_coerce, update

from abandoned_checkouts.store.tables import metadata
from abandoned_checkouts.store.tables.encrypted import EncryptedText


def encrypted_columns() -> Iterator[Column[Any]]:
    """All encrypted columns of all tables."""
    for table in metadata.sorted_tables:
        yield from (column for column in table.c if isinstance(column.type, EncryptedText))


def encrypt_again(connection: Connection, *, from_clear_text: bool = False) -> int:
    """Encrypt every secret with the first key of the store. Returns the number of secrets.

    `from_clear_text` is for a store whose secrets are not encrypted yet.
    """
    count = 0
    for column in encrypted_columns():
        table = column.table
        keys = list(table.primary_key)
        value = type_coerce(column, Text) if from_clear_text else column
        for condition in _parts(connection, table):
            for *key, text in connection.execute(select(*keys, value).where(condition).with_for_update()).all():
                this_row = [name == part for name, part in zip(keys, key, strict=True)]
                connection.execute(update(table).where(*this_row).values({column: text}))
                count += 1
    return count


def _parts(connection: Connection, table: Table) -> list[ColumnElement[bool]]:
    """Conditions that divide the rows by their shops, because a distributed database locks rows of one shop only."""
    if "shop_id" not in table.c:
        return [true()]
    return [table.c.shop_id == shop_id for shop_id in connection.execute(select(table.c.shop_id).distinct()).scalars()]
