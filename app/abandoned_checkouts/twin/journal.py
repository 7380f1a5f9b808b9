"""The journal of received requests and sent messages, in the order in which they happened.

It has three kinds of entries: `requests` of clients, `deliveries` to receivers of webhooks and notifications, and
`mails`. Entries are JSON objects. Requests and deliveries live in memory; the oldest are dropped first. Mails are those
of the store's table of sent mails (see journal_mails).
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Literal

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import format_microseconds
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.twin.journal_filters import fits
from abandoned_checkouts.twin.journal_mails import JournalMails
from abandoned_checkouts.twin.journal_views import View, whole

_IN_MEMORY = ("requests", "deliveries")
MAILS = "mails"
KINDS = (*_IN_MEMORY, MAILS)
MOST = 10_000


class Journal:
    """Stores entries: `add` adds one, `find` returns those that match filters, and `wait` waits for them."""

    def __init__(self) -> None:
        self._entries: dict[str, deque[UntypedJson]] = {kind: deque(maxlen=MOST) for kind in _IN_MEMORY}
        # Each kind has its own numbers, because the order of a delivery and a request depends on real time.
        self._last = dict.fromkeys(_IN_MEMORY, 0)
        self._mails = JournalMails()
        self._changed = asyncio.Condition()

    async def begin(self, database: Database) -> None:
        """From now on, the journal has the mails of this store."""
        await self._mails.begin(database)

    def add(self, kind: Literal["requests", "deliveries"], now: int, values: UntypedJson) -> UntypedJson:
        """Add an entry and return it, with its number as `id` and the twin's time as `instant`."""
        self._last[kind] += 1
        entry: UntypedJson = {"id": self._last[kind], "instant": format_microseconds(now), **values}
        self._entries[kind].append(entry)
        self.changed()
        return entry

    def changed(self) -> None:
        """Wake readers that wait: something was added, or a mail was sent."""
        asyncio.get_running_loop().call_soon(self._notify)

    async def find(
        self, kind: str, filters: Mapping[str, object], *, after: int = 0, most: int = MOST, view: View = whole
    ) -> list[UntypedJson]:
        """The newest `most` entries that match the filters, oldest first. `after` is an id: only later entries are
        returned. Filters are compared with what the `view` shows of requests and deliveries."""
        if kind == MAILS:
            return await self._mails.find(filters, after=after, most=most)
        later = (view(entry) for entry in self._entries[kind] if entry["id"] > after)
        found = [entry for entry in later if entry is not None and fits(entry, filters)]
        return found[-most:] if most else []

    async def count(
        self, kind: str, filters: Mapping[str, object], *, after: int = 0, most: int = MOST, view: View = whole
    ) -> int:
        """The number of entries that match the filters, at most `most`. `after` is an id: only later entries are
        counted."""
        if kind == MAILS:
            return await self._mails.count(filters, after=after, most=most)
        return len(await self.find(kind, filters, after=after, most=most, view=view))

    async def get(self, kind: str, number: int) -> UntypedJson | None:
        if kind == MAILS:
            return await self._mails.get(number)
        return next((entry for entry in self._entries[kind] if entry["id"] == number), None)

    async def delete(self, kind: str, filters: Mapping[str, object], *, view: View = whole) -> int:
        """Delete the entries that match the filters. Returns their number. Sent mails are only hidden here."""
        if kind == MAILS:
            return await self._mails.delete(filters, most=MOST)
        seen = ((entry, view(entry)) for entry in self._entries[kind])
        kept = [entry for entry, shown in seen if shown is None or not fits(shown, filters)]
        gone = len(self._entries[kind]) - len(kept)
        self._entries[kind] = deque(kept, maxlen=MOST)
        return gone

    async def wait(
        self,
        kind: str,
        filters: Mapping[str, object],
        count: int,
        seconds: float,
        *,
        after: int = 0,
        most: int = MOST,
        view: View = whole,
    ) -> list[UntypedJson]:
        """Wait, in real time, until `count` entries match or `seconds` have passed. Returns the newest `most` entries
        that match."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._changed:
                while await self.count(kind, filters, after=after, most=count, view=view) < count:
                    await self._changed.wait()
        return await self.find(kind, filters, after=after, most=most, view=view)

    def state(self) -> object:
        """The numbers of the last entries. A restore deletes later entries."""
        return {**self._last, MAILS: self._mails.state()}

    def restore(self, state: object) -> None:
        last = state if isinstance(state, dict) else {}
        for kind in _IN_MEMORY:
            number = self._last[kind] = last.get(kind, 0)
            self._entries[kind] = deque((each for each in self._entries[kind] if each["id"] <= number), maxlen=MOST)
        self._mails.restore(last.get(MAILS))

    def _notify(self) -> None:
        task = asyncio.ensure_future(self._wake())
        task.add_done_callback(lambda done: done.exception())

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()
