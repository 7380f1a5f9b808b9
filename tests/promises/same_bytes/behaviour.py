"""Behaviour that was changed on purpose, named by changed_texts/behaviour.toml: records in which it shows may differ.

[[behaviour]]
what = "A sentence: what the server does now."
records = "regular expression of a record's name, a vertical bar and its request"
shows = "regular expression of a text that the old or the new record has"
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from tests.promises.same_bytes.records import Json

FILE = "behaviour.toml"


@dataclass
class Behaviour:
    """One sentence about the server, and the records in which it shows."""

    what: str
    records: re.Pattern[str]
    shows: re.Pattern[str]
    uses: int = 0

    def covers(self, was: Json | None, now: Json | None) -> bool:
        """Whether a difference of these records, or a record that the other recording lacks, is this behaviour."""
        known = [each for each in (was, now) if each is not None]
        found = bool(self.records.search(f"{known[0]['name']}|{known[0]['request']}")) and any(
            self.shows.search(f"{each['status']}\n{each['headers']}\n{each['body']}") for each in known
        )
        self.uses += found
        return found


def read_behaviours(path: Path | None) -> list[Behaviour]:
    """The behaviours of a folder for --allow; none for a single file."""
    if path is None or not (path / FILE).is_file():
        return []
    listed = tomllib.loads((path / FILE).read_text(encoding="utf-8"))["behaviour"]
    return [Behaviour(each["what"], re.compile(each["records"]), re.compile(each["shows"])) for each in listed]
