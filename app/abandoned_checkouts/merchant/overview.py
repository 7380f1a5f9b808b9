"""The first page: what was abandoned, what was recovered, and how."""

from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from starlette.responses import Response

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import to_datetime
from abandoned_checkouts.checkouts.retention_policy import policy_of, start_of_day
from abandoned_checkouts.control.report_endpoints import report_query
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.merchant import overview_tables as tables
from abandoned_checkouts.merchant import report_links as links
from abandoned_checkouts.merchant.known_errors import error_text
from abandoned_checkouts.merchant.reasons import reason_text
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.merchant.words import Words, _
from abandoned_checkouts.reports.days import PERIODS, Period, iso, period_named
from abandoned_checkouts.reports.figures import Sum, change
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.flows import list_flows
from abandoned_checkouts.store.privacy.retention_marks import announced_checkouts
from abandoned_checkouts.work.report import (
    Overview,
    ProductRow,
    ReportQuery,
    SlotRow,
    StepRow,
    lift_rows,
    product_rows,
    skipped_rows,
    slot_rows,
    step_rows,
)

_PERIOD_NAMES = {"today": _("Today"), "7": _("7 days"), "30": _("30 days"), "90": _("90 days")}
_PRODUCTS, _REASONS = 10, 10


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure: `definition` is its name in reports/definitions. `details` are further lines, `is_good` whether more is
    better, if it is either."""

    definition: str
    label: str
    number: str
    link: str
    change: float | None = None
    is_good: bool | None = None
    details: tuple[tuple[str, str], ...] = ()


async def overview_page(visit: Visit) -> Response:
    """The overview; `?period=` or `?from=` and `&to=` choose the days, `&currency=` and `&money=` the totals."""
    shop, problem = visit.shop, ""
    try:
        query = report_query(visit.request, visit.site.control, shop)
    except RefusedError as refused:
        query = ReportQuery(period_named("30", visit.now, shop.timezone))
        problem = error_text(visit.words, str(refused.refusal.message))
    read = await visit.database.read_report(partial(_read, visit=visit, query=query))
    found, steps = read.found, read.steps
    words, period = visit.words, query.period
    return visit.page(
        "overview.html",
        422 if problem else 200,
        problem=problem,
        period=period,
        first=iso(period.first),
        last=iso(period.last),
        days=_span(words, period),
        before_days=_span(words, period.before),
        periods=_periods(visit, query),
        money_links=_money_links(query, found, shop.currency),
        found=found,
        tiles=_tiles(words, found, period),
        chart=tables.day_chart(words, found, period),
        rows=tables.day_rows(words, found),
        funnel=tables.funnel_rows(words, found.now, period),
        how=tables.how_rows(words, found, period),
        heat=tables.heat_rows(words, read.slots, period, shop.currency),
        products=[tables.product_row(row, visit, period) for row in read.products],
        steps=[tables.step_row(row, words, shop.currency, period) for row in steps],
        skipped=[
            (
                reason_text(words, reason),
                words.number(number),
                links.list_address(links.skipped_for(period, reason), "steps"),
            )
            for reason, number in read.skipped[:_REASONS]
        ],
        running=tables.running_rows(read.running, steps, words, shop.currency, period),
        lifts=read.lifts,
        retention=read.retention,
        complete_until=tables.date_text(words, found.complete_until) if found.complete_until < period.last else "",
        links=links,
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    """What the page reads from the store."""

    found: Overview
    products: list[ProductRow]
    slots: list[SlotRow]
    steps: list[StepRow]
    skipped: list[tuple[str, int]]
    lifts: list[UntypedJson]
    retention: str
    running: list[Row]


async def _read(connection: Connection, visit: Visit, query: ReportQuery) -> _Rows:
    shop = visit.shop
    return _Rows(
        found=await visit.site.control.reports.overview(connection, shop, query, visit.now),
        products=await product_rows(connection, shop, query, _PRODUCTS),
        slots=await slot_rows(connection, shop, query),
        steps=await step_rows(connection, shop, query),
        skipped=await skipped_rows(connection, shop, query.period),
        lifts=await _lifts(connection, visit),
        retention=await _retention_notice(connection, visit),
        running=await list_flows(connection, shop, active=True),
    )


async def _lifts(connection: Connection, visit: Visit) -> list[UntypedJson]:
    return [tables.lift_row(row, visit.words) for row in await lift_rows(connection, visit.shop, visit.now)]


async def _retention_notice(connection: Connection, visit: Visit) -> str:
    """A sentence about the next action of retention on announced checkouts; empty if there is none."""
    policy, words = policy_of(visit.shop), visit.words
    if policy is None:
        return ""
    count, announced_at = await announced_checkouts(connection, visit.shop)
    if count == 0:
        return ""
    day = tables.date_text(words, to_datetime(max(announced_at + policy.grace, start_of_day(visit.now))).toordinal())
    checkouts = words.count("%(count)s checkout", "%(count)s checkouts", count)
    if policy.action == "delete":
        return words.text(_("%(checkouts)s will be deleted from %(day)s on."), checkouts=checkouts, day=day)
    return words.text(_("%(checkouts)s will be anonymised from %(day)s on."), checkouts=checkouts, day=day)


def _span(words: Words, period: Period) -> str:
    first, last = tables.date_text(words, period.first), tables.date_text(words, period.last)
    return first if first == last else f"{first} – {last}"


def _periods(visit: Visit, query: ReportQuery) -> list[tuple[str, str, bool]]:
    """Address, text, and whether it is the chosen one."""
    money = {
        name: value
        for name, value in (("currency", query.currency), ("money", query.money))
        if value != "shop" and value
    }
    found = []
    for name in PERIODS:
        address = f"/?{urlencode({'period': name, **money})}"
        is_chosen = period_named(name, visit.now, visit.shop.timezone) == query.period
        found.append((address, visit.words.text(_PERIOD_NAMES[name]), is_chosen))
    return found


def _money_links(query: ReportQuery, found: Overview, currency: str) -> list[tuple[str, str, bool]]:
    """The shop's currency, and each currency of the buyers, if there is more than one."""
    days = {"from": iso(query.period.first), "to": iso(query.period.last)}
    shown = [(f"/?{urlencode(days)}", currency, query.money == "shop")]
    for name in found.buyer_currencies:
        address = f"/?{urlencode({**days, 'money': 'buyer', 'currency': name})}"
        shown.append((address, name, query.money == "buyer" and found.currency == name))
    return shown if len(found.buyer_currencies) > 1 or found.buyer_currencies not in ([], [currency]) else []


def _tiles(words: Words, found: Overview, period: Period) -> list[Tile]:
    now, before, currency = found.now, found.before, found.currency
    cohort, cohort_before = found.cohort, found.cohort_before

    def money(amount: int) -> str:
        return words.money(amount, currency)

    all_of, lost = links.list_address(links.abandoned_in(period)), links.list_address(links.lost_in(period))
    recovered = links.list_address(links.recovered_in(period))
    rate = "–" if now.rate is None else words.percent(now.rate)
    average = "–" if now.average is None else money(now.average)

    def counted(
        definition: str, label: str, both: tuple[Sum, Sum], link: str, is_good: bool | None, *details: tuple[str, str]
    ) -> Tile:
        """The number of a figure, and its change since the period before."""
        figure, earlier = both
        shown = words.number(figure.number)
        return Tile(definition, label, shown, link, change(figure.number, earlier.number), is_good, details)

    def valued(
        definition: str, label: str, both: tuple[Sum, Sum], link: str, is_good: bool | None, *details: tuple[str, str]
    ) -> Tile:
        """The amount of a figure, and its change since the period before."""
        figure, earlier = both
        return Tile(definition, label, money(figure.total), link, change(figure.total, earlier.total), is_good, details)

    return [
        counted(
            "abandoned",
            _("Abandoned"),
            (now.abandoned, before.abandoned),
            all_of,
            False,
            ("shoppers", words.count("%(count)s shopper", "%(count)s shoppers", cohort.shoppers)),
        ),
        valued(
            "abandoned_value",
            _("Abandoned value"),
            (now.abandoned, before.abandoned),
            all_of,
            False,
            ("average_value", words.text(_("%(amount)s on average"), amount=average)),
        ),
        counted(
            "recovered",
            _("Recovered"),
            (now.recovered, before.recovered),
            recovered,
            True,
            ("recovery_rate", words.text(_("%(share)s of the abandoned"), share=rate)),
        ),
        valued("recovered_value", _("Recovered value"), (now.recovered, before.recovered), recovered, True),
        valued(
            "lost_value",
            _("Lost value"),
            (now.lost, before.lost),
            lost,
            False,
            ("lost", words.count("%(count)s checkout", "%(count)s checkouts", now.lost.number)),
        ),
        Tile(
            "seconds_to_recovery",
            _("Time to recovery"),
            "–" if cohort.median is None else words.duration(cohort.median),
            recovered,
            change(cohort.median, cohort_before.median),
            False,
            ()
            if cohort.p90 is None
            else (("seconds_to_recovery", words.text(_("90%% within %(time)s"), time=words.duration(cohort.p90))),),
        ),
        Tile(
            "mails_sent",
            _("Mails sent"),
            words.number(now.mails),
            links.list_address(links.acted_in(period, "mailed_at"), "mails"),
            change(now.mails, before.mails),
            None,
            (("link_visits", words.count("%(count)s link visit", "%(count)s link visits", now.visits)),),
        ),
        counted(
            "bought_elsewhere",
            _("Bought elsewhere"),
            (now.elsewhere, before.elsewhere),
            links.list_address(links.counted_in(period, "elsewhere")),
            None,
        ),
    ]
