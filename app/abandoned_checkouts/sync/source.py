"""The interface of sources: the same for Shopify and for Wix."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Protocol

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.store.sync.seen import Seen


class SourceError(Exception):
    """The source refuses, or cannot be reached. The message says why and what to do, in one line."""


class RefusedQueryError(SourceError):
    """The source refuses a query as invalid, for example because a stored cursor is not valid any more."""


class ChangedVersionError(SourceError):
    """The source began to answer with another version of its API, which may have other fields. Open it again."""


@dataclass(slots=True)
class Facts:
    """The facts of the source about the shop. `id` is the domain that webhooks name, or the site id at Wix."""

    id: str
    name: str
    currency: str
    timezone: str
    # How many checkouts it has, if somebody counted them and the source says so.
    checkouts: int | None = None


@dataclass(slots=True)
class Batch:
    """Checkouts of the source, and the state from which the source continues behind them; None at the end.

    `rejected` are the keys of those that cannot be stored, with the reasons. `total` is the number of all, if known.
    """

    checkouts: list[tuple[Seen, Checkout]] = field(default_factory=list)
    rejected: list[tuple[str, str]] = field(default_factory=list)
    state: UntypedJson | None = None
    total: int | None = None


class Source(Protocol):
    """A shop at a platform. `requests` and `cost` count what was sent, and the cost points it used.

    A state of None reads from the beginning; the state of a batch continues behind it, also in another process. All
    methods raise SourceError.
    """

    @property
    def requests(self) -> int: ...

    @property
    def cost(self) -> float: ...

    async def open(self) -> Facts:
        """Find out whether the source can be read. Call it before the other methods."""

    def everything(self, state: UntypedJson | None) -> AsyncIterator[Batch]:
        """All checkouts, for the backfill."""

    def changed_since(self, since: int | None, state: UntypedJson | None) -> AsyncIterator[Batch]:
        """The checkouts whose `updated_at` is `since` or later."""

    def created_between(self, start: int, end: int) -> AsyncIterator[Batch]:
        """The checkouts that were created from `start` to before `end`."""

    def listing(self) -> AsyncIterator[list[Seen]]:
        """Ids and times of all checkouts."""

    def listing_between(self, start: int, end: int) -> AsyncIterator[list[Seen]]:
        """Ids and times of the checkouts that were created from `start` to before `end`."""

    async def count(self) -> int | None:
        """How many checkouts there are, or None if the source does not say."""

    async def subscribe(self, address: str) -> None:
        """Let the source send its webhooks to this address."""

    async def close(self) -> None: ...
