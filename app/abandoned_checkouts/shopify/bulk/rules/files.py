"""The result files of bulk operations: one folder per shop or the database, and signed URLs that expire.

As with Shopify, everyone who has the URL can download the file until seven days after the operation's end. The URL is
signed with the shop's secret, so it cannot be forged or extended.
"""

import asyncio
import os
import re
import time
from dataclasses import dataclass
from hmac import compare_digest
from pathlib import Path
from typing import BinaryIO

from abandoned_checkouts.checkouts.identity import derived_token
from abandoned_checkouts.checkouts.moment import DAY, SECOND
from abandoned_checkouts.checkouts.randomness import random_hex
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.result_files import delete_file, delete_old_files, put_file, write_file

# Shopify: "The URL expires after seven days".
KEPT_FOR = 7 * DAY
PATH = "/bulk-operations"

_NAME = re.compile(r"([0-9]{1,19})-[0-9a-f]{16}\.jsonl")
_KEPT_NAME = re.compile(r"(export-)?[0-9]{1,19}-[0-9a-f]{16}\.(jsonl|json|csv)")
_UNFINISHED = ".part"


def result_address(base: str, shop: Shop, file: str, completed_at: int, now: int) -> str | None:
    """The URL of an operation's result; None if it has expired.

    `base` is the server's URL with its scheme. Times are in microseconds.
    """
    if completed_at + KEPT_FOR <= now:
        return None
    expires = (completed_at + KEPT_FOR) // SECOND
    return f"{base}{PATH}/{shop.id}/{file}?Expires={expires}&Signature={_signature(shop.secret, file, expires)}"


def is_signed(secret: str, file: str, expires: int, signature: str) -> bool:
    """Whether the signature of a URL was made with that shop's secret."""
    return compare_digest(_signature(secret, file, expires).encode(), signature.encode())


def _signature(secret: str, file: str, expires: int) -> str:
    return derived_token(secret, "bulk_operation", f"{file}/{expires}")


def number_in(file: str) -> int | None:
    """The number of the operation in the name of a result file; None for another file name."""
    match = _NAME.fullmatch(file)
    return int(match[1]) if match else None


@dataclass(frozen=True, slots=True)
class ReadableFile:
    """A file to read. Delete it afterwards if it `is_copy` of one in the database."""

    path: Path
    is_copy: bool

    def read_all(self) -> bytes:
        """The content of a small file. Deletes a copy."""
        content = self.path.read_bytes()
        if self.is_copy:
            self.path.unlink(missing_ok=True)
        return content


class Results:
    """The folder in which result files are written. A file gets its final name when it is complete and on the disk.

    With a `database`, complete files are then moved there, so that servers need no shared disk.
    """

    def __init__(self, folder: Path, database: Database | None = None) -> None:
        self.folder, self._database = folder, database

    def path(self, shop_id: int, file: str) -> Path:
        return self.folder / str(shop_id) / file

    def begin(self, shop_id: int, number: int) -> Path:
        """The path of a new file for a run of an operation, or of a copy if `number` is 0. Deletes the unfinished
        files of earlier runs."""
        folder = self.folder / str(shop_id)
        # The files have data of customers: only this server's user may read them.
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        for left in folder.glob(f"{number}-*{_UNFINISHED}") if number else ():
            left.unlink(missing_ok=True)
        return folder / f"{number}-{random_hex(8)}.jsonl{_UNFINISHED}"

    def finish(self, unfinished: Path) -> str:
        """Rename a file that was written and synced to its final name, and return the name."""
        whole = unfinished.with_name(unfinished.name.removesuffix(_UNFINISHED))
        unfinished.replace(whole)
        folder = os.open(whole.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return whole.name

    async def keep(self, shop_id: int, file: str, now: int) -> None:
        """Move a complete file to where it is kept."""
        if self._database is not None:
            path = self.path(shop_id, file)
            await put_file(self._database, shop_id, file, path, now)
            await asyncio.to_thread(path.unlink)

    async def readable(self, shop_id: int, file: str) -> ReadableFile | None:
        """The file; None if it was deleted."""
        path = self.path(shop_id, file)
        if await asyncio.to_thread(path.is_file):
            return ReadableFile(path, is_copy=False)
        if self._database is None:
            return None
        copy = await asyncio.to_thread(self.begin, shop_id, 0)
        with await asyncio.to_thread(open_private, copy) as target:
            is_found = await write_file(self._database, shop_id, file, target)
        if is_found:
            return ReadableFile(copy, is_copy=True)
        await asyncio.to_thread(copy.unlink)
        return None

    async def discard(self, shop_id: int, file: str) -> None:
        """Delete a file. Other names than those of result files and exports are ignored."""
        if _KEPT_NAME.fullmatch(file):
            await asyncio.to_thread(self.path(shop_id, file).unlink, missing_ok=True)
            if self._database is not None:
                async with self._database.begin() as connection:
                    await delete_file(connection, shop_id, file)

    async def delete_old(self, now: int) -> None:
        """Delete the files of killed processes, which nothing refers to: those older than any result."""
        await asyncio.to_thread(self._delete_orphans)
        if self._database is not None:
            async with self._database.begin() as connection:
                await delete_old_files(connection, now - KEPT_FOR - DAY)

    def _delete_orphans(self) -> None:
        oldest = time.time() - (KEPT_FOR + DAY) / SECOND
        for path in self.folder.glob("*/*.jsonl*"):
            name = path.name.removesuffix(_UNFINISHED)
            try:
                if number_in(name) is not None and path.stat().st_mtime < oldest:
                    path.unlink()
            except FileNotFoundError:
                continue


def open_private(path: Path) -> BinaryIO:
    """Open a file for writing that only this server's user may read."""
    return os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb", buffering=1 << 20)


def synced(path: Path) -> int:
    """Write all of a file to the disk, and return its size in bytes."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return path.stat().st_size
