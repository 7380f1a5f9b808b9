"""The order of a flow's steps: which one follows another, also out of the branches."""

from collections.abc import Iterator
from dataclasses import replace

from abandoned_checkouts.automations.flow import Branch, Flow, Step


def numbered(steps: tuple[Step, ...], numbers: Iterator[int]) -> tuple[Step, ...]:
    """The steps with these numbers, in the order of `Flow.all_steps`."""
    found = []
    for step in steps:
        number, action = next(numbers), step.action
        if isinstance(action, Branch):
            then = numbered(action.then, numbers)
            action = replace(action, then=then, otherwise=numbered(action.otherwise, numbers))
        found.append(replace(step, number=number, action=action))
    return tuple(found)


def step_numbered(flow: Flow, number: int) -> Step | None:
    return next((step for step in flow.all_steps() if step.number == number), None)


def step_after(flow: Flow, number: int, is_met: bool | None = None) -> Step | None:
    """The step that follows a finished one, in its branch or after it; None at the end of the flow.

    `is_met` is whether the condition of a finished branch was met. A removed step is followed by its successor.
    """
    step = step_numbered(flow, number)
    if step is None:
        return _successor(flow, number)
    if isinstance(step.action, Branch) and is_met is not None:
        chosen = step.action.then if is_met else step.action.otherwise
        if chosen:
            return chosen[0]
    return dict(_successors(flow.steps, None)).get(number)


def _successor(flow: Flow, number: int) -> Step | None:
    """The step that a removed step leads to."""
    for _ in range(len(flow.removed)):
        following = flow.removed.get(number)
        if following is None:
            return None
        step, number = step_numbered(flow, following), following
        if step is not None:
            return step
    return None


def _successors(steps: tuple[Step, ...], after: Step | None) -> Iterator[tuple[int, Step | None]]:
    for place, step in enumerate(steps):
        following = steps[place + 1] if place + 1 < len(steps) else after
        yield step.number, following
        if isinstance(step.action, Branch):
            yield from _successors(step.action.then, following)
            yield from _successors(step.action.otherwise, following)
