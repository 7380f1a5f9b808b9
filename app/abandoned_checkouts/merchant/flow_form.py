"""The form for common flows: its fields, the definition that they make, and the form of a definition. Pure.

A flow that has more than the form can show, such as nested branches, has no form; it is edited as text.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from abandoned_checkouts.automations.flow_errors import FlowError
from abandoned_checkouts.automations.parse_flows import MOST_STEPS, parse_flow
from abandoned_checkouts.checkouts.json_types import Json, JsonValue, UntypedJson

UNITS = ("minute", "hour", "day", "week")
KINDS = ("send_email", "create_task", "send_notification")
DISCOUNTS = ("", "code", "list")
# Who the flow is for, by the orders of the person.
ORDERS = {"": None, "new": "0", "returning": ">=1"}
_MAIL_TEXTS = ("subject", "message", "button", "template")

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class StepForm:
    """A step: a wait, an action, and a condition that decides whether the action is done. All are texts as typed."""

    kind: str = "send_email"
    wait: str = ""
    unit: str = "hour"
    until: str = ""
    least: str = ""
    query: str = ""
    subject: str = ""
    message: str = ""
    button: str = ""
    template: str = ""
    title: str = ""
    address: str = ""
    discount_kind: str = ""
    discount: str = ""


@dataclass(frozen=True, slots=True)
class FlowForm:
    name: str = ""
    trigger: str = "abandoned"
    consent: str = "not_refused"
    orders: str = ""
    minimum_value: str = ""
    newer_than_days: str = "2"
    query: str = ""
    exclude: str = ""
    holdout: str = ""
    steps: tuple[StepForm, ...] = field(default_factory=tuple)


STEP_FIELDS = tuple(each.name for each in fields(StepForm))
FLOW_FIELDS = tuple(each.name for each in fields(FlowForm) if each.name != "steps")


def form_in(values: Mapping[str, str]) -> FlowForm:
    """The form of submitted fields. Those of step 0 end with -0, and so on."""
    steps: list[StepForm] = []
    while len(steps) < MOST_STEPS and f"kind-{len(steps)}" in values:
        number = len(steps)
        steps.append(StepForm(**{name: values.get(f"{name}-{number}", "") for name in STEP_FIELDS}))
    return FlowForm(**{name: values.get(name, "") for name in FLOW_FIELDS}, steps=tuple(steps))


def definition_of(form: FlowForm) -> tuple[Json, dict[Path, str]]:
    """The definition, and the name of the field for each path in it. It may be invalid."""
    only_if: Json = {"consent": form.consent}
    for name in ("query", "minimum_value"):
        if text := getattr(form, name):
            only_if[name] = text
    if form.newer_than_days not in ("", "2"):
        only_if["newer_than_days"] = _number(form.newer_than_days)
    if form.exclude:
        only_if["exclude"] = [each for each in form.exclude.replace(",", " ").split() if each]
    if ORDERS.get(form.orders) is not None:
        only_if["person"] = {"orders": ORDERS[form.orders]}
    definition: Json = {"name": form.name, "trigger": form.trigger, "only_if": only_if}
    if form.holdout:
        definition["holdout"] = f"{form.holdout.rstrip('% ')}%"
    places: dict[Path, str] = {(name,): name for name in ("name", "trigger", "holdout")}
    names = ("consent", "query", "minimum_value", "newer_than_days", "exclude")
    places |= {("only_if", name): name for name in names} | {("only_if", "person"): "orders", ("only_if",): "query"}
    items: list[JsonValue] = []
    for number, step in enumerate(form.steps):
        for path, name in _add_step(step, items):
            places[("steps", *path)] = f"{name}-{number}"
    definition["steps"] = items
    return definition, places


def field_of(path: Path, places: Mapping[Path, str]) -> str:
    """The field of a path: that of the longest known beginning; empty for the flow as a whole."""
    return next((places[path[:end]] for end in range(len(path), 0, -1) if path[:end] in places), "")


def _number(text: str) -> JsonValue:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else text


def _add_step(step: StepForm, items: list[JsonValue]) -> Iterator[tuple[Path, str]]:
    """Adds the items of a step; yields the path of each within the list, and its field."""
    if step.wait:
        yield (len(items),), "wait"
        items.append({"wait": f"{step.wait} {step.unit}{'' if step.wait == '1' else 's'}"})
    if step.until:
        yield (len(items),), "until"
        items.append({"wait_until": step.until})
    condition: Json = {}
    if step.query:
        condition["query"] = step.query
    if step.least:
        condition["cart"] = {"value": f">={step.least}"}
    inner: list[JsonValue] = items
    outer: Path = ()
    if condition:
        inner, outer = [], (len(items), "then")
        yield (len(items),), "query" if step.query else "least"
        yield (len(items), "if", "query"), "query"
        yield (len(items), "if", "cart"), "least"
        items.append({"if": condition, "then": inner})
    if step.kind == "send_email" and step.discount_kind in ("code", "list"):
        yield (*outer, len(inner)), "discount"
        inner.append({"apply_discount": {step.discount_kind: step.discount}})
    yield (*outer, len(inner)), "kind"
    for name in (*_MAIL_TEXTS, "title", "address"):
        yield (*outer, len(inner), step.kind, name), name
    inner.append({step.kind: _action(step)})


def _action(step: StepForm) -> JsonValue:
    if step.kind == "create_task":
        return {"title": step.title}
    if step.kind == "send_notification":
        return {"address": step.address}
    return {name: text for name in _MAIL_TEXTS if (text := getattr(step, name))}


def form_of(definition: UntypedJson) -> FlowForm | None:
    """The form of a valid definition; None if it has what the form cannot show."""
    try:
        form = _form_of(definition)
        made, _ = definition_of(form)
        return form if parse_flow(made) == parse_flow(definition) else None
    except (FlowError, KeyError, TypeError, ValueError, AttributeError):
        return None


def _form_of(definition: UntypedJson) -> FlowForm:
    only_if: dict[str, Any] = definition.get("only_if") or {}
    orders = (only_if.get("person") or {}).get("orders")
    return FlowForm(
        name=definition["name"],
        trigger=definition.get("trigger", "abandoned"),
        consent=only_if.get("consent", "not_refused"),
        orders=next((name for name, value in ORDERS.items() if value is not None and value == str(orders)), ""),
        minimum_value=str(only_if.get("minimum_value") or ""),
        newer_than_days=str(only_if.get("newer_than_days", 2)),
        query=only_if.get("query") or "",
        exclude="\n".join(only_if.get("exclude") or []),
        holdout=str(definition.get("holdout") or "").rstrip("% "),
        steps=tuple(_steps_of(definition["steps"])),
    )


def _steps_of(items: list[Any]) -> Iterator[StepForm]:
    """Raises ValueError for a part that the form does not have."""
    step = StepForm()
    for item in items:
        [(kind, value)] = (
            ({item: None} if isinstance(item, str) else item).items() if "if" not in item else [("if", item)]
        )
        if kind == "wait":
            if step != StepForm():
                raise ValueError("a second wait")
            number, unit = str(value).split()
            step = replace(step, wait=number, unit=unit.lower().removesuffix("s"))
        elif kind == "wait_until":
            if step.until or not isinstance(value, str):
                raise ValueError("a wait that has no field")
            step = replace(step, until=value)
        elif kind == "if":
            yield _within(step, value)
            step = StepForm()
        elif kind == "apply_discount":
            step = _with_discount(step, value)
        else:
            yield _with_action(step, kind, value)
            step = StepForm()


def _within(step: StepForm, branch: Any) -> StepForm:
    condition = branch["if"]
    least = str((condition.get("cart") or {}).get("value") or "")
    if least and not least.startswith(">="):
        raise ValueError("a comparison that has no field")
    step = replace(step, query=condition.get("query") or "", least=least.removeprefix(">=").strip())
    (inner,) = _steps_of(branch["then"])
    if inner.wait or inner.until or inner.query or inner.least:
        raise ValueError("a wait or a condition in a branch")
    kept = {name: getattr(step, name) for name in ("wait", "unit", "until", "query", "least")}
    return replace(inner, **kept)


def _with_discount(step: StepForm, value: Any) -> StepForm:
    if step.discount_kind:
        raise ValueError("a second discount")
    [(kind, text)] = ({"code": value} if isinstance(value, str) else value).items()
    return replace(step, discount_kind=kind, discount=text)


def _with_action(step: StepForm, kind: str, value: Any) -> StepForm:
    if kind not in KINDS or (step.discount_kind and kind != "send_email"):
        raise ValueError("an action that has no field")
    if isinstance(value, str):
        value = {"title" if kind == "create_task" else "address": value}
    texts = {name: text for name, text in (value or {}).items() if text is not None}
    if not all(isinstance(text, str) for text in texts.values()):
        raise ValueError("texts in several languages")
    return replace(step, kind=kind, **texts)
