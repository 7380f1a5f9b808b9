"""The result files of bulk operations: one folder per shop, and signed URLs that expire.

As with Shopify, everyone who has the URL can download the file until seven days after the operation's end. The URL is
signed with the shop's secret, so it cannot be forged or extended.
"""

import os
import re
import time
from hmac import compare_digest
from pathlib import Path
from typing import BinaryIO

from abandoned_checkouts.checkouts.identity import derived_token
from abandoned_checkouts.checkouts.moment import DAY, SECOND
from abandoned_checkouts.checkouts.randomness import random_hex
from abandoned_checkouts.checkouts.shop import Shop

# Shopify: "The URL expires after seven days".
KEPT_FOR = 7 * DAY
PATH = "/bulk-operations"

_NAME = re.compile(r"([0-9]{1,19})-[0-9a-f]{16}\.jsonl")
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


class Results:
    """The folder with the result files. A file gets its final name when it is complete and on the disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, shop_id: int, file: str) -> Path:
        return self.folder / str(shop_id) / file

    def begin(self, shop_id: int, number: int) -> Path:
        """The path of a new file for a run of an operation. Deletes the unfinished files of earlier runs."""
        folder = self.folder / str(shop_id)
        # The files have data of customers: only this server's user may read them.
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        for left in folder.glob(f"{number}-*{_UNFINISHED}"):
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

    def remove(self, shop_id: int, file: str) -> None:
        if number_in(file) is not None:
            self.path(shop_id, file).unlink(missing_ok=True)

    def delete_orphans(self) -> None:
        """Delete the files of killed processes, which no operation refers to: those older than any result."""
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
