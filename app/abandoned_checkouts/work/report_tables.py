"""Reports as tables: by day, by product, and by step of a flow. For the command, the control API and files."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Literal, get_args

from abandoned_checkouts.checkouts.json_types import JsonValue, UntypedJson
from abandoned_checkouts.checkouts.moment import SECOND
from abandoned_checkouts.checkouts.money import format_price
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.spreadsheet_cells import guarded
from abandoned_checkouts.reports.bands import bounds_of
from abandoned_checkouts.reports.days import Period, iso
from abandoned_checkouts.reports.figures import HOW, Figures
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.reports.cohort_rows import CohortFigures
from abandoned_checkouts.work.report import (
    ReportQuery,
    Reports,
    lift_rows,
    product_rows,
    skipped_rows,
    slot_rows,
    step_rows,
)

By = Literal["day", "product", "flow"]
BY: tuple[By, ...] = get_args(By)
_MOST_PRODUCTS = 10_000

TableRow = Mapping[str, JsonValue]


def figures_json(figures: Figures) -> UntypedJson:
    """The figures by name, as docs/reports.md defines them. Amounts are texts."""
    recovered, lost = figures.recovered, figures.lost
    return {
        "begun": figures.begun.number,
        "contact_given": figures.contact.number,
        "abandoned": figures.abandoned.number,
        "abandoned_value": format_price(figures.abandoned.total),
        "average_value": None if figures.average is None else format_price(figures.average),
        "reminded": figures.reminded.number,
        "visited": figures.visited.number,
        "recovered": recovered.number,
        "recovered_value": format_price(recovered.total),
        **{f"recovered_by_{how}": _number(figures, how) for how in HOW},
        "recovery_rate": None if figures.rate is None else round(figures.rate, 6),
        "lost": lost.number,
        "lost_value": format_price(lost.total),
        "bought_elsewhere": figures.elsewhere.number,
        "bought": figures.bought.number,
        "bought_value": format_price(figures.bought.total),
        "mails_sent": figures.mails,
        "link_visits": figures.visits,
    }


def _number(figures: Figures, how: str) -> int:
    return figures.recovered_by[how].number if how in figures.recovered_by else 0


def _cohort_json(cohort: CohortFigures) -> UntypedJson:
    return {
        "shoppers": cohort.shoppers,
        "seconds_to_recovery_median": None if cohort.median is None else cohort.median // SECOND,
        "seconds_to_recovery_p90": None if cohort.p90 is None else cohort.p90 // SECOND,
    }


async def overview_json(
    connection: Connection, shop: Shop, reports: Reports, query: ReportQuery, now: int
) -> UntypedJson:
    """All figures of a period, and those of the period before."""
    found = await reports.overview(connection, shop, query, now)
    slots = await slot_rows(connection, shop, query)
    return {
        **_period_json(query.period),
        "timezone": shop.timezone,
        "currency": found.currency,
        "currencies": found.currencies,
        "is_complete": query.period.last <= found.complete_until,
        "is_being_counted": found.is_counting,
        **figures_json(found.now),
        **_cohort_json(found.cohort),
        "before": {
            **_period_json(query.period.before),
            **figures_json(found.before),
            **_cohort_json(found.cohort_before),
        },
        "slots": [
            {
                "hour": row.hour,
                "band": row.band,
                "total_from": format_price(bounds_of(row.band)[0]),
                "abandoned": row.abandoned.number,
                "abandoned_value": format_price(row.abandoned.total),
                "recovered": row.recovered.number,
            }
            for row in slots
        ],
        "skipped": [
            {"reason": reason, "steps": count} for reason, count in await skipped_rows(connection, shop, query.period)
        ],
        "lift": await lift_rows(connection, shop, now),
    }


def _period_json(period: Period) -> UntypedJson:
    return {"from": iso(period.first), "to": iso(period.last)}


async def report_rows(
    connection: Connection, shop: Shop, reports: Reports, query: ReportQuery, by: By, now: int
) -> list[TableRow]:
    """The rows of a report; all have the same columns."""
    if by == "product":
        return [
            {
                "product": row.key,
                "title": row.name.title,
                "abandoned": row.abandoned.number,
                "abandoned_value": format_price(row.abandoned.total),
                "recovered": row.recovered.number,
                "recovered_value": format_price(row.recovered.total),
            }
            for row in await product_rows(connection, shop, query, _MOST_PRODUCTS)
        ]
    if by == "flow":
        return [
            {
                "flow_id": row.flow_id,
                "flow": row.flow,
                "step": row.position,
                "mails_sent": row.sent,
                "link_visits": row.visits,
                "skipped": sum(row.skipped.values()),
                "recovered": row.recovered.number,
                "recovered_value": format_price(row.recovered.total),
            }
            for row in await step_rows(connection, shop, query)
        ]
    found = await reports.overview(connection, shop, query, now)
    return [
        {"day": iso(day), "is_complete": day <= found.complete_until, **figures_json(figures)}
        for day, figures in found.days.items()
    ]


def as_csv(rows: Sequence[TableRow]) -> str:
    """The rows for a spreadsheet, with a header. Cells that look like a formula get an apostrophe."""
    file = io.StringIO()
    if rows:
        writer = csv.writer(file)
        writer.writerow(rows[0])
        writer.writerows([guarded(_text(value)) for value in row.values()] for row in rows)
    return file.getvalue()


def as_table(rows: Sequence[TableRow]) -> str:
    """The rows as columns of text: numbers to the right."""
    if not rows:
        return ""
    cells = [list(rows[0]), *([_text(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    is_text = [isinstance(value, str) and not _is_amount(value) for value in rows[0].values()]
    lines = (
        "  ".join(
            cell.ljust(width) if text else cell.rjust(width)
            for cell, width, text in zip(line, widths, is_text, strict=True)
        ).rstrip()
        for line in cells
    )
    return "".join(f"{line}\n" for line in lines)


def _text(value: JsonValue) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_amount(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()
