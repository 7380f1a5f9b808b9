"""Files in the database: stored and read in parts, deleted by name and by age."""

from io import BytesIO
from pathlib import Path

import pytest

from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants import result_files
from abandoned_checkouts.store.tenants.result_files import delete_file, delete_old_files, put_file, write_file


async def content(store: Database, shop_id: int, name: str) -> bytes | None:
    target = BytesIO()
    return target.getvalue() if await write_file(store, shop_id, name, target) else None


async def test_a_file_of_several_parts_is_read_as_it_was_stored(
    store: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(result_files, "PART", 4)
    (tmp_path / "file").write_bytes(b"ten bytes!")
    await put_file(store, 1, "a", tmp_path / "file", 5)
    assert await content(store, 1, "a") == b"ten bytes!"
    assert await content(store, 2, "a") is None
    assert await content(store, 1, "b") is None


async def test_files_are_deleted_by_name_and_by_age(store: Database, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    for shop_id, name, now in ((1, "a", 5), (1, "b", 6), (2, "a", 7)):
        await put_file(store, shop_id, name, tmp_path / "file", now)
    async with store.begin() as connection:
        await delete_file(connection, 1, "b")
        assert await delete_old_files(connection, 6) == 1
    assert [await content(store, *key) for key in ((1, "a"), (1, "b"), (2, "a"))] == [None, None, b"x"]
