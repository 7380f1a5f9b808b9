"""What the page needs to start: where it is, which versions there are, the examples, a demo shop's token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.explorer.examples import Example


@dataclass(frozen=True, slots=True)
class DemoShop:
    """A shop that anybody at this page may enter: only ever one that `demo` filled with made-up people."""

    domain: str
    name: str
    token: str


@dataclass(frozen=True, slots=True)
class OfferedVersion:
    """An API version as the page offers it: `2026-10`, and whether clients should still choose it."""

    handle: str
    supported: bool = True


@dataclass(frozen=True, slots=True)
class Session:
    """Answered at /explorer/session.json."""

    versions: Sequence[OfferedVersion]
    default_version: str
    demo_shops: Sequence[DemoShop]
    examples: Sequence[Example]
    searched_fields: Sequence[str]

    def as_json(self) -> Json:
        return {
            "versions": [asdict(version) for version in self.versions],
            "defaultVersion": self.default_version,
            "demoShops": [asdict(shop) for shop in self.demo_shops],
            "examples": [example.as_json() for example in self.examples],
            "searchedFields": list(self.searched_fields),
        }
