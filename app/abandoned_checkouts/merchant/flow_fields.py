"""Reads a flow that somebody typed, as a form or as text: its definition, and its problems with their places."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from abandoned_checkouts.automations.explain import explained
from abandoned_checkouts.automations.flow import Flow
from abandoned_checkouts.automations.flow_errors import FlowError, Problem
from abandoned_checkouts.automations.flow_text import flow_text_of
from abandoned_checkouts.automations.parse_flows import parse_flow, parse_flows
from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.merchant.flow_form import (
    FLOW_FIELDS,
    STEP_FIELDS,
    FlowForm,
    Path,
    definition_of,
    field_of,
    form_in,
)
from abandoned_checkouts.merchant.flow_problems import problem_text
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.merchant.words import _
from abandoned_checkouts.work.load_flow import FIELDS

# A text of YAML may be longer than one that a flow may have: then its problem is reported, and nothing is cut off.
LONGEST_TEXT = 100_000
# The names of the fields, as the form shows them.
LABELS: Mapping[str, str] = {
    "name": _("Name"),
    "trigger": _("It starts when a checkout"),
    "consent": _("Consent"),
    "orders": _("Buyers"),
    "minimum_value": _("Cart worth at least"),
    "newer_than_days": _("Not older than (days)"),
    "query": _("Only if this search finds it"),
    "exclude": _("Never to these addresses"),
    "holdout": _("Hold-out in percent"),
    "kind": _("Action"),
    "wait": _("Wait"),
    "until": _("Then until"),
    "least": _("Only if the cart is worth at least"),
    "subject": _("Subject"),
    "message": _("Message"),
    "button": _("Text of the button"),
    "template": _("Own HTML"),
    "title": _("Task"),
    "address": _("Web address"),
    "discount": _("Discount code"),
}


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """`field` is the name of a field of the form, or empty. `line` and `column` are those of the text, from 1; 0
    without a text. `text` begins with the label of the field, or with the path in the text."""

    field: str
    text: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Typed:
    """`form` is None if it was typed as text. `definition` is None if the text is no flow at all."""

    form: FlowForm | None
    text: str
    definition: Json | None
    flow: Flow | None
    problems: tuple[FieldProblem, ...] = ()

    @property
    def by_field(self) -> dict[str, str]:
        """The problems of each field."""
        found: dict[str, str] = {}
        for each in self.problems:
            found[each.field] = " ".join(part for part in (found.get(each.field), each.text) if part)
        return found


def form_of_visit(visit: Visit) -> FlowForm:
    names = (*FLOW_FIELDS, *(f"{name}-{number}" for number in range(100) for name in STEP_FIELDS))
    return form_in({name: visit.form.text(name, LONGEST_TEXT) for name in names if name in visit.form})


async def typed_in(visit: Visit) -> Typed:
    """Read the submitted form."""
    if visit.form.text("mode") == "text":
        return await typed_text(visit, visit.form.text("text", LONGEST_TEXT))
    return await typed_form(visit, form_of_visit(visit))


async def typed_form(visit: Visit, form: FlowForm) -> Typed:
    definition, places = definition_of(form)
    text = flow_text_of(definition)
    try:
        return Typed(form, text, definition, await asyncio.to_thread(parse_flow, definition, FIELDS))
    except FlowError as error:
        return Typed(form, text, definition, None, tuple(_of_form(visit, each, places) for each in error.problems))


async def typed_text(visit: Visit, text: str) -> Typed:
    try:
        found = await asyncio.to_thread(parse_flows, text, FIELDS)
    except FlowError as error:
        return Typed(None, text, None, None, tuple(_of_text(visit, each) for each in error.problems))
    if len(found) != 1:
        problem = FieldProblem("text", visit.words.text(_("The text must have exactly one flow.")), 1, 1)
        return Typed(None, text, None, None, (problem,))
    return Typed(None, text, found[0], parse_flow(found[0], FIELDS))


def _of_form(visit: Visit, problem: Problem, places: Mapping[Path, str]) -> FieldProblem:
    field = field_of(problem.place.path, places)
    name = field.partition("-")[0]
    label = visit.words.text(LABELS[name]) if name in LABELS else visit.words.text(_("Steps"))
    message = problem.text.removeprefix(str(problem.place))
    return FieldProblem(field, problem_text(visit.words, label, message))


def _of_text(visit: Visit, problem: Problem) -> FieldProblem:
    line, column = problem.position or (0, 0)
    place, text = str(problem.place), problem.text
    if not line:
        line, column, text = _position_in(text)
    return FieldProblem("text", problem_text(visit.words, place, text.removeprefix(place)), line, column)


def _position_in(text: str) -> tuple[int, int, str]:
    """Line and column that a text begins with ("line 3, column 7: …"), and the rest of it."""
    start, _colon, rest = text.partition(": ")
    parts = start.replace(",", "").split()
    if len(parts) == 4 and parts[0] == "line" and parts[2] == "column":
        return int(parts[1]), int(parts[3]), rest
    return 0, 0, text


def explanation(visit: Visit, flow: Flow) -> list[tuple[str, int, str]]:
    """The lines of the explanation: kind (step, condition or text), depth, and the text."""
    found = []
    for line in explained(flow, visit.shop.currency, visit.shop.timezone, visit.words):
        text = line.lstrip(" ")
        depth = (len(line) - len(text)) // 3
        if text.startswith("- "):
            found.append(("condition", depth, text[2:]))
        elif text.split(".")[0].isdigit():
            found.append(("step", depth, text))
        else:
            found.append(("text", depth, text))
    return found
