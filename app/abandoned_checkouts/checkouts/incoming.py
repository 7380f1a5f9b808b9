"""Everything that can change a checkout: a report of its platform, an order, a deletion, or a time limit."""

from dataclasses import dataclass
from typing import TypeAlias

from abandoned_checkouts.checkouts.checkout import Checkout

TIMES = frozenset(("created_at", "updated_at"))


@dataclass(frozen=True, slots=True)
class CheckoutReported:
    """A platform or storefront sent the complete checkout. Reports can arrive in any order and more than once.

    `sent_times` names the times that the source sent. If `created_at` is missing, the known time stays. If `updated_at`
    is missing, the present time is used.
    """

    checkout: Checkout
    sent_times: frozenset[str] = TIMES


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """An order that names the checkout: the buyer bought at `placed_at`."""

    placed_at: int


@dataclass(frozen=True, slots=True)
class DeclaredAbandoned:
    """A platform reports a checkout that it has already declared abandoned: an event of Wix, or a list of either."""

    checkout: Checkout


@dataclass(frozen=True, slots=True)
class CheckoutDeleted:
    """The platform, the merchant or retention deletes the checkout.

    `names` has the ids of a checkout that is not known yet, so that a later report of it is ignored.
    """

    names: Checkout | None = None


@dataclass(frozen=True, slots=True)
class ThresholdPassed:
    """The scheduler found an open checkout that is due to be abandoned."""


@dataclass(frozen=True, slots=True)
class AttributionPassed:
    """The scheduler found an abandoned checkout whose attribution period has ended."""


Incoming: TypeAlias = (
    CheckoutReported | OrderPlaced | DeclaredAbandoned | CheckoutDeleted | ThresholdPassed | AttributionPassed
)


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts from other tables: when an order for this checkout was placed, and when the buyer first followed its
    recovery link."""

    ordered_at: int | None = None
    link_visited_at: int | None = None


NO_FACTS = Facts()
