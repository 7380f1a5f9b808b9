"""The facts of a checkout that reports count, and the counts that follow from them.

The store keeps the facts of each checkout. When they change, the counts of the old facts are subtracted and those of
the new ones added, so a fact that is reported twice, late or in another order counts once.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from abandoned_checkouts.reports.bands import band_of
from abandoned_checkouts.reports.days import WEEKLY, day_and_hour, week_of

How = Literal["link", "mail", "itself"]


class ProductShare(NamedTuple):
    """A product of a checkout: its key, the units, and the price in the shop's currency."""

    key: str
    quantity: int
    amount: int


class CountKey(NamedTuple):
    """`day` is the date's ordinal (date.toordinal) in the shop's zone; `part` divides the measure, see `add_counts`."""

    measure: str
    day: int
    part: str
    currency: str
    presentment_currency: str


class Amounts(NamedTuple):
    """`number` counts checkouts or actions.

    `total` is in ten-thousandths of `currency`, `presentment_total` in those of `presentment_currency`.
    """

    number: int = 0
    total: int = 0
    presentment_total: int = 0


# The values of a CountKey, and sums by them: lists with the values of Amounts.
Key: TypeAlias = tuple[str, int, str, str, str]
Sums: TypeAlias = dict[Key, list[int]]

# Measures of slots and of products, each by day and by week.
_MEASURES = ((("slot", f"slot{WEEKLY}"), ("product", f"product{WEEKLY}")),)
_RECOVERED_MEASURES = (
    (("slot_recovered", f"slot_recovered{WEEKLY}"), ("product_recovered", f"product_recovered{WEEKLY}")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutFacts:
    """`abandoned_at` is None for a checkout that was never abandoned; `recovered_at` and `how` are set together.

    `flow_step` is flow.position of the last mail before the purchase. `mailed_at` and `visited_at` are the first mail
    and the first visit by the recovery link. `elsewhere_at` is when the buyer bought something else. `shopper`
    identifies the person (see reports/shopper). A moment is in microseconds since 1970.
    """

    begun_at: int
    has_contact: bool
    currency: str
    presentment_currency: str
    total: int
    presentment_total: int
    abandoned_at: int | None = None
    recovered_at: int | None = None
    how: How | None = None
    flow_step: str | None = None
    mailed_at: int | None = None
    visited_at: int | None = None
    elsewhere_at: int | None = None
    shopper: int | None = None
    products: tuple[ProductShare, ...] = ()


class FactDays(NamedTuple):
    """The days of the facts in the shop's zone when they were counted, as ordinals, and the hour of the abandonment."""

    begun: int
    abandoned: int | None
    hour: int | None
    recovered: int | None


def days_of(facts: CheckoutFacts, zone: str) -> FactDays:
    """The days in the zone of that IANA name."""
    begun, _ = day_and_hour(facts.begun_at, zone)
    abandoned, hour = (None, None) if facts.abandoned_at is None else day_and_hour(facts.abandoned_at, zone)
    recovered = None if facts.recovered_at is None else day_and_hour(facts.recovered_at, zone)[0]
    return FactDays(begun, abandoned, hour, recovered)


def add_counts(sums: Sums, facts: CheckoutFacts, days: FactDays, times: int = 1) -> None:
    """Add the counts of the checkout to the sums. `times` is -1 to subtract them.

    | measure                | day            | part           |
    |------------------------|----------------|----------------|
    | begun, contact         | it began       |                |
    | abandoned              | of abandonment |                |
    | slot, slot_recovered   | of abandonment | hour.band      |
    | reminded, visited      | of abandonment |                |
    | recovered              | of abandonment | how            |
    | recovered_step         | of abandonment | flow.position  |
    | elsewhere              | of abandonment |                |
    | product, product_recovered | of abandonment | product    |
    | bought                 | of purchase    | how            |

    Slots and products have totals in the shop's money only, and no presentment currency. They have many parts, so they
    are also summed by week, as slot/week, product/week and so on: a report adds fewer rows.
    """
    currency, presentment_currency = facts.currency, facts.presentment_currency
    total, presentment_total = times * facts.total, times * facts.presentment_total
    # Plain tuples and lists, not CountKey and Amounts: an import counts ten of them for each checkout.
    get = sums.get
    for measure, day, part in _whole_counts(facts, days):
        key = (measure, day, part, currency, presentment_currency)
        so_far = get(key)
        if so_far is None:
            sums[key] = [times, total, presentment_total]
        else:
            so_far[0] += times
            so_far[1] += total
            so_far[2] += presentment_total
    if days.abandoned is None:
        return
    parts = [(f"{days.hour}.{band_of(facts.total)}", total)]
    firsts = (days.abandoned, week_of(days.abandoned))
    products = [(key, times * amount) for key, _, amount in facts.products]
    for slots, measures in _MEASURES if facts.recovered_at is None else (*_MEASURES, *_RECOVERED_MEASURES):
        for names, counted in ((slots, parts), (measures, products)):
            for name, first in zip(names, firsts, strict=True):
                for part, amount in counted:
                    key = (name, first, part, currency, "")
                    so_far = get(key)
                    if so_far is None:
                        sums[key] = [times, amount, 0]
                    else:
                        so_far[0] += times
                        so_far[1] += amount


def _whole_counts(facts: CheckoutFacts, days: FactDays) -> list[tuple[str, int, str]]:
    """Measure, day and part of each count of the whole checkout."""
    begun, day = days.begun, days.abandoned
    counts = [("begun", begun, "")]
    if facts.has_contact:
        counts.append(("contact", begun, ""))
    if day is None:
        return counts
    counts.append(("abandoned", day, ""))
    if facts.mailed_at is not None:
        counts.append(("reminded", day, ""))
    if facts.visited_at is not None:
        counts.append(("visited", day, ""))
    if days.recovered is not None:
        how = facts.how or "itself"
        counts += (("recovered", day, how), ("bought", days.recovered, how))
        if facts.flow_step is not None:
            counts.append(("recovered_step", day, facts.flow_step))
    elif facts.elsewhere_at is not None:
        counts.append(("elsewhere", day, ""))
    return counts
