"""The flows of a shop for its pages: what each step did in a period, the lift, and what keeps a flow from working."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from abandoned_checkouts.automations.explain import numbered_steps, step_text
from abandoned_checkouts.automations.flow import Branch, Flow, OnlyWait, SendEmail
from abandoned_checkouts.automations.flow_errors import FlowError
from abandoned_checkouts.automations.parse_flows import parse_flow
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.merchant import report_links as links
from abandoned_checkouts.merchant.known_errors import flow_error_text
from abandoned_checkouts.merchant.overview_tables import lift_row
from abandoned_checkouts.merchant.reasons import reason_text
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.merchant.words import Words, _
from abandoned_checkouts.reports.days import Period
from abandoned_checkouts.reports.figures import Sum
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.work.load_flow import codes_left, flow_of
from abandoned_checkouts.work.report import ReportQuery, StepRow, lift_rows, step_rows


@dataclass(frozen=True, slots=True)
class StepFigures:
    """`label` is the number of the step, as in the explanation; empty for steps that were removed. Numbers are texts;
    those of mails are empty for other actions. `reasons` say why it was skipped, how often, and link to the list.
    `links` are the addresses of the lists behind the numbers, by name; there is none for removed steps."""

    label: str
    text: str
    sent: str = ""
    visits: str = ""
    recovered: str = ""
    value: str = ""
    skipped: str = ""
    reasons: tuple[tuple[str, str, str], ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FlowFigures:
    """`problem` is why the definition is invalid. `lift` is None for a flow without a hold-out."""

    row: Row
    problem: str = ""
    steps: Sequence[StepFigures] = ()
    totals: StepFigures = StepFigures("", "")
    lift: UntypedJson | None = None
    warnings: Sequence[str] = ()
    flow: Flow | None = field(default=None, compare=False)

    @property
    def number(self) -> int:
        return int(self.row["id"])


async def figures_of_flows(
    connection: Connection, visit: Visit, rows: Sequence[Row], period: Period
) -> list[FlowFigures]:
    """The figures of each of these flows, in the same order."""
    steps = await step_rows(connection, visit.shop, ReportQuery(period))
    lifts = {row["flow_id"]: lift_row(row, visit.words) for row in await lift_rows(connection, visit.shop, visit.now)}
    found = []
    for row in rows:
        mine = [each for each in steps if each.flow_id == row["id"]]
        flow, problem = _flow_in(row, visit.words)
        found.append(
            FlowFigures(
                row,
                problem,
                () if flow is None else _steps(visit, flow, mine, f"{row['id']}", period),
                _figures(visit, "", "", mine, _Lists(period, f"{row['id']}.*")),
                lifts.get(row["id"]),
                [] if flow is None else await warnings_of(visit, connection, flow),
                flow,
            )
        )
    return found


def _flow_in(row: Row, words: Words) -> tuple[Flow | None, str]:
    try:
        parse_flow(row["definition"])
    except FlowError as problem:
        return None, flow_error_text(words, problem)
    return flow_of(row), ""


async def warnings_of(visit: Visit, connection: Connection, flow: Flow) -> list[str]:
    """The problems that keep the flow from working, each with what to do."""
    words, found = visit.words, []
    if flow.sends_mails and visit.site.mail_server is None and not visit.shop.is_demo:
        found.append(
            words.count(
                "This server cannot send mails. The mails of this flow wait for up to %(count)s day. Set "
                "ABANDONED_CHECKOUTS_SMTP_URL and restart the server.",
                "This server cannot send mails. The mails of this flow wait for up to %(count)s days. Set "
                "ABANDONED_CHECKOUTS_SMTP_URL and restart the server.",
                flow.conditions.newer_than_days,
            )
        )
    left = await codes_left(connection, visit.shop, flow, visit.now)
    for name in flow.code_lists:
        if not left.get(name):
            command = f"abandoned-checkouts flow codes add {name} codes.csv --shop {visit.shop.domain}"
            text = _("The list %(name)s has no discount codes left. Add some: %(command)s")
            found.append(words.text(text, name=name, command=command))
    return found


@dataclass(frozen=True, slots=True)
class _Lists:
    """The lists behind the numbers of a step (flow.position), of a whole flow (flow.*), or of no step (empty)."""

    period: Period
    step: str

    def addresses(self) -> Mapping[str, str]:
        if not self.step:
            return {}
        searches = {
            "sent": links.mailed_by(self.period, self.step),
            "visits": links.visited_after(self.period, self.step),
            "recovered": links.recovered_after(self.period, self.step),
            "skipped": links.skipped_for(self.period, step=self.step),
        }
        notes = {"sent": "mails", "visits": "visits", "skipped": "steps"}
        return {name: links.list_address(query, notes.get(name, "")) for name, query in searches.items()}

    def skipped(self, reason: str) -> str:
        return links.list_address(links.skipped_for(self.period, reason, self.step), "steps") if self.step else ""


def _steps(visit: Visit, flow: Flow, rows: Sequence[StepRow], flow_id: str, period: Period) -> list[StepFigures]:
    by_number: dict[int, list[StepRow]] = {}
    for row in rows:
        by_number.setdefault((row.position or 1) - 1, []).append(row)
    found = []
    for label, step in numbered_steps(flow.steps):
        mine = by_number.pop(step.number, [])
        if isinstance(step.action, OnlyWait):
            continue
        text = step_text(step, visit.shop.currency, visit.shop.timezone, visit.words)
        lists = _Lists(period, f"{flow_id}.{step.number}")
        if isinstance(step.action, SendEmail):
            found.append(_figures(visit, label, text, mine, lists))
        else:
            total, reasons = _skipped(visit.words, mine, lists)
            skipped = "" if isinstance(step.action, Branch) else total
            found.append(StepFigures(label, text, skipped=skipped, reasons=reasons, links=lists.addresses()))
    removed = [row for rest in by_number.values() for row in rest]
    if removed:
        found.append(_figures(visit, "", visit.words.text(_("Steps that were removed")), removed, _Lists(period, "")))
    return found


def _figures(visit: Visit, label: str, text: str, rows: Sequence[StepRow], lists: _Lists) -> StepFigures:
    words, recovered = visit.words, sum((row.recovered for row in rows), Sum())
    total, reasons = _skipped(words, rows, lists)
    return StepFigures(
        label,
        text,
        words.number(sum(row.sent for row in rows)),
        words.number(sum(row.visits for row in rows)),
        words.number(recovered.number),
        words.money(recovered.total, visit.shop.currency),
        total,
        reasons,
        lists.addresses(),
    )


def _skipped(words: Words, rows: Sequence[StepRow], lists: _Lists) -> tuple[str, tuple[tuple[str, str, str], ...]]:
    counted: Counter[str] = Counter()
    for row in rows:
        counted.update(row.skipped)
    reasons = tuple(
        (reason_text(words, reason), words.number(number), lists.skipped(reason))
        for reason, number in counted.most_common()
    )
    return words.number(counted.total()), reasons
