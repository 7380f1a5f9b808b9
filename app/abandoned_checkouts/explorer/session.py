"""The session of the page: the API versions, the demo shops with their tokens, the examples and searchable fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.explorer.examples import Example


@dataclass(frozen=True, slots=True)
class OfferedShop:
    """A shop that the visitor of the page is signed in to, and what the page sends as its access token."""

    domain: str
    name: str
    token: str


@dataclass(frozen=True, slots=True)
class OfferedVersion:
    """An API version, for example `2026-10`, and whether Shopify supports it."""

    handle: str
    supported: bool = True


@dataclass(frozen=True, slots=True)
class Session:
    """The response of /explorer/session.json."""

    versions: Sequence[OfferedVersion]
    default_version: str
    demo_shops: Sequence[OfferedShop]
    # The shop that the visitor is signed in to on the merchant pages, with a key instead of a token.
    signed_in: Sequence[OfferedShop]
    examples: Sequence[Example]
    searched_fields: Sequence[str]

    def as_json(self) -> Json:
        return {
            "versions": [asdict(version) for version in self.versions],
            "defaultVersion": self.default_version,
            "demoShops": [asdict(shop) for shop in self.demo_shops],
            "signedIn": [asdict(shop) for shop in self.signed_in],
            "examples": [example.as_json() for example in self.examples],
            "searchedFields": list(self.searched_fields),
        }
