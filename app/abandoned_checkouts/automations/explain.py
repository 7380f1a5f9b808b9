"""Says in plain words what a flow does, in English or another language (see sentences)."""

from collections.abc import Iterator

from abandoned_checkouts.automations.explain_conditions import condition_texts, texts_of_flow
from abandoned_checkouts.automations.flow import (
    Action,
    ApplyDiscount,
    Branch,
    CreateTask,
    Flow,
    OnlyWait,
    SendEmail,
    SendNotification,
    Step,
)
from abandoned_checkouts.automations.holdout import share_text
from abandoned_checkouts.automations.sentences import ENGLISH, Sentences, _, all_of, one_of
from abandoned_checkouts.automations.wait import Wait
from abandoned_checkouts.checkouts.moment import HOUR, MINUTE

_STARTS = {
    "abandoned": _('"%(name)s" starts when a checkout is abandoned.'),
    "created": _('"%(name)s" starts when a checkout is created.'),
    "updated": _('"%(name)s" starts when a checkout changes; each change starts the flow again.'),
}
_WEEKDAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))


def explain(flow: Flow, currency: str, zone: str, words: Sentences = ENGLISH) -> str:
    """One sentence a line. `currency` and `zone` are those of the shop."""
    return "".join(f"{line}\n" for line in explained(flow, currency, zone, words))


def explained(flow: Flow, currency: str, zone: str, words: Sentences) -> Iterator[str]:
    """The lines of `explain`."""
    yield words.text(_STARTS[flow.trigger], name=flow.name)
    yield words.count(
        "It does not start for checkouts that are older than %(count)s day.",
        "It does not start for checkouts that are older than %(count)s days.",
        flow.conditions.newer_than_days,
    )
    conditions = list(texts_of_flow(flow, currency, words))
    if conditions:
        yield words.text(_("It continues only if:"))
        yield from (f"- {condition}" for condition in conditions)
    if flow.holdout:
        share = share_text(flow.holdout)
        yield words.text(_("It leaves %(share)s of people alone, to measure its effect."), share=share)
    yield from _Steps(currency, zone, words).lines(flow.steps, "")
    yield words.text(_("It ends when the buyer buys, here or elsewhere."))


def step_text(step: Step, currency: str, zone: str, words: Sentences) -> str:
    """The waits and the action of one step, without its number: "Wait 1 hour: send a mail …"."""
    return _Steps(currency, zone, words).line(step)


def numbered_steps(steps: tuple[Step, ...], outer: str = "", first: int = 1) -> Iterator[tuple[str, Step]]:
    """Each step with its number in the explanation: 2, and 2.1 for a step of its branches."""
    for place, step in enumerate(steps, first):
        number = f"{outer}{place}"
        yield number, step
        if isinstance(step.action, Branch):
            yield from numbered_steps(step.action.then, f"{number}.")
            yield from numbered_steps(step.action.otherwise, f"{number}.", len(step.action.then) + 1)


class _Steps:
    def __init__(self, currency: str, zone: str, words: Sentences) -> None:
        self._currency, self._zone, self._words = currency, zone, words

    def lines(self, steps: tuple[Step, ...], outer: str, first: int = 1) -> Iterator[str]:
        """A line for each step; those of a branch have the number of the branch in front, and are indented."""
        indent = "   " * outer.count(".")
        for place, step in enumerate(steps, first):
            number, action = f"{outer}{place}.", step.action
            yield f"{indent}{number} {self.line(step)}"
            if not isinstance(action, Branch):
                continue
            yield from self.lines(action.then, number)
            if action.then and action.otherwise:
                otherwise = self._words.text(_("Otherwise:"))
                yield f"{indent}   {otherwise}"
            yield from self.lines(action.otherwise, number, len(action.then) + 1)

    def line(self, step: Step) -> str:
        words, action = self._words, step.action
        waits = ", ".join(self._wait(wait) for wait in step.waits) or words.text(_("at once"))
        waits = waits[0].upper() + waits[1:]
        if not isinstance(action, Branch):
            return words.text(_("%(waits)s: %(action)s."), waits=waits, action=self._action(action))
        condition = all_of(words, list(condition_texts(action.condition, self._currency, words)))
        text = _("%(waits)s: if %(condition)s:") if action.then else _("%(waits)s: unless %(condition)s:")
        return words.text(text, waits=waits, condition=condition)

    def _wait(self, wait: Wait) -> str:
        words = self._words
        if wait.is_until:
            where = self._zone if wait.zone == "shop" else words.text(_("where the buyer is"))
            days = one_of(words, [words.text(_WEEKDAYS[day]) for day in wait.weekdays])
            time = "" if wait.until is None else f"{wait.until:%H:%M}"
            at = " ".join(part for part in (days, time) if part)
            return words.text(_("wait until %(time)s (%(where)s)"), time=at, where=where)
        if wait.days:
            return words.count("wait %(count)s day", "wait %(count)s days", wait.days)
        if wait.microseconds % HOUR == 0:
            return words.count("wait %(count)s hour", "wait %(count)s hours", wait.microseconds // HOUR)
        return words.count("wait %(count)s minute", "wait %(count)s minutes", wait.microseconds // MINUTE)

    def _action(self, action: Action) -> str:
        words = self._words
        match action:
            case SendEmail():
                own = action.template is not None
                return words.text(
                    _("send a mail with its own template") if own else _("send a mail with the shop's template")
                )
            case SendNotification():
                return words.text(_("send the checkout to %(address)s"), address=action.address)
            case CreateTask():
                return words.text(_("create the task '%(title)s'"), title=action.title)
            case ApplyDiscount():
                return self._discount(action)
            case OnlyWait():
                return words.text(_("continue"))
            case Branch():
                return words.text(_("continue with one of two lists"))

    def _discount(self, action: ApplyDiscount) -> str:
        words, days = self._words, action.again_after_days
        if action.from_list is not None:
            text = words.text(
                _("apply the next discount code of the list '%(name)s' to the recovery link"), name=action.from_list
            )
        elif action.webhook is None:
            text = words.text(_("apply the discount code '%(code)s' to the recovery link"), code=action.code)
        elif action.valid_days is None:
            text = words.text(
                _("apply a new discount code to the recovery link, once %(address)s has accepted it"),
                address=action.webhook,
            )
        else:
            text = words.count(
                "apply a new discount code, valid for %(count)s day, to the recovery link, once %(address)s has "
                "accepted it",
                "apply a new discount code, valid for %(count)s days, to the recovery link, once %(address)s has "
                "accepted it",
                action.valid_days,
                address=action.webhook,
            )
        if not days:
            return text
        limit = words.count(
            "unless the buyer got one in the last %(count)s day",
            "unless the buyer got one in the last %(count)s days",
            days,
        )
        return words.text(_("%(action)s, %(limit)s"), action=text, limit=limit)
