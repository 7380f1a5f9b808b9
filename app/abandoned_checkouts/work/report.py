"""Reads the figures of a shop for a report. Medians and shoppers are cached while the sums stay the same."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from abandoned_checkouts.automations.flow_errors import FlowError
from abandoned_checkouts.automations.parse_flows import parse_flow
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.lifecycle import rules_of
from abandoned_checkouts.checkouts.moment import MINUTE
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.reports.days import Period, complete_until
from abandoned_checkouts.reports.figures import (
    DIVIDED,
    MEASURES,
    DaySum,
    Figures,
    Money,
    Sum,
    currencies_of,
    figures_of,
)
from abandoned_checkouts.reports.step_parts import skipped_in
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.flows.flows import list_flows
from abandoned_checkouts.store.reports.cohort_rows import CohortFigures, cohort_figures
from abandoned_checkouts.store.reports.read_sums import (
    ProductName,
    is_counting,
    product_names,
    read_part_sums,
    read_sums,
)
from abandoned_checkouts.work.flow_report import flow_report

_ALL = (*MEASURES, *DIVIDED)
_KEPT = 5 * MINUTE
_MOST_CACHED = 200


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """`currency` is that of the totals; empty means the shop's. `money` is whose money the totals are in; products,
    slots and steps are always in the shop's."""

    period: Period
    currency: str = ""
    money: Money = "shop"


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures of a period and of the one before; `days` are by ordinal. `complete_until` is the last day whose
    checkouts cannot be recovered without the link any more. `is_counting` is whether a rebuild is due or running."""

    now: Figures
    before: Figures
    days: dict[int, Figures]
    cohort: CohortFigures
    cohort_before: CohortFigures
    currency: str
    currencies: list[str]
    buyer_currencies: list[str]
    complete_until: int
    is_counting: bool


@dataclass(frozen=True, slots=True)
class ProductRow:
    key: str
    name: ProductName
    abandoned: Sum
    recovered: Sum


@dataclass(frozen=True, slots=True)
class SlotRow:
    """Checkouts that were abandoned in an hour of the day, in a value band (see reports/bands)."""

    hour: int
    band: int
    abandoned: Sum
    recovered: Sum


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step of a flow: mails sent in the period, visits by the link after its mail as the last one, and checkouts of
    the period recovered after it; and why it was skipped how often.

    `position` counts from 1; `flow` is None if the flow was deleted or another program sent the mail.
    """

    flow_id: int | None
    flow: str | None
    position: int | None
    sent: int
    recovered: Sum
    visits: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)


class Reports:
    """Reads reports. One object for a process, because it has the cache."""

    def __init__(self) -> None:
        self._cohorts: dict[tuple[object, ...], CohortFigures] = {}

    async def overview(self, connection: Connection, shop: Shop, query: ReportQuery, now: int) -> Overview:
        period, currency = query.period, query.currency or shop.currency
        sums = await read_sums(connection, shop, _ALL, period, money=query.money, by_day=True, by_part=True)
        before = await read_sums(connection, shop, _ALL, period.before, money=query.money, by_part=True)
        by_day: dict[int, list[DaySum]] = {}
        for each in sums:
            by_day.setdefault(each.day or 0, []).append(each)
        days = range(period.first, period.last + 1)
        return Overview(
            figures_of(sums, currency),
            figures_of(before, currency),
            {day: figures_of(by_day.get(day, ()), currency) for day in days},
            await self._cohort(connection, shop, period, sums, now),
            await self._cohort(connection, shop, period.before, before, now),
            currency,
            currencies_of(sums, currency),
            currencies_of(await read_sums(connection, shop, ("abandoned",), period, money="buyer")),
            complete_until(now, rules_of(shop).attribution, shop.timezone),
            await is_counting(connection, shop),
        )

    async def _cohort(
        self, connection: Connection, shop: Shop, period: Period, sums: list[DaySum], now: int
    ) -> CohortFigures:
        """From the cache if the sums are the same and it was read within the last minutes."""
        counted = [sum(each.sum.number for each in sums if each.measure == name) for name in ("abandoned", "recovered")]
        key = (shop.id, period, *counted, now // _KEPT)
        if key not in self._cohorts:
            if len(self._cohorts) >= _MOST_CACHED:
                self._cohorts.clear()
            self._cohorts[key] = await cohort_figures(connection, shop, period, counted[0])
        return self._cohorts[key]


async def product_rows(connection: Connection, shop: Shop, query: ReportQuery, limit: int) -> list[ProductRow]:
    """The products with the highest abandoned value, highest first."""
    best = await read_part_sums(connection, shop, "product", query.period, most=limit)
    recovered = await read_part_sums(connection, shop, "product_recovered", query.period, parts=best)
    names = await product_names(connection, shop, best)
    return [
        ProductRow(key, names.get(key, ProductName("", None)), abandoned, recovered.get(key, Sum()))
        for key, abandoned in best.items()
    ]


async def slot_rows(connection: Connection, shop: Shop, query: ReportQuery) -> list[SlotRow]:
    """By hour and value band; both in the shop's time zone and money."""
    found = await read_part_sums(connection, shop, "slot", query.period)
    recovered = await read_part_sums(connection, shop, "slot_recovered", query.period)
    rows = []
    for part, abandoned in found.items():
        hour, _, band = part.partition(".")
        rows.append(SlotRow(int(hour), int(band), abandoned, recovered.get(part, Sum())))
    return sorted(rows, key=lambda row: (row.hour, row.band))


async def step_rows(connection: Connection, shop: Shop, query: ReportQuery) -> list[StepRow]:
    """In the order of flows and steps; the mails of other programs last."""
    sums = await read_sums(connection, shop, ("sent", "visit", "recovered_step"), query.period, by_part=True)
    names = {row["id"]: row["name"] for row in await list_flows(connection, shop)}
    counts: dict[str, Counter[str]] = {"sent": Counter(), "visit": Counter()}
    for each in sums:
        if each.measure in counts:
            counts[each.measure][each.part or ""] += each.sum.number
    sent, visits = counts["sent"], counts["visit"]
    skipped: dict[str, Counter[str]] = {}
    for step, reason, number in await _skipped(connection, shop, query.period):
        skipped.setdefault(step, Counter())[reason] += number
    # Skipped steps that were counted without their step, and visits without a mail, are nobody's.
    skipped.pop("", None)
    recovered = {
        each.part or "": each.sum
        for each in sums
        if each.measure == "recovered_step" and each.currency == shop.currency
    }
    rows = []
    for part in sorted({*sent, *recovered, *skipped, *visits} - ({""} if "" not in sent else set()), key=_step_order):
        flow_id, position = _step_order(part)
        known = part != ""
        rows.append(
            StepRow(
                flow_id if known else None,
                names.get(flow_id),
                position + 1 if known else None,
                sent[part],
                recovered.get(part, Sum()),
                visits[part],
                skipped.get(part, {}),
            )
        )
    return rows


def _step_order(part: str) -> tuple[int, int]:
    flow_id, _, position = part.partition(".")
    return (int(flow_id), int(position)) if part else (1 << 62, 0)


async def skipped_rows(connection: Connection, shop: Shop, period: Period) -> list[tuple[str, int]]:
    """Reason and number of skipped steps, most frequent first."""
    found: Counter[str] = Counter()
    for _step, reason, number in await _skipped(connection, shop, period):
        found[reason] += number
    return sorted(found.items(), key=lambda row: (-row[1], row[0]))


async def _skipped(connection: Connection, shop: Shop, period: Period) -> list[tuple[str, str, int]]:
    """Step, reason and number."""
    sums = await read_sums(connection, shop, ("skipped",), period, by_part=True)
    return [(*skipped_in(each.part or ""), each.sum.number) for each in sums]


async def lift_rows(connection: Connection, shop: Shop, now: int) -> list[UntypedJson]:
    """The report of each flow that holds people out: see docs/automations.md. Over all time."""
    found = []
    for row in await list_flows(connection, shop):
        try:
            flow = parse_flow(row["definition"])
        except FlowError:
            continue
        if flow.holdout:
            found.append({**await flow_report(connection, shop, row, now), "flow_id": row["id"]})
    return found
