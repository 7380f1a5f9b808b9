"""Says in plain English what a flow does."""

from collections.abc import Iterator

from abandoned_checkouts.automations.cart_conditions import cart_sentences
from abandoned_checkouts.automations.flow import (
    Action,
    ApplyDiscount,
    Branch,
    Condition,
    CreateTask,
    Flow,
    OnlyWait,
    SendEmail,
    SendNotification,
    Step,
)
from abandoned_checkouts.automations.holdout import share_text
from abandoned_checkouts.automations.person_conditions import NUMBERS, PersonConditions
from abandoned_checkouts.automations.wait import Wait
from abandoned_checkouts.checkouts.moment import HOUR, MINUTE
from abandoned_checkouts.checkouts.money import format_price

_TRIGGERS = {
    "abandoned": "is abandoned",
    "created": "is created",
    "updated": "changes; each change starts the flow again",
}


def explain(flow: Flow, currency: str, zone: str) -> str:
    """One sentence a line. `currency` and `zone` are those of the shop."""
    days = flow.conditions.newer_than_days
    lines = [
        f'"{flow.name}" starts when a checkout {_TRIGGERS[flow.trigger]}.',
        f"It does not start for checkouts that are older than {_count(days, 'day')}.",
    ]
    conditions = list(_conditions(flow, currency))
    if conditions:
        lines.append("It continues only if:")
        lines += [f"- {condition}" for condition in conditions]
    if flow.holdout:
        lines.append(f"It leaves {share_text(flow.holdout)} of people alone, to measure its effect.")
    lines += _steps(flow.steps, "", currency, zone)
    lines.append("It ends when the buyer buys, here or elsewhere.")
    return "".join(f"{line}\n" for line in lines)


def _steps(steps: tuple[Step, ...], outer: str, currency: str, zone: str, first: int = 1) -> Iterator[str]:
    """A line for each step; those of a branch have the number of the branch in front, and are indented."""
    indent = "   " * outer.count(".")
    for place, step in enumerate(steps, first):
        number, action = f"{outer}{place}.", step.action
        waits = ", ".join(_wait(wait, zone) for wait in step.waits) or "at once"
        start = f"{indent}{number} {waits[0].upper()}{waits[1:]}"
        if not isinstance(action, Branch):
            yield f"{start}: {_action(action)}."
            continue
        condition = " and ".join(_condition(action.condition, currency))
        yield f"{start}: {'if' if action.then else 'unless'} {condition}:"
        yield from _steps(action.then, number, currency, zone)
        if action.then and action.otherwise:
            yield f"{indent}   Otherwise:"
        yield from _steps(action.otherwise, number, currency, zone, len(action.then) + 1)


def _condition(condition: Condition, currency: str) -> Iterator[str]:
    yield from _searches(condition)
    yield from cart_sentences(condition.cart, currency)
    yield from _of_person(condition.person, currency)


def _searches(condition: Condition) -> Iterator[str]:
    if condition.query is not None:
        yield f"the search {condition.query!r} finds the checkout"
    if condition.saved_search is not None:
        yield f"the saved search {condition.saved_search!r} finds the checkout"


def _conditions(flow: Flow, currency: str) -> Iterator[str]:
    found = flow.conditions
    yield from _searches(found.condition)
    if found.minimum_value is not None:
        yield f"the total is at least {format_price(found.minimum_value)} {currency}"
    if found.exclude:
        yield f"the address is not {' or '.join(found.exclude)}"
    yield from cart_sentences(found.cart, currency)
    yield from _of_person(found.person, currency)
    if flow.sends_mails:
        consents = found.consent == "subscribed"
        yield f"for mails: the buyer {'consented to marketing' if consents else 'did not unsubscribe'}"


def _of_person(conditions: PersonConditions, currency: str) -> Iterator[str]:
    for each in conditions.comparisons:
        unit = f" {currency}" if each.name == "abandoned_value" else ""
        yield f"the {NUMBERS[each.name]} is {each}{unit}"
    if conditions.first_abandonment is not None:
        yield f"this is {'' if conditions.first_abandonment else 'not '}the buyer's first abandoned checkout"
    if conditions.subscriber:
        yield f"the buyer's e-mail marketing is {' or '.join(conditions.subscriber)}"


def _wait(wait: Wait, zone: str) -> str:
    if wait.is_until:
        return f"wait until {wait.until_text} ({zone if wait.zone == 'shop' else 'where the buyer is'})"
    if wait.days:
        return f"wait {_count(wait.days, 'day')}"
    if wait.microseconds % HOUR == 0:
        return f"wait {_count(wait.microseconds // HOUR, 'hour')}"
    return f"wait {_count(wait.microseconds // MINUTE, 'minute')}"


def _action(action: Action) -> str:
    match action:
        case SendEmail():
            text = "its own template" if action.template is not None else "the shop's template"
            return f"send a mail with {text}"
        case SendNotification():
            return f"send the checkout to {action.address}"
        case CreateTask():
            return f"create the task {action.title!r}"
        case ApplyDiscount():
            return _discount(action)
        case OnlyWait():
            return "continue"
        case Branch():
            return "continue with one of two lists"


def _discount(action: ApplyDiscount) -> str:
    days = action.again_after_days
    limit = f", unless the buyer got one in the last {_count(days, 'day')}" if days else ""
    if action.from_list is not None:
        return f"apply the next discount code of the list {action.from_list!r} to the recovery link{limit}"
    if action.webhook is None:
        return f"apply the discount code {action.code!r} to the recovery link{limit}"
    valid = "" if action.valid_days is None else f", valid for {_count(action.valid_days, 'day')},"
    return f"apply a new discount code{valid} to the recovery link, once {action.webhook} has accepted it{limit}"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
