"""The journal: what came in, and what went out, in the order in which it happened.

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
# The fields that a filter can name, by kind. `contains` searches the whole entry.
FILTERS: Mapping[str, tuple[str, ...]] = {
    "requests": (
        *("endpoint", "method", "path", "status", "shop", "token", "operation", "operationType", "version", "fault"),
        "contains",
    ),
    "deliveries": ("topic", "shop", "address", "webhookId", "status", "outcome", "fault", "contains"),
    "mails": ("shop", "to", "subject", "locale", "checkoutId", "flowId", "contains"),
}


class Journal:
    """`add` an entry, `find` the ones that fit, `wait` for enough of them."""

    def __init__(self) -> None:
        self._entries: dict[str, deque[UntypedJson]] = {kind: deque(maxlen=MOST) for kind in KINDS}
        # Each kind counts for itself: whether a delivery comes before a request depends on real time.
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
        """The entries with these values, oldest first. `after` is the id of an entry: only later ones are returned."""
        return [entry for entry in self._entries[kind] if entry["id"] > after and _fits(entry, filters)]

    def get(self, kind: str, number: int) -> UntypedJson | None:
        return next((entry for entry in self._entries[kind] if entry["id"] == number), None)

    def delete(self, kind: str, filters: Mapping[str, object]) -> int:
        """Delete the entries with these values. Returns how many."""
        kept = [entry for entry in self._entries[kind] if not _fits(entry, filters)]
        gone = len(self._entries[kind]) - len(kept)
        self._entries[kind] = deque(kept, maxlen=MOST)
        return gone

    async def wait(
        self, kind: str, filters: Mapping[str, object], count: int, seconds: float, *, after: int = 0
    ) -> list[UntypedJson]:
        """Wait, in real time, until `count` entries fit or the time is over. Returns those that fit then."""
        try:
            async with asyncio.timeout(seconds), self._changed:
                while len(found := self.find(kind, filters, after=after)) < count:
                    await self._changed.wait()
                return found
        except TimeoutError:
            return self.find(kind, filters, after=after)

    def state(self) -> object:
        """A snapshot remembers the last entries: a restore drops the later ones."""
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
