"""Parses flows from YAML or JSON. An error has the line, the column and the path of the value, and what to do."""

from dataclasses import replace
from typing import cast

from abandoned_checkouts.automations.flow import TRIGGERS, Conditions, Flow, Step, Trigger
from abandoned_checkouts.automations.flow_errors import FlowError, Place, Problem, Problems
from abandoned_checkouts.automations.flow_text import FlowText, FlowTextError, parse_flow_text
from abandoned_checkouts.automations.flow_tree import numbered
from abandoned_checkouts.automations.flow_values import mapping_of, one_of, text_of
from abandoned_checkouts.automations.holdout import HoldoutError, parse_share
from abandoned_checkouts.automations.parse_conditions import parse_only_if
from abandoned_checkouts.automations.parse_steps import Checks, parse_steps
from abandoned_checkouts.automations.unreachable import known_of_flow
from abandoned_checkouts.checkouts.json_types import Json
from search_syntax import FieldSet

LONGEST_NAME, MOST_STEPS = 100, 20
_KEYS = ("name", "trigger", "only_if", "holdout", "steps")


def parse_flows(text: str, fields: FieldSet) -> list[Json]:
    """The checked definitions in a YAML or JSON text, which has one flow or a list of flows.

    Raises FlowError with all problems.
    """
    try:
        parsed = parse_flow_text(text)
    except FlowTextError as error:
        raise FlowError(Problem(Place(), str(error))) from None
    value, problems = parsed.value, Problems()
    definitions, is_list = (value, True) if isinstance(value, list) else ([value], False)
    for number, definition in enumerate(definitions):
        known = len(problems.found)
        problems.read(None, parse_flow, definition, fields)
        inside: tuple[str | int, ...] = (number,) if is_list else ()
        problems.found[known:] = [_placed(problem, parsed, inside) for problem in problems.found[known:]]
    problems.check()
    return cast(list[Json], definitions)


def _placed(problem: Problem, text: FlowText, inside: tuple[str | int, ...]) -> Problem:
    path = (*inside, *problem.place.path)
    return replace(problem, position=text.key_position(path) if problem.is_about_key else text.position(path))


def parse_flow(definition: object, fields: FieldSet | None = None) -> Flow:
    """The flow of a definition, with its steps numbered from 0. Raises FlowError.

    With `fields`, it is checked as when it is stored: its searches, and the variables and languages of its texts. A
    stored flow is not checked again, so that an update of this program does not stop it.
    """
    if not isinstance(definition, dict):
        raise FlowError(
            Problem(Place(), f"a flow must be a mapping of names to values, not {type(definition).__name__}")
        )
    mapping, place, problems = mapping_of(definition, Place()), Place(), Problems()
    problems.read({}, mapping_of, definition, place, _KEYS)
    name = problems.read("", text_of, mapping.get("name"), place / "name", LONGEST_NAME)
    trigger = problems.read("", one_of, mapping.get("trigger", "abandoned"), place / "trigger", TRIGGERS)
    conditions = problems.read(Conditions(), parse_only_if, mapping.get("only_if"), place / "only_if", fields)
    checks = None if fields is None else problems.read(None, _checks, fields, conditions, trigger, place / "only_if")
    known = None if checks is None else checks.always
    steps: tuple[Step, ...] = problems.read((), parse_steps, mapping.get("steps"), place / "steps", checks, known)
    share = problems.read(0, _holdout, mapping.get("holdout"), place / "holdout")
    problems.check()
    flow = Flow(name, cast(Trigger, trigger), conditions, steps, share)
    count = sum(1 for _ in flow.all_steps())
    if count > MOST_STEPS:
        raise (place / "steps").error(f" has {count} actions; the maximum is {MOST_STEPS}")
    if share and not flow.sends_mails:
        raise (place / "holdout").error(
            " measures the effect of mails, but the flow sends none; add send_email or remove it"
        )
    return replace(flow, steps=numbered(steps, iter(range(count))))


def _checks(fields: FieldSet, conditions: Conditions, trigger: str, place: Place) -> Checks:
    always = known_of_flow(conditions, trigger)
    if always is None:
        raise place.error(" can never be met: its conditions exclude each other; change or remove one")
    return Checks(fields, always)


def _holdout(value: object, place: Place) -> int:
    if value is None:
        return 0
    try:
        return parse_share(value if isinstance(value, str) else str(value))
    except HoldoutError as problem:
        raise place.error(f": {problem}") from None
