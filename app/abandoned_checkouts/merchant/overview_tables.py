"""The tables and the chart of the overview: texts and numbers in the language of the visit."""

import json
from collections.abc import Sequence
from datetime import UTC, date
from urllib.parse import urljoin, urlsplit

from markupsafe import Markup

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.merchant import report_links as links
from abandoned_checkouts.merchant.charts import DayChart, Series, bar, interval, line_chart, shade
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.merchant.words import Words, _
from abandoned_checkouts.reports.bands import bounds_of
from abandoned_checkouts.reports.days import Period
from abandoned_checkouts.reports.figures import HOW, Figures, Sum
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.work.report import Overview, ProductRow, SlotRow, StepRow
from abandoned_checkouts.work.send_by_hand import BY_HAND

HOW_NAMES = {"link": _("By the link"), "mail": _("After a mail"), "itself": _("By itself")}
# The groups of people that lift compares: see search field flow_group.
_GROUPS = {
    "mailed": _("%(people)s people mailed, %(bought)s bought"),
    "held_out": _("%(people)s held out, %(bought)s bought"),
}
_BANDS = 8


def date_text(words: Words, day: int, form: str = "medium") -> str:
    return words.day(date.fromordinal(day), UTC, form)


def day_chart(words: Words, found: Overview, period: Period) -> Markup:
    days = list(found.days)
    chart = DayChart(
        words.text(_("Abandoned and recovered checkouts of each day; the table has the numbers.")),
        [words.day_of_year(date.fromordinal(day)) for day in days],
        [
            words.text(
                _("%(day)s: %(abandoned)s abandoned, %(recovered)s recovered"),
                day=date_text(words, day),
                abandoned=words.number(figures.abandoned.number),
                recovered=words.number(figures.recovered.number),
            )
            for day, figures in found.days.items()
        ],
        [
            Series("abandoned", [figures.abandoned.number for figures in found.days.values()]),
            Series("recovered", [figures.recovered.number for figures in found.days.values()]),
        ],
        max(0, found.complete_until - period.first + 1),
    )
    return line_chart(chart)


def day_rows(words: Words, found: Overview) -> list[dict[str, object]]:
    """The latest day first."""
    rows = []
    for day, figures in reversed(found.days.items()):
        one = Period(day, day)
        rows.append(
            {
                "day": date_text(words, day),
                "abandoned": words.number(figures.abandoned.number),
                "abandoned_link": links.list_address(links.abandoned_in(one)),
                "value": words.money(figures.abandoned.total, found.currency),
                "recovered": words.number(figures.recovered.number),
                "recovered_link": links.list_address(links.recovered_in(one)),
                "recovered_value": words.money(figures.recovered.total, found.currency),
                "rate": "–" if figures.rate is None else words.percent(figures.rate),
                "is_complete": day <= found.complete_until,
            }
        )
    return rows


def funnel_rows(words: Words, now: Figures, period: Period) -> list[dict[str, object]]:
    created = links.begun_in(period)
    stages: Sequence[tuple[str, str, Sum, str]] = (
        ("begun", _("Begun"), now.begun, created),
        ("contact_given", _("Contact given"), now.contact, created),
        ("abandoned", _("Abandoned"), now.abandoned, links.abandoned_in(period)),
        ("reminded", _("Reminded"), now.reminded, links.counted_in(period, "mailed")),
        ("visited", _("Link visited"), now.visited, links.counted_in(period, "visited")),
        ("recovered", _("Recovered"), now.recovered, links.recovered_in(period)),
    )
    most = max(stage[2].number for stage in stages)
    return [
        {
            "definition": definition,
            "label": label,
            "number": words.number(counted.number),
            "share": words.percent(counted.number / most) if most else "–",
            "bar": bar(counted.number / most if most else 0, definition),
            "link": links.list_address(query, "begun" if query == created else ""),
        }
        for definition, label, counted, query in stages
    ]


def how_rows(words: Words, found: Overview, period: Period) -> list[dict[str, object]]:
    recovered = found.now.recovered
    by = found.now.recovered_by
    rows = [(HOW_NAMES[how], by.get(how, Sum()), links.counted_in(period, f"by_{how}")) for how in HOW]
    return [
        {
            "label": label,
            "number": words.number(counted.number),
            "value": words.money(counted.total, found.currency),
            "share": words.percent(counted.number / recovered.number) if recovered.number else "–",
            "bar": bar(counted.number / recovered.number if recovered.number else 0, "recovered"),
            "link": links.list_address(query),
        }
        for label, counted, query in rows
    ]


def heat_rows(words: Words, slots: Sequence[SlotRow], period: Period, currency: str) -> list[dict[str, object]]:
    """A row for each band, the highest first. The lowest bands are one row if there are too many."""
    lowest = max((row.band for row in slots), default=0) - _BANDS + 1
    cells: dict[tuple[int, int], Sum] = {}
    for row in slots:
        key = (max(row.band, lowest), row.hour)
        cells[key] = cells.get(key, Sum()) + row.abandoned
    most = max((each.number for each in cells.values()), default=0)
    rows: list[dict[str, object]] = []
    for band in sorted({band for band, _hour in cells}, reverse=True):
        lower, upper = bounds_of(band)
        merged = band == lowest and any(row.band < lowest for row in slots)
        label = (
            words.text(_("below %(amount)s"), amount=words.money(upper or 0, currency))
            if merged or lower == 0
            else words.text(_("from %(amount)s"), amount=words.money(lower, currency))
        )
        numbers = [cells.get((band, hour), Sum()).number for hour in range(24)]
        slot_links = (links.list_address(links.in_slot(period, band, hour, is_lowest=merged)) for hour in range(24))
        rows.append(
            {
                "label": label,
                "cells": [
                    (words.number(number) if number else "", shade(number, most), link)
                    for number, link in zip(numbers, slot_links, strict=True)
                ],
                "total": words.number(sum(numbers)),
                "link": links.list_address(links.in_band(period, band, is_lowest=merged)),
            }
        )
    return rows


def product_row(row: ProductRow, visit: Visit, period: Period) -> dict[str, object]:
    words, currency = visit.words, visit.shop.currency
    image = json.loads(row.name.image) if row.name.image else {}
    address = urljoin(f"{visit.address}/", image.get("url") or "")
    found = links.of_product(period, row.key, row.name.title)
    return {
        "title": row.name.title or row.key,
        "image": address if image.get("url") and urlsplit(address).scheme in ("http", "https") else None,
        "abandoned": words.number(row.abandoned.number),
        "value": words.money(row.abandoned.total, currency),
        "recovered": words.number(row.recovered.number),
        "recovered_link": links.list_address(f"{found} recovery_state:recovered"),
        "rate": words.percent(row.recovered.number / row.abandoned.number) if row.abandoned.number else "–",
        "link": links.list_address(found),
        "value_link": links.list_address(found, "product"),
    }


def step_row(row: StepRow, words: Words, currency: str, period: Period) -> dict[str, object]:
    step = "" if row.flow_id is None or row.position is None else f"{row.flow_id}.{row.position - 1}"
    is_by_hand = row.flow_id == BY_HAND
    name = row.flow or words.text(_("By hand") if is_by_hand else _("Deleted flow"))
    return {
        "flow": words.text(_("Another program")) if row.flow_id is None else name,
        "step": "" if row.position is None or is_by_hand else words.number(row.position),
        "sent": words.number(row.sent),
        "sent_link": links.list_address(links.mailed_by(period, step), "mails"),
        "recovered_link": links.list_address(links.recovered_after(period, step)),
        "recovered": words.number(row.recovered.number),
        "value": words.money(row.recovered.total, currency),
    }


def running_rows(
    flows: Sequence[Row], steps: Sequence[StepRow], words: Words, currency: str, period: Period
) -> list[dict[str, object]]:
    """The flows that are on, and what they did in the period."""
    rows: list[dict[str, object]] = []
    for flow in flows:
        number = int(flow["id"])
        mine = [step for step in steps if step.flow_id == flow["id"]]
        recovered = sum((step.recovered for step in mine), Sum())
        rows.append(
            {
                "name": flow["name"],
                "link": f"/merchant/flows/{number}",
                "sent_link": links.list_address(links.mailed_by(period, f"{number}.*"), "mails"),
                "recovered_link": links.list_address(links.recovered_after(period, f"{number}.*")),
                "sent": words.number(sum(step.sent for step in mine)),
                "recovered": words.number(recovered.number),
                "value": words.money(recovered.total, currency),
            }
        )
    return rows


def lift_row(row: UntypedJson, words: Words) -> UntypedJson:
    """The effect of a flow with a hold-out; without enough people, how many are missing."""
    effect = row["lift"]
    shown: UntypedJson = {"flow": row["flow"], "holdout": row["holdout"], "effect": None, "missing": None, "chart": ""}
    shown["groups"] = [
        (
            words.text(text, people=words.number(row[group]["people"]), bought=words.number(row[group]["bought"])),
            links.list_address(links.of_group(row["flow_id"], group), "people"),
        )
        for group, text in _GROUPS.items()
    ]
    if effect is None:
        missing = row["more_people_needed"]
        shown["missing"] = words.count("%(count)s more person is needed", "%(count)s more people are needed", missing)
        return shown
    shown["effect"] = words.text(
        _("%(value)s percentage points (95%% interval %(low)s to %(high)s)"),
        **{name: f"{100 * effect[name]:+.1f}" for name in ("value", "low", "high")},
    )
    shown["chart"] = interval(effect["low"], effect["value"], effect["high"])
    return shown
