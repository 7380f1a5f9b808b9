"""Parses flows from YAML or JSON. Each error is one line with the path of the value and the allowed values."""

import reprlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

from jinja2 import TemplateSyntaxError

from abandoned_checkouts.automations.check_texts import problem_of_texts
from abandoned_checkouts.automations.flow import (
    CONSENTS,
    TRIGGERS,
    Action,
    ApplyDiscount,
    Conditions,
    Consent,
    CreateTask,
    Flow,
    LocalizedText,
    SendEmail,
    SendNotification,
    Step,
    Trigger,
)
from abandoned_checkouts.automations.flow_text import FlowTextError, parse_flow_text
from abandoned_checkouts.automations.holdout import HoldoutError, parse_share
from abandoned_checkouts.automations.person_conditions import (
    PERSON_KEYS,
    PersonConditionError,
    PersonConditions,
    parse_person_conditions,
)
from abandoned_checkouts.automations.wait import Wait, WaitError, parse_time_of_day, parse_wait
from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.checkouts.money import AmountError, parse_amount
from abandoned_checkouts.checkouts.shop_addresses import is_web_address
from abandoned_checkouts.checkouts.shop_template import check_template
from search_syntax import FieldSet, check, parse

LONGEST_NAME, LONGEST_TEXT, MOST_STEPS = 100, 100_000, 20


class FlowError(ValueError):
    """A flow is invalid. The message is one line."""


def parse_flows(text: str, fields: FieldSet) -> list[Json]:
    """The checked definitions in a YAML or JSON text, which has one flow or a list of flows. Raises FlowError.

    A search with a term that would be ignored is an error: the flow would send mails to more buyers than intended.
    """
    try:
        value = parse_flow_text(text)
    except FlowTextError as error:
        raise FlowError(str(error)) from None
    definitions = value if isinstance(value, list) else [value]
    for definition in definitions:
        flow = parse_flow(definition)
        _check_query(flow.conditions.query, fields)
        problem = problem_of_texts(flow)
        if problem is not None:
            raise FlowError(problem)
    return cast(list[Json], definitions)


def _check_query(query: str | None, fields: FieldSet) -> None:
    if query is None:
        return
    for warning in check(parse(query), fields, zone=UTC, now=datetime(2026, 1, 1, tzinfo=UTC)).warnings:
        raise FlowError(f"only_if.query: {warning.field}: {warning.message}")


def parse_flow(definition: object) -> Flow:
    """The flow of a definition. Raises FlowError."""
    mapping = _mapping(definition, "a flow")
    _known(mapping, "", ("name", "trigger", "only_if", "holdout", "steps"))
    name = _text(mapping.get("name"), "name", LONGEST_NAME)
    trigger = mapping.get("trigger", "abandoned")
    if trigger not in TRIGGERS:
        raise FlowError(f"trigger is {_shown(trigger)}; it must be one of {', '.join(TRIGGERS)}")
    conditions, steps = _conditions(mapping.get("only_if")), _steps(mapping.get("steps"))
    share = _holdout(mapping.get("holdout"))
    if share and not any(step.action.kind == "send_email" for step in steps):
        raise FlowError("holdout measures the effect of mails, but the flow sends none; add send_email or remove it")
    return Flow(name, cast(Trigger, trigger), conditions, steps, share)


def _holdout(value: object) -> int:
    if value is None:
        return 0
    try:
        return parse_share(value if isinstance(value, str) else str(value))
    except HoldoutError as problem:
        raise FlowError(f"holdout: {problem}") from None


def _conditions(source: object) -> Conditions:
    mapping = _mapping({} if source is None else source, "only_if")
    place = "only_if."
    known = ("query", "saved_search", "consent", "minimum_value", "exclude", "newer_than_days", "person")
    _known(mapping, place, known)
    consent = mapping.get("consent", "not_refused")
    if consent not in CONSENTS:
        raise FlowError(f"only_if.consent is {_shown(consent)}; it must be one of {', '.join(CONSENTS)}")
    minimum: Any = mapping.get("minimum_value")
    try:
        value = None if minimum is None else parse_amount(minimum)
    except AmountError as problem:
        raise FlowError(f"only_if.minimum_value: {problem}") from None
    exclude = mapping.get("exclude") or []
    if not isinstance(exclude, list) or not all(isinstance(item, str) and "@" in item for item in exclude):
        raise FlowError("only_if.exclude must be a list of addresses, such as ada@example.com or '*@example.com'")
    days = mapping.get("newer_than_days", 2)
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= 366:
        raise FlowError(f"only_if.newer_than_days is {_shown(days)}; it must be a whole number from 1 to 366")
    return Conditions(
        query=_optional(mapping, "query", place),
        saved_search=_optional(mapping, "saved_search", place),
        consent=cast(Consent, consent),
        minimum_value=value,
        exclude=tuple(item.strip().lower() for item in exclude),
        newer_than_days=days,
        person=_person(mapping.get("person")),
    )


def _person(source: object) -> PersonConditions:
    mapping = _mapping({} if source is None else source, "only_if.person")
    _known(mapping, "only_if.person.", PERSON_KEYS)
    try:
        return parse_person_conditions(mapping)
    except PersonConditionError as problem:
        raise FlowError(f"only_if.person.{problem}") from None


def _steps(source: object) -> tuple[Step, ...]:
    if not isinstance(source, list) or not source:
        raise FlowError("steps must be a list of waits and actions, such as [{wait: 1 hour}, {send_email: {}}]")
    steps: list[Step] = []
    waits: list[Wait] = []
    for place, item in enumerate(source):
        where = f"steps[{place}]"
        mapping = {item: None} if isinstance(item, str) else _mapping(item, where)
        if len(mapping) != 1:
            raise FlowError(f"{where} must have exactly one of the keys {', '.join((*_WAITS, *_ACTIONS))}")
        [(name, value)] = mapping.items()
        if name in _WAITS:
            waits.append(_wait(name, value, f"{where}.{name}"))
        elif name in _ACTIONS:
            steps.append(Step(tuple(waits), _ACTIONS[name](value, f"{where}.{name}")))
            waits = []
        else:
            raise FlowError(f"{where}.{_name(name)} is unknown; it must be one of {', '.join((*_WAITS, *_ACTIONS))}")
    if waits:
        raise FlowError("steps must not end with a wait; add an action after it")
    if len(steps) > MOST_STEPS:
        raise FlowError(f"steps has {len(steps)} actions; the maximum is {MOST_STEPS}")
    return tuple(steps)


def _wait(name: str, value: object, where: str) -> Wait:
    if type(value) is int and name == "wait_until":
        # YAML parses 9:00 without quotes as a number in base 60.
        value = f"{value // 60:02d}:{value % 60:02d}"
    try:
        return _WAITS[name](value if isinstance(value, str) else str(value))
    except WaitError as problem:
        raise FlowError(f"{where}: {problem}") from None


def _send_email(value: object, where: str) -> Action:
    mapping = _mapping({} if value is None else value, where)
    _known(mapping, f"{where}.", ("subject", "message", "button", "template"))
    subject, message, button = (
        _localized_text(mapping.get(name), f"{where}.{name}") for name in ("subject", "message", "button")
    )
    template = _optional(mapping, "template", f"{where}.")
    if template is not None:
        _template(template, f"{where}.template")
        if "unsubscribe_link" not in template:
            raise FlowError(f"{where}.template must contain {{{{ unsubscribe_link }}}}, so that buyers can unsubscribe")
    return SendEmail(subject, message, button, template)


def _localized_text(value: object, where: str) -> LocalizedText:
    """One template, or one for each language."""
    if value is None:
        return None
    if not isinstance(value, dict):
        return _template(_text(value, where), where)
    texts: dict[str, str] = {}
    for language, text in value.items():
        if not isinstance(language, str):
            raise FlowError(f"{where}: {_shown(language)} is not a language code; write one such as en, in quotes")
        texts[language] = _template(_text(text, f"{where}{language and f'.{language}'}"), where)
    return texts


def _send_notification(value: object, where: str) -> Action:
    mapping: dict[str, object] = {"address": value} if isinstance(value, str) else _mapping(value, where)
    _known(mapping, f"{where}.", ("address",))
    address = _text(mapping.get("address"), f"{where}.address")
    if not (address.isascii() and is_web_address(address)):
        raise FlowError(f"{where}.address is {_shown(address)}; it must be a URL such as https://example.com/hook")
    return SendNotification(address)


def _create_task(value: object, where: str) -> Action:
    mapping: dict[str, object] = {"title": value} if isinstance(value, str) else _mapping(value, where)
    _known(mapping, f"{where}.", ("title",))
    title = _text(mapping.get("title"), f"{where}.title", 500)
    _template(title, f"{where}.title")
    return CreateTask(title)


def _apply_discount(value: object, where: str) -> Action:
    mapping: dict[str, object] = {"code": value} if isinstance(value, str) else _mapping(value, where)
    _known(mapping, f"{where}.", ("code",))
    return ApplyDiscount(_text(mapping.get("code"), f"{where}.code", 255))


_WAITS: dict[str, Callable[[str], Wait]] = {"wait": parse_wait, "wait_until": parse_time_of_day}
_ACTIONS: dict[str, Callable[[object, str], Action]] = {
    "send_email": _send_email,
    "send_notification": _send_notification,
    "create_task": _create_task,
    "apply_discount": _apply_discount,
}


def _shown(value: object) -> str:
    """A value for a message, shortened if it is long."""
    return reprlib.repr(value) if isinstance(value, str | int | float | bool | list | dict) else type(value).__name__


def _name(name: str) -> str:
    return name if len(name) <= 60 else f"{name[:60]}…"


def _mapping(value: object, where: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise FlowError(f"{where} must be a mapping of names to values, not {type(value).__name__}")
    return {str(name): item for name, item in value.items()}


def _known(mapping: dict[str, object], place: str, names: tuple[str, ...]) -> None:
    for name in mapping:
        if name not in names:
            raise FlowError(f"{place}{_name(name)} is unknown; the allowed keys are {', '.join(names)}")


def _text(value: object, where: str, longest: int = LONGEST_TEXT) -> str:
    if not isinstance(value, str) or not value.strip():
        raise FlowError(f"{where} must be a text that is not empty")
    if "\0" in value:
        raise FlowError(f"{where} contains a NUL character, which is not allowed")
    if len(value) > longest:
        raise FlowError(f"{where} has {len(value):,} characters; the maximum is {longest:,}")
    return value


def _optional(mapping: dict[str, object], name: str, place: str) -> str | None:
    return None if mapping.get(name) is None else _text(mapping[name], f"{place}{name}")


def _template(text: str, where: str) -> str:
    try:
        check_template(text)
    except TemplateSyntaxError as problem:
        raise FlowError(f"{where}: line {problem.lineno}: {problem.message}") from None
    return text
