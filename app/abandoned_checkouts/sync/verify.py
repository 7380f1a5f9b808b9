"""The proof: reads ids and times of both sides, and reports for each day what is the same and what is not."""

from dataclasses import asdict, dataclass, field

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.lifecycle import why_gone
from abandoned_checkouts.checkouts.moment import DAY, Clock, format_utc
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.sync.seen import Seen, gone_by_day, seen_between
from abandoned_checkouts.sync.progress import Progress, no_progress
from abandoned_checkouts.sync.reconcile import differing_days, digests_of_both
from abandoned_checkouts.sync.source import Source

# Ids that a report names for each day and reason.
NAMED = 100


@dataclass(slots=True)
class Day:
    """The checkouts that were created on a day (UTC). Keys are Shopify's numbers or Wix's GUIDs.

    `same` are on both sides with the same time. `missing_here` are at the source only, and `changed` have another time
    there. `deleted` and `past_retention` are gone at the source and kept here. `not_marked` are gone at the source, and
    no reconciliation has seen that yet.
    """

    date: str
    same: int = 0
    missing_here: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    not_marked: list[str] = field(default_factory=list)
    deleted: int = 0
    past_retention: int = 0

    @property
    def differs(self) -> bool:
        return bool(self.missing_here or self.changed or self.not_marked)


@dataclass(slots=True)
class Report:
    """The report of a sync. `is_same` is whether no day differs."""

    name: str
    verified_at: str
    days: list[Day] = field(default_factory=list)
    requests: int = 0
    cost: float = 0.0

    @property
    def is_same(self) -> bool:
        return not any(day.differs for day in self.days)

    def json(self) -> UntypedJson:
        """Numbers of each kind, and at most NAMED ids of each kind and day."""
        days = [
            {name: _named(value) for name, value in asdict(day).items() if value or name in ("date", "same")}
            for day in self.days
        ]
        totals = {
            "same": sum(day.same for day in self.days),
            "missingHere": sum(len(day.missing_here) for day in self.days),
            "changed": sum(len(day.changed) for day in self.days),
            "notMarked": sum(len(day.not_marked) for day in self.days),
            "deleted": sum(day.deleted for day in self.days),
            "pastRetention": sum(day.past_retention for day in self.days),
        }
        return {
            "sync": self.name,
            "verifiedAt": self.verified_at,
            "isSame": self.is_same,
            "totals": totals,
            "requests": self.requests,
            "cost": round(self.cost),
            "days": days,
        }


def _named(value: object) -> object:
    return {"count": len(value), "ids": value[:NAMED]} if isinstance(value, list) else value


async def verify(
    database: Database, shop: Shop, name: str, source: Source, clock: Clock, progress: Progress = no_progress
) -> Report:
    """Compare both sides. Days with the same digests are counted; ids of the others are read. Changes nothing.

    Raises SourceError, StoreError.
    """
    report = Report(name, format_utc(clock()))
    await source.open()
    here, there = await digests_of_both(database, shop, source, progress)
    different = set(differing_days(here, there))
    async with database.read() as connection:
        gone = await gone_by_day(connection, shop.id)
    for place, number in enumerate(sorted(here.keys() | there.keys() | gone.keys()), 1):
        day = Day(format_utc(number * DAY)[:10])
        for created_at, gone_at in gone.get(number, ()):
            if why_gone(created_at, gone_at) == "past_retention":
                day.past_retention += 1
            else:
                day.deleted += 1
        if number in different:
            await _compare_day(database, shop, source, number, day)
        elif number in here:
            day.same = here[number].checkouts
        report.days.append(day)
        progress("Days", place, None)
    report.requests, report.cost = source.requests, source.cost
    return report


async def _compare_day(database: Database, shop: Shop, source: Source, number: int, day: Day) -> None:
    start, end = number * DAY, (number + 1) * DAY
    there: dict[str, Seen] = {}
    async for part in source.listing_between(start, end):
        there |= {seen.key: seen for seen in part}
    async with database.read() as connection:
        here = await seen_between(connection, shop.id, start, end)
    for key, seen in there.items():
        known = here.get(key)
        if known is None or known[1] is not None:
            day.missing_here.append(key)
        elif known[0].updated_at != seen.updated_at:
            day.changed.append(key)
        else:
            day.same += 1
    day.not_marked += [key for key, (_, gone_at) in here.items() if gone_at is None and key not in there]
