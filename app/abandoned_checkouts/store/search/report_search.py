"""Writes the SQL of conditions on what reports count: the fields in REPORT_FIELDS, which only lists of the merchant
pages and their exports have. Each figure of a report links to the list that these fields find.

store/search/conditions calls this for the fields in REPORT_NAMES.
"""

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
# Fields on the time or the part of an action, and the kind of the action.
_TIMES = {"mailed_at": "sent", "visited_at": "visit", "skipped_at": "skipped"}
_PARTS = {"mailed_step": "sent", "skipped_reason": "skipped"}
REPORT_NAMES = frozenset({"counted_as", "recovered_step", *_TIMES, *_PARTS})


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
    if node.field == "recovered_step":
        return _fact(writer, _compared("report_checkouts.flow_step", node, writer))
    if node.field in _TIMES:
        return _action(writer, _TIMES[node.field], _compared("report_actions.at", node, writer))
    part = "report_actions.part"
    if node.field == "skipped_reason":
        # The part can begin with the step: see reports/step_parts.
        place = f"{'instr' if writer.sqlite else 'strpos'}({part}, ' ')"
        part = f"CASE WHEN substr({part}, 1, 1) BETWEEN '0' AND '9' THEN substr({part}, {place} + 1) ELSE {part} END"
    return _action(writer, _PARTS[node.field], _compared(part, node, writer))


def _fact(writer: StatementWriter, condition: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM report_checkouts WHERE {writer.own('report_checkouts')} "
        f"AND report_checkouts.id = abandoned_checkouts.id AND ({condition}))"
    )


def _action(writer: StatementWriter, kind: str, condition: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM report_actions WHERE {writer.own('report_actions')} "
        f"AND report_actions.checkout_id = abandoned_checkouts.id AND report_actions.kind = {writer.given(kind)} "
        f"AND {condition})"
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
