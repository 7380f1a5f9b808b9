"""Parses the steps of a flow: waits, actions and branches."""

from dataclasses import dataclass

from abandoned_checkouts.automations.check_texts import check_texts
from abandoned_checkouts.automations.flow import Branch, Condition, OnlyWait, Step, walk
from abandoned_checkouts.automations.flow_errors import FlowError, Place, Problems
from abandoned_checkouts.automations.flow_values import mapping_of, one_of, text_of, unknown_name
from abandoned_checkouts.automations.parse_actions import ACTIONS
from abandoned_checkouts.automations.parse_conditions import parse_condition
from abandoned_checkouts.automations.unreachable import Known
from abandoned_checkouts.automations.wait import Wait, WaitError, parse_until, parse_wait
from search_syntax import FieldSet


@dataclass(frozen=True, slots=True)
class Checks:
    """The checks of a flow that is stored. `fields` are those of searches; `always` is known of each checkout."""

    fields: FieldSet
    always: Known


_WAITS = ("wait", "wait_until")
STEP_KEYS = (*_WAITS, *ACTIONS, "if")
_BRANCH_KEYS = ("if", "then", "else")
_EXAMPLE = "[{wait: 1 hour}, {send_email: {}}]"


def parse_steps(
    source: object, place: Place, checks: Checks | None, known: Known | None = None, *, is_last: bool = True
) -> tuple[Step, ...]:
    """The steps of a list. With `checks`, its texts, searches and branches are checked as well.

    `known` is known of each checkout that reaches the list. `is_last` is whether the flow ends with the list; otherwise
    it may end with a wait.
    """
    if not isinstance(source, list) or not source:
        raise place.error(f" must be a list of waits and actions, such as {_EXAMPLE}")
    steps: list[Step] = []
    waits: list[Wait] = []
    problems = Problems()
    for number, item in enumerate(source):
        ends = is_last and number == len(source) - 1
        found = problems.read(None, _item, item, place / number, checks, known, ends)
        if isinstance(found, Wait):
            waits.append(found)
            # Carts and people can change in the meantime.
            known = None if checks is None else checks.always
        elif found is not None:
            steps.append(Step(tuple(waits), found.action))
            waits = []
            if isinstance(found.action, Branch) and any(step.waits for step in walk((found,))):
                known = None if checks is None else checks.always
    if waits and is_last and not problems.found:
        last = place / (len(source) - 1)
        raise last.error(f" is a wait without an end: {place} must not end with a wait; add an action after it")
    problems.check()
    if waits:
        steps.append(Step(tuple(waits), OnlyWait()))
    return tuple(steps)


def _item(item: object, place: Place, checks: Checks | None, known: Known | None, ends: bool) -> Wait | Step | None:
    mapping = {item: None} if isinstance(item, str) else mapping_of(item, place)
    if any(name in mapping for name in _BRANCH_KEYS):
        return _branch(mapping_of(mapping, place, _BRANCH_KEYS), place, checks, known, ends)
    if len(mapping) != 1:
        raise place.error(f" must have exactly one of the keys {', '.join(STEP_KEYS)}")
    [(name, value)] = mapping.items()
    if name in _WAITS:
        return _wait(name, value, place / name)
    if name not in ACTIONS:
        raise unknown_name(place / name, STEP_KEYS, choices="it must be one of")
    action = ACTIONS[name](value, place / name)
    if checks is not None:
        check_texts(action, place / name)
    return Step((), action)


def _branch(mapping: dict[str, object], place: Place, checks: Checks | None, known: Known | None, ends: bool) -> Step:
    problems, fields = Problems(), None if checks is None else checks.fields
    if "if" not in mapping:
        raise place.error(" has no if; write if: and a condition before then: and else:")
    if "then" not in mapping and "else" not in mapping:
        raise place.error(" has neither then nor else; add a list of steps to one of them")
    condition = problems.read(Condition(), parse_condition, mapping["if"], place / "if", fields)
    lists: dict[str, tuple[Step, ...]] = {}
    for name in ("then", "else"):
        inside = known
        if known is not None and not problems.found:
            inside = known.where(condition) if name == "then" else known.where_not(condition)
            if inside is None and (name in mapping or name == "then"):
                problems.found += _never_reached(place, name, mapping).problems
        lists[name] = ()
        if name in mapping:
            lists[name] = problems.read((), parse_steps, mapping[name], place / name, checks, inside, is_last=ends)
    problems.check()
    return Step((), Branch(condition, lists["then"], lists["else"]))


def _never_reached(place: Place, name: str, mapping: dict[str, object]) -> FlowError:
    why = "only_if, or the branches around it, exclude its condition"
    if name == "else":
        why = "the condition is always met here"
    elif name not in mapping:
        return (place / "if").error(f" is never met: {why}; remove it, or change the condition")
    return (place / name).error(f" is never reached: {why}; change the condition, or remove these steps")


def _wait(name: str, value: object, place: Place) -> Wait:
    if value is None:
        raise place.error(" is empty; write how long to wait, such as 1 hour, or until when, such as 09:00")
    try:
        if name == "wait":
            return parse_wait(value if isinstance(value, str) else str(value))
        if isinstance(value, dict):
            mapping = mapping_of(value, place, ("at", "zone"))
            zone = one_of(mapping.get("zone", "shop"), place / "zone", ("shop", "buyer"))
            place = place / "at"
            return parse_until(text_of(_time_text(mapping.get("at")), place), "buyer" if zone == "buyer" else "shop")
        return parse_until(str(_time_text(value)))
    except WaitError as problem:
        raise place.error(f": {problem}") from None


def _time_text(value: object) -> object:
    """YAML parses 9:00 without quotes as a number in base 60."""
    return f"{value // 60:02d}:{value % 60:02d}" if type(value) is int else value
