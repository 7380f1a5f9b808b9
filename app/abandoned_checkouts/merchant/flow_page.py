"""One flow: what it does, its figures, its mails; and what it would have done in the last days."""

from collections import Counter
from dataclasses import dataclass

from starlette.responses import Response

from abandoned_checkouts.automations.explain import numbered_steps, step_text
from abandoned_checkouts.automations.flow import SendEmail
from abandoned_checkouts.automations.flow_text import flow_text_of
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.checkouts.whole_number import whole_number
from abandoned_checkouts.control.endpoint import existing, number_in
from abandoned_checkouts.merchant.flow_fields import explanation
from abandoned_checkouts.merchant.flow_figures import figures_of_flows
from abandoned_checkouts.merchant.flows import PERIODS, period_of
from abandoned_checkouts.merchant.reasons import reason_text
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.recovery.languages import LANGUAGES, language_of
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.flows import find_flow
from abandoned_checkouts.work.dry_run import MOST_DAYS, dry_run
from abandoned_checkouts.work.load_flow import flow_of

# Checkouts that a page tries, the latest ones: each takes about ten milliseconds. The command tries more.
MOST_TRIED = 500
# Checkouts of one step that a page lists; the others are counted.
MOST_LISTED = 200


async def flow_page(visit: Visit) -> Response:
    """`?period=` chooses the days of the figures, `?locale=` the language of the mails."""
    name, period = period_of(visit)
    locale = visit.parameters().get("locale", "")
    async with visit.database.read() as connection:
        row = existing(await find_flow(connection, visit.shop, number_in(visit.request, "flow_id")))
        (figures,) = await figures_of_flows(visit, connection, [row], period)
    flow = figures.flow
    steps = [] if flow is None else list(flow.all_steps())
    labels = {} if flow is None else {step.number: label for label, step in numbered_steps(flow.steps)}
    return visit.page(
        "flow.html",
        flow=figures,
        explanation=[] if flow is None else explanation(visit, flow),
        mails=[labels[step.number] for step in steps if isinstance(step.action, SendEmail)],
        text=flow_text_of(row["definition"]),
        periods=PERIODS,
        period=name,
        locales=locale_names(visit),
        locale=locale if locale in LANGUAGES else "",
    )


def locale_names(visit: Visit) -> list[tuple[str, str]]:
    """The languages of mails, by the names in the reader's language."""
    names = ((name, language_of(name).locale.get_display_name(visit.words.locale) or name) for name in LANGUAGES)
    return sorted(names, key=lambda each: each[1])


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


async def dry_run_page(visit: Visit) -> Response:
    """Shows the steps that the flow would have done in the last `?days=` (30)."""
    days = whole_number(visit.parameters().get("days", "30"))
    days = 30 if days is None or not 1 <= days <= MOST_DAYS else days
    async with visit.database.read() as connection:
        row = existing(await find_flow(connection, visit.shop, number_in(visit.request, "flow_id")))
        tried = None if flow_of(row) is None else await tried_flow(visit, connection, row, days)
    return visit.page("flow_dry_run.html", row=row, tried=tried, days=days, most_days=MOST_DAYS, most=MOST_LISTED)


async def tried_flow(visit: Visit, connection: Connection, row: Row, days: int) -> Tried:
    """The dry run of a flow, which is valid."""
    found = await dry_run(connection, visit.shop, row, days, visit.now, MOST_TRIED)
    flow = existing(flow_of(row))
    numbered = list(numbered_steps(flow.steps))
    steps = []
    for each in found["steps"]:
        label, step = numbered[each["step"] - 1]
        text = step_text(step, visit.shop.currency, visit.shop.timezone, visit.words)
        steps.append(_tried_step(visit, label, text, each["would_run"], each["would_not"]))
    count = found["checkouts"]
    return Tried(days, count, steps, found["not_due"], count == MOST_TRIED)


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
