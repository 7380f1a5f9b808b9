"""Behaviour that was changed on purpose, named by changed_texts/behaviour.toml: what may differ besides texts.

[[behaviour]]
what = "A sentence: what the server does now."
records = "regular expression of a record's name, a vertical bar and its request"
differs = ["regular expression of a part that may differ; its group `kept`, if it has one, must not"]

All parts that may differ are removed from both records. The difference is explained if the rest is equal. A behaviour
that changes whole records has another key instead of `differs`:

shows = "regular expression of a text that the old or the new record has"

With `only_in_one = true`, it explains records of requests that only one of the recordings has.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.promises.same_bytes.records import Json

FILE = "behaviour.toml"


@dataclass
class Behaviour:
    """One sentence about the server. It explains records by parts that may differ, or by a text that shows it."""

    what: str
    records: re.Pattern[str]
    differs: list[re.Pattern[str]] = field(default_factory=list)
    shows: re.Pattern[str] | None = None
    only_in_one: bool = False
    uses: int = 0

    def is_about(self, record: Json) -> bool:
        return self.records.search(f"{record['name']}|{record['request']}") is not None

    def without_parts(self, text: str) -> str:
        for part in self.differs:
            text = part.sub(lambda found: found.groupdict().get("kept") or "", text)
        return text

    def covers(self, was: Json | None, now: Json | None) -> bool:
        """Whether this explains the difference without `differs`; None is a record that a recording lacks."""
        known = [each for each in (was, now) if each is not None]
        if not self.is_about(known[0]):
            return False
        if self.only_in_one:
            return len(known) == 1
        if self.shows is None:
            return False
        return any(self.shows.search(text_of(each)) for each in known)


def text_of(record: Json) -> str:
    headers = [[name, value] for name, value in record["headers"] if name.lower() != "content-length"]
    return f"{record['status']}\n{headers}\n{record['body']}"


def without_parts(record: Json, behaviours: Sequence[Behaviour]) -> str:
    """The text of a record without the parts that may differ."""
    text = text_of(record)
    for each in behaviours:
        if each.differs and each.is_about(record):
            text = each.without_parts(text)
    return text


def has_same_rest(was: Json | None, now: Json | None, behaviours: Sequence[Behaviour], random: re.Pattern[str]) -> bool:
    """Whether the records are equal without the parts that may differ. Counts the behaviours that removed some."""
    if was is None or now is None:
        return False
    texts = [text_of(was), text_of(now)]
    removed = []
    for each in behaviours:
        if each.differs and each.is_about(was):
            rest = [each.without_parts(text) for text in texts]
            removed += [each] if rest != texts else []
            texts = rest
    before, after = (random.sub("<random>", text) for text in texts)
    if before != after:
        return False
    for each in removed:
        each.uses += 1
    return True


def is_explained(was: Json | None, now: Json | None, behaviours: Sequence[Behaviour], random: re.Pattern[str]) -> bool:
    """Whether the difference is behaviour that was changed on purpose: by its parts, else by a text that shows it."""
    if has_same_rest(was, now, behaviours, random):
        return True
    covering = [each for each in behaviours if each.covers(was, now)]
    for each in covering[:1]:
        each.uses += 1
    return bool(covering)


def read_behaviours(path: Path | None) -> list[Behaviour]:
    """The behaviours of a folder for --allow; none for a single file."""
    if path is None or not (path / FILE).is_file():
        return []
    listed = tomllib.loads((path / FILE).read_text(encoding="utf-8"))["behaviour"]
    return [
        Behaviour(
            each["what"],
            re.compile(each["records"]),
            [re.compile(part) for part in each.get("differs", [])],
            re.compile(each["shows"]) if "shows" in each else None,
            each.get("only_in_one", False),
        )
        for each in listed
    ]
