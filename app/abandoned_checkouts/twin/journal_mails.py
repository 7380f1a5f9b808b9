"""The mails of the journal. They are read from the store's table of sent mails; only their numbers are kept here."""

from collections.abc import Mapping

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import format_microseconds
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.twin.sent_mails import MailKey, sent_mails, texts_of_mails
from abandoned_checkouts.twin.journal_filters import fits
from abandoned_checkouts.twin.recorded_sending import mail_entry


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
            self._numbers = {(row["shop_id"], row["id"]): 0 for row in await sent_mails(connection)}

    async def find(self, filters: Mapping[str, object], *, after: int = 0, most: int) -> list[UntypedJson]:
        """The newest `most` mails that match the filters, oldest first, with a number greater than `after`."""
        if self._database is None:
            return []
        plain = {name: value for name, value in filters.items() if name != "contains"}
        async with self._database.read() as connection:
            entries = {key: each for key, each in (await self._entries(connection)).items() if each["id"] > after}
            entries = {key: each for key, each in entries.items() if fits(each, plain)}
            if "contains" not in filters:
                entries = dict(list(entries.items())[-most:])
            async for texts in texts_of_mails(connection, list(entries)):
                for key, row in texts.items():
                    whole = {**entries[key], "text": row["plain"], "html": row["html"]}
                    if fits(whole, filters):
                        entries[key] = whole
                    else:
                        del entries[key]
        return list(entries.values())[-most:]

    async def delete(self, filters: Mapping[str, object], *, most: int) -> int:
        gone = {each["id"] for each in await self.find(filters, most=most)}
        self._numbers = {key: 0 if number in gone else number for key, number in self._numbers.items()}
        return len(gone)

    def state(self) -> UntypedJson:
        return {"last": self._last, "hidden": [list(key) for key, number in self._numbers.items() if not number]}

    def restore(self, state: object) -> None:
        """The store has the mails of the snapshot; later ones are gone from it."""
        known: UntypedJson = state if isinstance(state, dict) else {"last": 0, "hidden": []}
        self._last = known["last"]
        shown = {key: number for key, number in self._numbers.items() if 0 < number <= self._last}
        self._numbers = {**shown, **dict.fromkeys(map(tuple, known["hidden"]), 0)}

    async def _entries(self, connection: Connection) -> dict[MailKey, UntypedJson]:
        """The mails without their texts, by their numbers; new mails are numbered."""
        found: list[tuple[int, MailKey, UntypedJson]] = []
        for row in await sent_mails(connection):
            key = (row["shop_id"], row["id"])
            if key not in self._numbers:
                self._last += 1
                self._numbers[key] = self._last
            number = self._numbers[key]
            if number:
                entry = {"id": number, "instant": format_microseconds(row["sent_at"]), **mail_entry(row)}
                found.append((number, key, entry))
        return {key: entry for _, key, entry in sorted(found, key=lambda each: each[0])}
