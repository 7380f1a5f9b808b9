"""A SQLite file is checked before it is opened as a store. The check does not change it."""

import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from abandoned_checkouts.store.engine.database import StoreError, open_database
from abandoned_checkouts.store.engine.sqlite_file import ANY_SIZE, UnusableFileError, check_file

pytestmark = pytest.mark.anyio


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def store_at(file: Path) -> Path:
    database = await open_database(f"sqlite+aiosqlite:///{file}")
    await database.close()
    return file


async def refusal(file: Path, *, whole_up_to: int = 0) -> str:
    with pytest.raises(StoreError) as refused:
        await open_database(f"sqlite+aiosqlite:///{file}", whole_up_to=whole_up_to)
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(
    "statements",
    [
        "CREATE TABLE notes (text TEXT)",
        "CREATE TABLE alembic_version (version_num TEXT); CREATE TABLE users (id INTEGER)",
        "CREATE TABLE shops (id INTEGER)",
    ],
)
async def test_another_programs_file_is_refused_unchanged(tmp_path: Path, statements: str) -> None:
    file = tmp_path / "other.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(statements)
    before = file.read_bytes()
    assert "has tables of another program" in await refusal(file)
    assert file.read_bytes() == before
    assert names_in(tmp_path) == ["other.sqlite3"]


@pytest.mark.parametrize(
    "content", [b"just a text, longer than a header of SQLite" * 20, b"SQLite format 3\0" + b"\1" * 4096]
)
async def test_a_file_that_is_not_a_database_is_refused_unchanged(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    assert "is damaged or is not a store" in await refusal(file)
    assert file.read_bytes() == content


def truncated(content: bytearray) -> None:
    del content[len(content) // 2 :]


def zeroed_page(content: bytearray) -> None:
    content[8192 * 3 : 8192 * 4] = bytes(8192)


def flipped_bits(content: bytearray) -> None:
    for at in range(8192 * 2, len(content), 997):
        content[at] ^= 0x55


@pytest.mark.parametrize("damage", [truncated, zeroed_page, flipped_bits])
async def test_damage_is_reported_in_one_line(tmp_path: Path, damage: Callable[[bytearray], None]) -> None:
    file = await store_at(tmp_path / "store.sqlite3")
    content = bytearray(file.read_bytes())
    damage(content)
    file.write_bytes(content)
    assert "is damaged or is not a store" in await refusal(file, whole_up_to=ANY_SIZE)
    assert file.read_bytes() == bytes(content)


async def test_a_file_is_read_completely_up_to_a_size(tmp_path: Path) -> None:
    file = await store_at(tmp_path / "store.sqlite3")
    content = bytearray(file.read_bytes())
    zeroed_page(content)
    file.write_bytes(content)
    check_file(file, whole_up_to=len(content) - 1)
    with pytest.raises(UnusableFileError):
        check_file(file, whole_up_to=len(content))


async def test_an_undamaged_store_passes(tmp_path: Path) -> None:
    file = await store_at(tmp_path / "store.sqlite3")
    check_file(file, whole_up_to=ANY_SIZE)
    file.write_bytes(b"")
    check_file(file, whole_up_to=ANY_SIZE)


async def test_only_this_user_may_read_the_file_and_its_log(tmp_path: Path) -> None:
    database = await open_database(f"sqlite+aiosqlite:///{tmp_path / 'store.sqlite3'}")
    try:
        modes = {name: stat.S_IMODE((tmp_path / name).stat().st_mode) for name in names_in(tmp_path)}
    finally:
        await database.close()
    assert modes == dict.fromkeys(modes, 0o600)
    assert "store.sqlite3" in modes


def test_a_missing_file_is_accepted(tmp_path: Path) -> None:
    check_file(tmp_path / "missing", whole_up_to=ANY_SIZE)
    (tmp_path / "text").write_text("x" * 2000)
    with pytest.raises(UnusableFileError):
        check_file(tmp_path / "text")
