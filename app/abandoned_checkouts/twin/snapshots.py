"""Snapshots: the whole state of the twin under a name, to return to.

A snapshot is the store with all pending work, the files of bulk operations, the clock, and what other parts of the
twin register: random values, rate limits and more. Snapshots live in memory until they are saved to a file.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import orjson

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import format_microseconds
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.twin.whole_copy import NotACopyError, StoreCopies, WholeCopy
from abandoned_checkouts.twin.clock import ClockState, TwinClock
from abandoned_checkouts.twin.travel import Travel

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
# The name of the snapshot of the state at the start of the server, for `reset`.
INITIAL = "initial"
# Not a name of a file of bulk results.
_DETAILS = "details"


class SnapshotNameError(ValueError):
    """The name is not valid for a snapshot."""


class SnapshotFileError(ValueError):
    """The file is not a saved snapshot. The message says why."""


class Part(Protocol):
    """A part of the twin whose state belongs to a snapshot. Its state can be written as JSON."""

    def state(self) -> object: ...
    def restore(self, state: object) -> None: ...


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`taken_at` is an instant of the twin's clock; `files` are those of bulk operations, by their relative path."""

    copy: WholeCopy
    taken_at: int
    clock: ClockState
    parts: Mapping[str, object]
    files: Mapping[str, bytes]

    def described(self, name: str) -> UntypedJson:
        """Without its size: SQLite may use another number of pages for the same rows."""
        return {"name": name, "instant": format_microseconds(self.taken_at)}


class Snapshots:
    """Takes, restores, saves and loads snapshots. No background work runs meanwhile.

    `forget` empties the caches of the server that hold content of the store.
    """

    def __init__(
        self,
        database: Database,
        clock: TwinClock,
        travel: Travel,
        folder: Path,
        parts: Mapping[str, Part],
        forget: Callable[[], None],
    ) -> None:
        self._copies, self._clock, self._travel = StoreCopies(database), clock, travel
        self._folder, self._parts, self._forget = folder, parts, forget
        self._kept: dict[str, Snapshot] = {}

    def names(self) -> list[str]:
        return sorted(self._kept)

    def find(self, name: str) -> Snapshot | None:
        return self._kept.get(name)

    async def take(self, name: str, *, settled: bool = True) -> Snapshot:
        """Take a snapshot. It replaces an earlier snapshot with the same name. Raises NotSqliteError,
        SnapshotNameError.

        First, all work that is due now runs, so that the content does not depend on how far it was. If not `settled`,
        this work stays pending.
        """
        if not _NAME.fullmatch(name):
            raise SnapshotNameError(
                f'"{name[:100]}" is not a name for a snapshot. Use 1 to 100 letters, digits, ".", "_" and "-".'
            )

        async def keep() -> None:
            copy = await self._copies.take()
            files = await asyncio.to_thread(_files_in, self._folder)
            self._keep(name, self._described(copy, files))

        await self._travel.paused(keep, settled=settled)
        return self._kept[name]

    async def restore(self, snapshot: Snapshot) -> None:
        """Return to a snapshot. Requests that run at this moment may see the state before or after."""

        async def back() -> None:
            await self._copies.put_back(snapshot.copy)
            await asyncio.to_thread(_write_files, self._folder, snapshot.files)
            self._clock.state = snapshot.clock
            for name, part in self._parts.items():
                part.restore(snapshot.parts.get(name))
            self._forget()

        await self._travel.paused(back)

    def delete(self, name: str) -> bool:
        """Returns False if there is no such snapshot."""
        gone = self._kept.pop(name, None)
        if gone is not None:
            gone.copy.close()
        return gone is not None

    async def close(self) -> None:
        for name in self.names():
            self.delete(name)
        await self._copies.close()

    def save(self, snapshot: Snapshot, file: Path) -> None:
        """Write a snapshot to a new file. Blocks.

        The file has the content of the store, but not the server's secret key: encrypted secrets can be used only by a
        server with the same key.
        """
        details = {
            "taken_at": snapshot.taken_at,
            "clock": asdict(snapshot.clock),
            "parts": dict(snapshot.parts),
        }
        snapshot.copy.save(file, {_DETAILS: orjson.dumps(details), **snapshot.files})

    def load(self, name: str, file: Path) -> Snapshot:
        """Read a saved snapshot. Blocks. Raises SnapshotFileError."""
        try:
            copy, files = WholeCopy.loaded(file)
            details = orjson.loads(files.pop(_DETAILS))
        except (NotACopyError, KeyError, ValueError) as problem:
            raise SnapshotFileError(f"{file} is not a saved snapshot ({problem})") from None
        clock = ClockState(**details["clock"])
        self._keep(name, Snapshot(copy, details["taken_at"], clock, details["parts"], files))
        return self._kept[name]

    def _described(self, copy: WholeCopy, files: Mapping[str, bytes]) -> Snapshot:
        parts = {name: part.state() for name, part in self._parts.items()}
        return Snapshot(copy, self._clock(), self._clock.state, parts, files)

    def _keep(self, name: str, snapshot: Snapshot) -> None:
        self.delete(name)
        self._kept[name] = snapshot


def _files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.glob("*/*.jsonl")}


def _write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Replace the files in the folder of bulk results by these."""
    present = set(_files_in(folder)) if folder.is_dir() else set()
    for name in present - set(files):
        (folder / name).unlink(missing_ok=True)
    for name, content in files.items():
        if name not in present:
            path = folder / name
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.mkdir(mode=0o700, exist_ok=True)
            path.write_bytes(content)
