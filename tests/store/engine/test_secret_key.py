"""The secret key of a store: encryption, derived keys, the key file."""

import stat
from pathlib import Path

import pytest

from abandoned_checkouts.config import variable
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.secret_key import (
    VARIABLE,
    SecretKey,
    SecretKeyError,
    key_file,
    keys_in,
    read_key_file,
    secret_key_of,
    write_key_file,
)

OLD, NEW = "o" * 32, "n" * 32


def test_the_variable_is_the_setting() -> None:
    assert variable("secret_key") == VARIABLE


def test_the_first_key_encrypts_and_all_decrypt() -> None:
    both, old, new = SecretKey([NEW, OLD]), SecretKey([OLD]), SecretKey([NEW])
    assert both.decrypt(old.encrypt("shpss_ä")) == "shpss_ä"
    assert new.decrypt(both.encrypt("shpss_ä")) == "shpss_ä"
    assert "shpss" not in old.encrypt("shpss_ä")
    assert old.encrypt("same") != old.encrypt("same")


@pytest.mark.parametrize(
    "text", [SecretKey([NEW]).encrypt("secret"), "clear text", "", "ä"], ids=["other key", "clear", "empty", "umlaut"]
)
def test_another_keys_text_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(SecretKeyError, match=f"add that key to {VARIABLE}") as refused:
        SecretKey([OLD]).decrypt(text)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("keys", [[], ["short"], [OLD, "x" * 31]])
def test_short_keys_are_refused(keys: list[str]) -> None:
    with pytest.raises(SecretKeyError, match="use at least 32: generate one with"):
        SecretKey(keys)


def test_derived_keys_differ_by_purpose_and_stay_when_the_key_changes() -> None:
    key = SecretKey([OLD])
    key.use_derivation(b"random")
    assert key.derive("pairs") != key.derive("links")
    assert len(key.derive("pairs")) == 32
    assert key.preceded_by(NEW).derive("pairs") == key.derive("pairs")


async def test_the_key_of_a_connection_is_that_of_its_store(store: Database) -> None:
    async with store.read() as connection:
        assert secret_key_of(connection) is store.secret_key
    async with store.begin() as connection:
        assert secret_key_of(connection).derive("pairs") == store.secret_key.derive("pairs")


def test_keys_are_separated_by_commas() -> None:
    assert keys_in(f" {NEW}, {OLD}\n,") == [NEW, OLD]


def test_only_this_user_can_read_the_key_file(tmp_path: Path) -> None:
    file = key_file(tmp_path / "store.sqlite3")
    assert read_key_file(file) == []
    write_key_file(file, [NEW, OLD])
    assert read_key_file(file) == [NEW, OLD]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    write_key_file(file, [NEW])
    assert read_key_file(file) == [NEW]
    assert [path.name for path in tmp_path.iterdir()] == ["store.sqlite3-secret-key"]


def test_an_unreadable_key_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(SecretKeyError, match="cannot be read: it is not text"):
        read_key_file(file)
    with pytest.raises(SecretKeyError, match="cannot be read: Is a directory"):
        read_key_file(tmp_path)
