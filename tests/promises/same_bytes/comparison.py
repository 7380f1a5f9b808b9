"""Comparing two recordings, except for intended changes of texts."""

import difflib
import html
import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, zip_longest
from pathlib import Path

from tests.promises.same_bytes.behaviour import is_explained, read_behaviours, without_parts
from tests.promises.same_bytes.records import Json

LEAST_RECORDS, SHOWN = 500, 40
RANDOM = re.compile(r"<random (\d+)>")
# The host of requests for pages and the control API, which refuse other hosts.
FRAME = re.compile("[│╭╮╰╯─]+")
LOCAL = re.compile(r"https://[^/]+(?=/(?:control|merchant|explorer)\b)")


@dataclass
class Change:
    """An intended change of a text. It is also applied to the escaped text in JSON and HTML."""

    was: str
    becomes: str
    uses: int = 0

    @cached_property
    def forms(self) -> list[tuple[str, str]]:
        """The old and the new text, as they are and escaped."""
        ways: tuple[Callable[[str], str], ...] = (as_is, as_json, html.escape, as_jinja)
        return [*dict.fromkeys((way(self.was), way(self.becomes)) for way in ways)]

    def apply(self, text: str) -> str:
        for was, becomes in self.forms:
            if was in text:
                self.uses += text.count(was)
                text = text.replace(was, becomes)
        return text


def as_is(text: str) -> str:
    return text


def as_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def as_jinja(text: str) -> str:
    return html.escape(text, quote=False).replace('"', "&#34;").replace("'", "&#39;")


def read_changes(path: Path | None) -> list[Change]:
    """The intended changes of texts in a TOML file, or in all TOML files of a folder."""
    if path is None:
        return []
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    tables = [tomllib.loads(file.read_text("utf-8")) for file in files]
    return [Change(each["was"], each["becomes"]) for table in tables for each in table.get("change", [])]


def unframed(record: Json) -> Json:
    """A record of a command's help without its frames and line breaks, which depend on the length of each text."""
    if not record["name"].startswith("command") or "╭" not in record["body"]:
        return record
    return {**record, "body": " ".join(FRAME.sub(" ", record["body"]).split())}


def with_changes(record: Json, changes: list[Change]) -> Json:
    """An old record with the intended changes applied, also to its content-length."""
    body, headers = record["body"], record["headers"]
    for change in changes:
        body = change.apply(body)
        headers = [[name, change.apply(value)] for name, value in headers]
    if len(body.encode("utf-8", "surrogatepass")) != len(record["body"].encode("utf-8", "surrogatepass")):
        headers = [[name, "*" if name.lower() == "content-length" else value] for name, value in headers]
    return {**record, "body": body, "headers": headers}


class Numbers:
    """Maps the numbers of random values in the first recording to those in the second."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def translated(self, old: str, new: str) -> bool:
        """Whether the texts are equal except for the numbers of random values, and each number of one always
        corresponds to the same number of the other."""
        if RANDOM.sub("<random>", old) != RANDOM.sub("<random>", new):
            return False
        pairs = zip(RANDOM.findall(old), RANDOM.findall(new), strict=True)
        return all(self.known.setdefault(first, second) == second for first, second in pairs)


def is_same(old: Json, new: Json, numbers: Numbers) -> bool:
    free = [name for name, value in old["headers"] if value == "*"]
    headers = [[name, "*" if name in free else value] for name, value in new["headers"]]
    return old["status"] == new["status"] and numbers.translated(
        json.dumps([old["headers"], old["body"]]), json.dumps([headers, new["body"]])
    )


def request_of(record: Json) -> str:
    """The key by which records of two recordings are matched."""
    return f"{record['name']}|{LOCAL.sub('', RANDOM.sub('<random>', record['request']))}"


def aligned(old: list[Json], new: list[Json]) -> list[tuple[Json | None, Json | None]]:
    """The records of the same requests side by side; None where one recording has none."""
    matcher = difflib.SequenceMatcher(None, [*map(request_of, old)], [*map(request_of, new)], autojunk=False)
    found: list[tuple[Json | None, Json | None]] = []
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind == "equal":
            found += zip(old[start:end], new[other_start:other_end], strict=True)
        else:
            found += [(each, None) for each in old[start:end]] + [(None, each) for each in new[other_start:other_end]]
    return found


def rematched(
    pairs: list[tuple[Json | None, Json | None]], rest_of: Callable[[Json], str]
) -> Iterator[tuple[Json | None, Json | None]]:
    """The pairs, but webhooks that follow each other are paired by their content: they can arrive in any order."""
    for is_webhook, group in groupby(pairs, lambda pair: (pair[0] or pair[1] or {})["name"].startswith("webhook")):
        if not is_webhook:
            yield from group
            continue
        members = list(group)
        new = [now for _, now in members if now is not None]
        rests, unmatched = [rest_of(now) for now in new], list[Json]()
        for was in (was for was, _ in members if was is not None):
            rest = rest_of(was)
            if rest in rests:
                place = rests.index(rest)
                del rests[place]
                yield was, new.pop(place)
            else:
                unmatched.append(was)
        yield from zip_longest(unmatched, new)


def compare(before: Path, after: Path, allowed: Path | None) -> int:
    old, new = (json.loads(path.read_text(encoding="utf-8")) for path in (before, after))
    changes = read_changes(allowed)
    numbers = Numbers()
    behaviours = read_behaviours(allowed)
    pairs = rematched(
        [
            (with_changes(unframed(was), changes) if was else was, unframed(now) if now else now)
            for was, now in aligned(old, new)
        ],
        lambda record: RANDOM.sub("<random>", request_of(record) + without_parts(record, behaviours)),
    )
    changed = [(was, now) for was, now in pairs if was is None or now is None or not is_same(was, now, numbers)]
    different = [pair for pair in changed if not is_explained(*pair, behaviours, RANDOM)]
    for was, now in different[:SHOWN]:
        print(shown(was, now))
    unused = [change.was for change in changes if not change.uses]
    for text in unused:
        print(f"--allow: nothing holds {text!r}")
    for each in behaviours:
        print(f"{each.uses:6} {each.what}")
    print(f"{len(old)} records before, {len(new)} after, {len(different)} different")
    for kind, count in Counter(str((was or now or {}).get("name")) for was, now in different).most_common():
        print(f"  {count} {kind}")
    few = min(len(old), len(new)) < LEAST_RECORDS
    if few:
        print(f"a recording has fewer than {LEAST_RECORDS} records")
    return 1 if different or few else 0


def shown(was: Json | None, now: Json | None) -> str:
    known = was or now or {}
    lines = [f"=== {known['name']}", known["request"][:1500]]
    if was and now and was["request"] != now["request"]:
        lines += ["--- the request is another now:", now["request"][:1500]]
    place = next((at for at, pair in enumerate(zip(_whole(was), _whole(now), strict=False)) if pair[0] != pair[1]), 0)
    for label, record in (("before", was), ("after", now)):
        lines.append(f"--- {label}, from character {max(0, place - 200)}")
        lines.append(_whole(record)[max(0, place - 200) : place + 600] or "[no such record]")
    return "\n".join([*lines, ""])


def _whole(record: Json | None) -> str:
    if record is None:
        return ""
    return "\n".join(
        [str(record["status"]), *(f"{name}: {value}" for name, value in record["headers"]), record["body"]]
    )
