"""The dry run of a flow: what it would have done in the last days. A worker computes it, this page shows how far it is,
and then the result. The form of a flow tries a few checkouts at once.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass

import orjson
from starlette.responses import Response

from abandoned_checkouts.automations.explain import numbered_steps, step_text
from abandoned_checkouts.automations.flow import Flow
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.checkouts.whole_number import whole_number
from abandoned_checkouts.control.endpoint import existing, number_in
from abandoned_checkouts.merchant.reasons import reason_text
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.flows import find_flow
from abandoned_checkouts.store.tenants.exports import DRY_RUN, add_export, find_export
from abandoned_checkouts.work.dry_run import MOST_CHECKOUTS, MOST_DAYS, dry_run
from abandoned_checkouts.work.export_job import export_file
from abandoned_checkouts.work.load_flow import flow_of

DEFAULT_DAYS = 30
# Checkouts that the form of a flow tries while one waits, the latest ones: each takes about ten milliseconds.
MOST_TRIED = 100
# Checkouts of one step that a page lists; the others are counted.
MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class TriedStep:
    """A step of a dry run. `ran` are checkout, recipient and time; `not_run` also have the reason. `reasons` count the
    latter. `more` is how many are not listed."""

    label: str
    text: str
    ran: list[tuple[int, str, str]]
    not_run: list[tuple[int, str, str, str]]
    ran_count: str
    not_run_count: str
    reasons: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Tried:
    days: int
    checkouts: int
    steps: list[TriedStep]
    not_due: int
    is_limited: bool


async def start_dry_run(visit: Visit) -> Response:
    """Asks for a dry run with the checkouts of the last `days` (30)."""
    days = whole_number(visit.form.text("days", 5) or str(DEFAULT_DAYS))
    days = DEFAULT_DAYS if days is None or not 1 <= days <= MOST_DAYS else days
    async with visit.database.begin() as connection:
        row = existing(await find_flow(connection, visit.shop, number_in(visit.request, "flow_id")))
        query = orjson.dumps({"flow": row["id"], "days": days}).decode()
        number = await add_export(
            connection, visit.shop, query=query, form=DRY_RUN, author=visit.who, address=visit.address, now=visit.now
        )
    visit.site.wake()
    return visit.redirect(f"/merchant/flows/{row['id']}/dry-run?run={number}")


async def dry_run_page(visit: Visit) -> Response:
    """A form to start a dry run; with `?run=`, its progress, and then its result."""
    number = whole_number(visit.parameters().get("run", ""))
    async with visit.database.read() as connection:
        row = existing(await find_flow(connection, visit.shop, number_in(visit.request, "flow_id")))
        run = None if number is None else existing(await find_export(connection, visit.shop, number))
    flow, found, days = flow_of(row), None, DEFAULT_DAYS
    if run is not None:
        existing(run if run["format"] == DRY_RUN else None)
        # A deleted run has no query any more.
        asked = orjson.loads(run["query"] or "{}")
        days = asked.get("days", DEFAULT_DAYS)
        existing(run if asked.get("flow", row["id"]) == row["id"] else None)
        file = None if visit.site.results is None else await export_file(visit.site.results, run)
        found = None if file is None else orjson.loads(await asyncio.to_thread(file.read_all))
    return visit.page(
        "flow_dry_run.html",
        row=row,
        run=run,
        is_running=run is not None and run["state"] in ("waiting", "running"),
        problem="" if run is None else reason_text(visit.words, run["problem"] or ""),
        is_valid=flow is not None,
        tried=None if found is None or flow is None else _tried(visit, flow, found, MOST_CHECKOUTS),
        days=days,
        most_days=MOST_DAYS,
        most=MOST_LISTED,
    )


async def tried_flow(visit: Visit, connection: Connection, row: Row, days: int) -> Tried:
    """The dry run of a flow, which is valid, with a few checkouts."""
    found = await dry_run(connection, visit.shop, row, days, visit.now, MOST_TRIED)
    return _tried(visit, existing(flow_of(row)), found, MOST_TRIED)


def _tried(visit: Visit, flow: Flow, found: UntypedJson, most: int) -> Tried:
    """The result of a dry run as a page shows it. If the flow was edited meanwhile, steps that it does not have any
    more are left out."""
    numbered = list(numbered_steps(flow.steps))
    steps = []
    for each in found["steps"]:
        if each["step"] > len(numbered):
            continue
        label, step = numbered[each["step"] - 1]
        text = step_text(step, visit.shop.currency, visit.shop.timezone, visit.words)
        steps.append(_tried_step(visit, label, text, each["would_run"], each["would_not"]))
    count = found["checkouts"]
    return Tried(found["days"], count, steps, found["not_due"], count == most)


def _tried_step(visit: Visit, label: str, text: str, ran: list[UntypedJson], not_run: list[UntypedJson]) -> TriedStep:
    words, zone = visit.words, visit.zone

    def row(each: UntypedJson) -> tuple[int, str, str]:
        return each["checkout"], each["recipient"] or "–", words.moment(parse_moment(each["at"]), zone, "short")

    counted = Counter(reason_text(words, each["reason"]) for each in not_run)
    return TriedStep(
        label,
        text,
        [row(each) for each in ran[:MOST_LISTED]],
        [(*row(each), reason_text(words, each["reason"])) for each in not_run[:MOST_LISTED]],
        words.number(len(ran)),
        words.number(len(not_run)),
        [(reason, words.number(number)) for reason, number in counted.most_common()],
    )
