"""Writes the SQL of conditions on what reports count: the fields in REPORT_FIELDS, which only lists of the merchant
pages and their exports have. Each figure of a report links to the list that these fields find.

store/search/conditions calls this for the fields in REPORT_NAMES.
"""

from collections.abc import Sequence
from typing import Protocol

from abandoned_checkouts.checkouts.moment import from_datetime
from search_syntax import meaning as m

_SIGNS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "eq": "="}
# Each value of `counted_as`, as a condition on the facts of a checkout.
_COUNTED = {
    "mailed": "mailed_at IS NOT NULL",
    "visited": "visited_at IS NOT NULL",
    "recovered": "recovered_at IS NOT NULL",
    "by_link": "how = 'link'",
    "by_mail": "how = 'mail'",
    "by_itself": "how = 'itself'",
    "elsewhere": "elsewhere_at IS NOT NULL AND report_checkouts.recovered_at IS NULL",
}
COUNTED_VALUES = tuple(_COUNTED)
HOURS = tuple(map(str, range(24)))
# The two groups of the people of a flow: see store/flows/flow_people.
_GROUPS = {"mailed": False, "held_out": True}
# Fields on the time or the part of an action, and the kind of the action.
_TIMES = {"mailed_at": "sent", "visited_at": "visit", "skipped_at": "skipped"}
_PARTS = {"mailed_step": "sent", "visited_step": "visit", "skipped_step": "skipped", "skipped_reason": "skipped"}
REPORT_NAMES = frozenset({"counted_as", "abandoned_hour", "recovered_step", "flow_group", *_TIMES, *_PARTS})


class StatementWriter(Protocol):
    """Writes a statement: `given` adds a parameter; `own` returns the condition for the shop's rows of a table."""

    sqlite: bool

    def given(self, value: object) -> str: ...

    def own(self, table: str) -> str: ...


def report_condition(node: m.Criterion, writer: StatementWriter) -> str:
    """The condition on rows of abandoned_checkouts. A text is compared without case."""
    if node.field == "counted_as":
        values = tuple(map(str, node.values)) if isinstance(node, m.OneOf) else COUNTED_VALUES
        return _fact(writer, " OR ".join(f"(report_checkouts.{_COUNTED[value]})" for value in values))
    if node.field == "abandoned_hour":
        hours = map(int, node.values if isinstance(node, m.OneOf) else HOURS)
        return _fact(writer, f"report_checkouts.abandoned_hour IN ({', '.join(map(str, hours))})")
    if node.field == "flow_group":
        return _flow_group(writer, node)
    if node.field == "recovered_step":
        return _fact(writer, _compared("report_checkouts.flow_step", node, writer))
    return action_condition([node], writer)


def action_kind(node: object) -> str | None:
    """The kind of the action that a criterion is about; None for all other criteria."""
    name = getattr(node, "field", "")
    return _TIMES.get(name) or _PARTS.get(name)


def action_condition(nodes: Sequence[m.Criterion], writer: StatementWriter) -> str:
    """The condition that one action of a checkout meets all criteria, which are about actions of the same kind.

    Two mails are not one mail in a period: `mailed_at:>='2026-10-01' mailed_at:<'2026-10-02'` must not find a checkout
    that was mailed on the day before and on the day after.
    """
    conditions = " AND ".join(dict.fromkeys(_of_action(node, writer) for node in nodes))
    return (
        f"EXISTS (SELECT 1 FROM report_actions WHERE {writer.own('report_actions')} "
        f"AND report_actions.checkout_id = abandoned_checkouts.id "
        f"AND report_actions.kind = {writer.given(action_kind(nodes[0]))} AND {conditions})"
    )


def _of_action(node: m.Criterion, writer: StatementWriter) -> str:
    if node.field in _TIMES:
        return _compared("report_actions.at", node, writer)
    part = "report_actions.part"
    if node.field in ("mailed_step", "visited_step"):
        return _compared(part, node, writer)
    # The part of a skipped step can begin with the step: see reports/step_parts.
    place = f"{'instr' if writer.sqlite else 'strpos'}({part}, ' ')"
    has_step = f"substr({part}, 1, 1) BETWEEN '0' AND '9'"
    if node.field == "skipped_step":
        return _compared(f"CASE WHEN {has_step} THEN substr({part}, 1, {place} - 1) END", node, writer)
    return _compared(f"CASE WHEN {has_step} THEN substr({part}, {place} + 1) ELSE {part} END", node, writer)


def _fact(writer: StatementWriter, condition: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM report_checkouts WHERE {writer.own('report_checkouts')} "
        f"AND report_checkouts.id = abandoned_checkouts.id AND ({condition}))"
    )


def _flow_group(writer: StatementWriter, node: m.Criterion) -> str:
    """Of the people whom a flow wrote to, or held out: `12.mailed` or `12.held_out`."""
    flow, _, group = str(node.value if isinstance(node, m.Exact) else "").partition(".")
    condition = "TRUE"
    if isinstance(node, m.Exact) and not node.prefix:
        if group not in _GROUPS or not flow.isascii() or not flow.isdigit() or len(flow) > 18:
            return "FALSE"
        condition = f"flow_people.flow_id = {writer.given(int(flow))} AND "
        condition += f"{'' if _GROUPS[group] else 'NOT '}flow_people.is_held_out"
    return (
        f"abandoned_checkouts.customer_id IN (SELECT flow_people.customer_id FROM flow_people "
        f"WHERE {writer.own('flow_people')} AND {condition})"
    )


def _compared(column: str, node: m.Criterion, writer: StatementWriter) -> str:
    if isinstance(node, m.Within):
        start, end = writer.given(from_datetime(node.start)), writer.given(from_datetime(node.end))
        return f"({column} >= {start} AND {column} < {end})"
    if isinstance(node, m.Range):
        # Only fields with a time have an order.
        moment = from_datetime(node.value)  # type: ignore[arg-type]
        return f"{column} {_SIGNS[node.operator]} {writer.given(moment)}"
    if isinstance(node, m.Exact) and not node.prefix:
        return f"{_folded(column)} = {writer.given(node.value)}"
    if isinstance(node, m.Exact):
        return f"substr({_folded(column)}, 1, {len(node.value)}) = {writer.given(node.value)}"
    return f"{column} IS NOT NULL"


def _folded(column: str) -> str:
    """As search_syntax folds a value of ASCII, and the … that stands for a name or number in a reason."""
    return f"replace(lower({column}), '…', '...')"
