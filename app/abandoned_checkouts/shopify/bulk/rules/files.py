"""Where the results of bulk operations are: files in a folder for each shop, behind addresses that expire.

The address is the secret: whoever has it may fetch the file, as with Shopify, for seven days after the operation's
end. It is signed with the shop's own secret, so nobody can make one, or make one last longer.
"""

import os
import re
import secrets
import time
from hmac import compare_digest
from pathlib import Path

from abandoned_checkouts.checkouts.identity import derived_token
from abandoned_checkouts.checkouts.moment import DAY, SECOND
from abandoned_checkouts.checkouts.shop import Shop

# Shopify: "The URL expires after seven days".
KEPT_FOR = 7 * DAY
PATH = "/bulk-operations"

_NAME = re.compile(r"([0-9]{1,19})-[0-9a-f]{16}\.jsonl")
_UNFINISHED = ".part"


def result_address(base: str, shop: Shop, file: str, completed_at: int, now: int) -> str | None:
    """Where the result of an operation can be fetched; None once the address has expired.

    `base` is the server's address with its scheme, times are in microseconds.
    """
    if completed_at + KEPT_FOR <= now:
        return None
    expires = (completed_at + KEPT_FOR) // SECOND
    return f"{base}{PATH}/{shop.id}/{file}?Expires={expires}&Signature={_signature(shop.secret, file, expires)}"


def is_signed(secret: str, file: str, expires: int, signature: str) -> bool:
    """Whether an address is one of ours, of the shop with that secret."""
    return compare_digest(_signature(secret, file, expires).encode(), signature.encode())


def _signature(secret: str, file: str, expires: int) -> str:
    return derived_token(secret, "bulk_operation", f"{file}/{expires}")


def number_in(file: str) -> int | None:
    """The number of the operation whose result has that name; None for what is no such name."""
    match = _NAME.fullmatch(file)
    return int(match[1]) if match else None


class Results:
    """The folder. A file appears under its name when it is whole and on the disk, never before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, shop_id: int, file: str) -> Path:
        return self.folder / str(shop_id) / file

    def begin(self, shop_id: int, number: int) -> Path:
        """An empty file for a run of an operation. What earlier runs of it left behind goes."""
        folder = self.folder / str(shop_id)
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob(f"{number}-*{_UNFINISHED}"):
            left.unlink(missing_ok=True)
        return folder / f"{number}-{secrets.token_hex(8)}.jsonl{_UNFINISHED}"

    def finish(self, unfinished: Path) -> str:
        """Give a file that was written and synced its name; returns the name."""
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

    def sweep(self) -> None:
        """Remove what no operation knows of: left by processes that were killed, and older than any result."""
        oldest = time.time() - (KEPT_FOR + DAY) / SECOND
        for path in self.folder.glob("*/*.jsonl*"):
            name = path.name.removesuffix(_UNFINISHED)
            try:
                if number_in(name) is not None and path.stat().st_mtime < oldest:
                    path.unlink()
            except FileNotFoundError:
                continue


def synced(path: Path) -> int:
    """Have all of a file on the disk; returns its size."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return path.stat().st_size
