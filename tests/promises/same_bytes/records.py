"""A record of one response, with names instead of random values, ports and keys, so that it is the same in every
run."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

Json = dict[str, Any]
# Random values are recognized by their marks: a number of five random bytes starts with 250 and has 13 digits; a GUID
# of random bytes starts with fa.
RANDOM = re.compile(
    r"5a3eb17e-0000-4000-8000-\d{12}|5a3eb17e000040008000\d{12}|fa000000-0000-4000-8000-[0-9a-f]{12}"
    r"|5eedfeed[0-9a-f]{4,56}|(?<!\d)107374[1-9]\d{6}(?!\d)"
)
PEM = re.compile(r"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", re.DOTALL)
TOKEN = re.compile(r"(eyJ[\w-]+)\.(eyJ[\w-]+)\.[\w-]+")
# It covers signatures by keys that are generated.
BODY_HASH = re.compile(r'("body_hash": ?")[0-9a-f]{64}')


@dataclass
class Record:
    name: str
    request: str
    status: int
    headers: list[list[str]]
    body: str


def order_of(record: Record) -> str:
    """The sort key for records whose order differs between runs: their text without random values."""
    text = TOKEN.sub(lambda found: _decoded(found[1]) + _decoded(found[2]), json.dumps(asdict(record)))
    return RANDOM.sub("<random>", text)


def normal(records: list[Record], names: Mapping[str, str]) -> list[Record]:
    """The records with random values, ports, folders and public keys by name."""
    seen: dict[str, str] = {}

    def numbered(found: re.Match[str]) -> str:
        return seen.setdefault(found[0], f"<random {len(seen) + 1}>")

    def opened(found: re.Match[str]) -> str:
        return f"<token {_decoded(found[1])} {_decoded(found[2])}>"

    def replaced(text: str) -> str:
        text = TOKEN.sub(opened, text)
        for old, new in names.items():
            text = re.sub(rf"(?<!\d){re.escape(old)}(?!\d)", new, text)
        return RANDOM.sub(numbered, BODY_HASH.sub(r"\1<hash>", PEM.sub("<public key>", text)))

    return [
        Record(
            each.name,
            replaced(each.request),
            each.status,
            [[name, replaced(value)] for name, value in each.headers],
            replaced(each.body),
        )
        for each in records
    ]


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(part: str) -> str:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()


def text_of(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return "base64: " + base64.b64encode(data).decode()
