"""The mails of the journal. They are read from the store's table of sent mails; only their numbers are kept here."""

from collections.abc import AsyncIterator, Mapping

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import format_microseconds
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.twin.sent_mails import MailKey, mail_keys, mails_with
from abandoned_checkouts.twin.journal_filters import fits
from abandoned_checkouts.twin.recorded_sending import mail_entry

# How many mails are read at a time. A text has some ten thousand bytes.
_PART = 100


class JournalMails:
    """`find` reads the mails that were sent since `begin`. `delete` hides mails: the store keeps them."""

    def __init__(self) -> None:
        self._database: Database | None = None
        self._last = 0
        # Hidden mails have the number 0.
        self._numbers: dict[MailKey, int] = {}

    async def begin(self, database: Database) -> None:
        """Leave out the mails that the store has already."""
        self._database = database
        async with database.read() as connection:
            self._numbers = dict.fromkeys(await mail_keys(connection), 0)

    async def find(self, filters: Mapping[str, object], *, after: int = 0, most: int) -> list[UntypedJson]:
        """The newest `most` mails that match the filters, oldest first, with a number greater than `after`."""
        found: list[UntypedJson] = []
        async for _, part in self._matching(filters, after, texts=True, most=most):
            found = [*part, *found]
        return found[-most:] if most else []

    async def get(self, number: int) -> UntypedJson | None:
        async for _, part in self._matching({}, number - 1, number, texts=True, most=1):
            return part[0]
        return None

    async def count(self, filters: Mapping[str, object], *, after: int = 0, most: int) -> int:
        """The number of mails that match the filters, at most `most`."""
        return min(most, len(await self._keys(filters, after, most)))

    async def delete(self, filters: Mapping[str, object], *, most: int) -> int:
        gone = await self._keys(filters, 0, most)
        self._numbers |= dict.fromkeys(gone, 0)
        return len(gone)

    async def _keys(self, filters: Mapping[str, object], after: int, most: int) -> list[MailKey]:
        parts = [keys async for keys, _ in self._matching(filters, after, texts="contains" in filters, most=most)]
        return [key for keys in parts for key in keys][:most]

    def state(self) -> UntypedJson:
        return {"last": self._last, "hidden": [list(key) for key, number in self._numbers.items() if not number]}

    def restore(self, state: object) -> None:
        """The store has the mails of the snapshot; later ones are gone from it."""
        known: UntypedJson = state if isinstance(state, dict) else {"last": 0, "hidden": []}
        self._last = known["last"]
        shown = {key: number for key, number in self._numbers.items() if 0 < number <= self._last}
        self._numbers = {**shown, **dict.fromkeys(map(tuple, known["hidden"]), 0)}

    async def _matching(
        self, filters: Mapping[str, object], after: int, until: int | None = None, *, texts: bool, most: int
    ) -> AsyncIterator[tuple[list[MailKey], list[UntypedJson]]]:
        """The keys and entries of matching mails, a few at a time, until there are `most`: the newest mails first, and
        the oldest of a part first. Their numbers are greater than `after`, and not greater than `until`."""
        if self._database is None:
            return
        plain = {name: value for name, value in filters.items() if name != "contains"}
        async with self._database.read() as connection:
            numbers = await self._shown(connection)
            keys = [key for key, number in numbers.items() if after < number and (until is None or number <= until)]
            while keys and most > 0:
                size = min(_PART, most) if not filters else _PART
                part, keys = keys[-size:], keys[:-size]
                rows = await mails_with(connection, part)
                entries = {key: _entry(numbers[key], rows[key]) for key in part}
                entries = {key: entry for key, entry in entries.items() if fits(entry, plain)}
                if texts and entries:
                    read = await mails_with(connection, list(entries), texts=True)
                    entries = {
                        key: {**entry, "text": read[key]["plain"], "html": read[key]["html"]}
                        for key, entry in entries.items()
                    }
                    entries = {key: entry for key, entry in entries.items() if fits(entry, filters)}
                if entries:
                    most -= len(entries)
                    yield list(entries), list(entries.values())

    async def _shown(self, connection: Connection) -> dict[MailKey, int]:
        """The numbers of the mails that are not hidden, in their order; new mails are numbered."""
        keys = await mail_keys(connection)
        for key in keys:
            if key not in self._numbers:
                self._last += 1
                self._numbers[key] = self._last
        return {key: self._numbers[key] for key in sorted(keys, key=self._numbers.__getitem__) if self._numbers[key]}


def _entry(number: int, row: Row) -> UntypedJson:
    return {"id": number, "instant": format_microseconds(row["sent_at"]), **mail_entry(row)}
