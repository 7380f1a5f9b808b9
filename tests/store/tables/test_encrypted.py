"""Columns with secrets are encrypted or hashed. This also checks the columns of new tables."""

import re

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, create_engine, insert, select, type_coerce

from abandoned_checkouts.store.engine.secret_key import SecretKey
from abandoned_checkouts.store.tables import metadata
from abandoned_checkouts.store.tables.encrypted import EncryptedText, ciphers

_NAMES = re.compile(r"secret|token|password|private|credential|session|invitation")
# Tokens that identify checkouts and carts, and are not secret.
NO_SECRETS = {
    ("abandoned_checkouts", "token"),
    ("abandoned_checkouts", "cart_token"),
    ("abandonments", "cart_token"),
    ("carts", "token"),
    ("open_checkouts", "token"),
    ("open_checkouts", "cart_token"),
    ("orders", "checkout_token"),
    ("orders", "cart_token"),
    # The number of a token.
    ("merchant_sessions", "token_id"),
}


def test_every_column_that_is_named_like_a_secret_is_encrypted_or_hashed() -> None:
    named = {
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.c
        if _NAMES.search(column.name) and not column.name.endswith("_hash")
    }
    encrypted = {
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.c
        if isinstance(column.type, EncryptedText)
    }
    assert named - encrypted <= NO_SECRETS
    assert {("shops", "secret"), ("apps", "client_secret"), ("event_subscriptions", "secret")} <= encrypted


def test_values_are_encrypted_in_the_database_and_clear_in_the_program() -> None:
    table = Table("notes", MetaData(), Column("id", Integer, primary_key=True), Column("text", EncryptedText))
    engine = create_engine("sqlite://")
    key = ciphers[engine.dialect] = SecretKey(["k" * 32])
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(insert(table), [{"id": 1, "text": "clear"}, {"id": 2, "text": None}])
        assert connection.execute(select(table.c.text).order_by(table.c.id)).scalars().all() == ["clear", None]
        raw = connection.execute(select(type_coerce(table.c.text, Text)).order_by(table.c.id)).scalars().all()
    assert raw[1] is None
    assert raw[0] is not None
    assert raw[0] != "clear"
    assert key.decrypt(raw[0]) == "clear"
    engine.dispose()


def test_a_value_is_decrypted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    key = SecretKey(["k" * 32])
    text, calls = key.encrypt("clear"), []
    decrypt = key._fernet.decrypt
    monkeypatch.setattr(key._fernet, "decrypt", lambda token: calls.append(token) or decrypt(token))
    assert [key.decrypt(text) for _ in range(3)] == ["clear"] * 3
    assert len(calls) == 1
