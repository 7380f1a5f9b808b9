"""The journal of received requests and sent messages, in the order in which they happened.

It has three kinds of entries: `requests` of clients, `deliveries` to receivers of webhooks and notifications, and
`mails`. Entries are JSON objects and live in memory; the oldest are dropped first.
"""

import asyncio
import fnmatch
from collections import deque
from collections.abc import Mapping, Sequence

import orjson

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import format_microseconds

KINDS = ("requests", "deliveries", "mails")
MOST = 10_000
# The filters for each kind of entry. `contains` searches the complete entry.
FILTERS: Mapping[str, tuple[str, ...]] = {
    "requests": (
        *("endpoint", "method", "path", "status", "shop", "token", "operation", "operationType", "version", "fault"),
        "contains",
    ),
    "deliveries": ("topic", "shop", "address", "webhookId", "status", "outcome", "fault", "contains"),
    "mails": ("shop", "to", "subject", "locale", "checkoutId", "flowId", "contains"),
}


class Journal:
    """Stores entries: `add` adds one, `find` returns those that match filters, and `wait` waits for them."""

    def __init__(self) -> None:
        self._entries: dict[str, deque[UntypedJson]] = {kind: deque(maxlen=MOST) for kind in KINDS}
        # Each kind has its own numbers, because the order of a delivery and a request depends on real time.
        self._last = dict.fromkeys(KINDS, 0)
        self._changed = asyncio.Condition()

    def add(self, kind: str, now: int, values: UntypedJson) -> UntypedJson:
        """Add an entry and return it, with its number as `id` and the twin's time as `instant`."""
        self._last[kind] += 1
        entry: UntypedJson = {"id": self._last[kind], "instant": format_microseconds(now), **values}
        self._entries[kind].append(entry)
        asyncio.get_running_loop().call_soon(self._notify)
        return entry

    def find(self, kind: str, filters: Mapping[str, object], *, after: int = 0) -> list[UntypedJson]:
        """The entries that match the filters, oldest first. `after` is an id: only later entries are returned."""
        return [entry for entry in self._entries[kind] if entry["id"] > after and _fits(entry, filters)]

    def get(self, kind: str, number: int) -> UntypedJson | None:
        return next((entry for entry in self._entries[kind] if entry["id"] == number), None)

    def delete(self, kind: str, filters: Mapping[str, object]) -> int:
        """Delete the entries that match the filters. Returns their number."""
        kept = [entry for entry in self._entries[kind] if not _fits(entry, filters)]
        gone = len(self._entries[kind]) - len(kept)
        self._entries[kind] = deque(kept, maxlen=MOST)
        return gone

    async def wait(
        self, kind: str, filters: Mapping[str, object], count: int, seconds: float, *, after: int = 0
    ) -> list[UntypedJson]:
        """Wait, in real time, until `count` entries match or `seconds` have passed. Returns the matching entries."""
        try:
            async with asyncio.timeout(seconds), self._changed:
                while len(found := self.find(kind, filters, after=after)) < count:
                    await self._changed.wait()
                return found
        except TimeoutError:
            return self.find(kind, filters, after=after)

    def state(self) -> object:
        """The numbers of the last entries. A restore deletes later entries."""
        return dict(self._last)

    def restore(self, state: object) -> None:
        last = state if isinstance(state, dict) else {}
        for kind in KINDS:
            number = self._last[kind] = last.get(kind, 0)
            self._entries[kind] = deque((each for each in self._entries[kind] if each["id"] <= number), maxlen=MOST)

    def _notify(self) -> None:
        task = asyncio.ensure_future(self._wake())
        task.add_done_callback(lambda done: done.exception())

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()


def _fits(entry: UntypedJson, filters: Mapping[str, object]) -> bool:
    return all(_has(entry, name, value) for name, value in filters.items())


def _has(entry: UntypedJson, name: str, wanted: object) -> bool:
    """Texts are compared without regard to case; `*` and `?` stand for any characters and one character."""
    if name == "contains":
        return str(wanted).lower() in orjson.dumps(entry).decode().lower()
    value = entry.get(name)
    found = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    return any(fnmatch.fnmatchcase(str(each).lower(), str(wanted).lower()) for each in found)
