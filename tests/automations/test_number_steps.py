"""Steps keep their numbers when a flow is edited, and a removed step leads to the next one."""

from typing import Any

import pytest

from abandoned_checkouts.automations.flow import Flow
from abandoned_checkouts.automations.flow_tree import step_after
from abandoned_checkouts.automations.number_steps import (
    StepNumbers,
    numbers_after_edit,
    stored_numbers,
    with_numbers,
)
from abandoned_checkouts.automations.parse_flows import parse_flow

Steps = list[dict[str, Any]]
A: dict[str, Any] = {"send_email": {"subject": "The first one", "message": "Your cart is here"}}
A2: dict[str, Any] = {"send_email": {"subject": "The very first one", "message": "Your cart is here"}}
B: dict[str, Any] = {"send_email": {"subject": "Second", "message": "It is still here"}}
C: dict[str, Any] = {"create_task": "Call"}
N: dict[str, Any] = {"send_email": {"subject": "Entirely different words"}}
DAY: dict[str, Any] = {"wait": "1 day"}


def when(then: Steps, otherwise: Steps | None = None, value: str = ">=100") -> dict[str, Any]:
    return {"if": {"cart": {"value": value}}, "then": then, **({} if otherwise is None else {"else": otherwise})}


def flow_of(steps: Steps) -> Flow:
    return parse_flow({"name": "x", "steps": steps})


@pytest.mark.parametrize(
    ("before", "after", "numbers", "removed"),
    [
        ([A, B, C], [A, B, C], (0, 1, 2), {}),
        # A text or a wait is changed.
        ([A, B], [A2, B], (0, 1), {}),
        ([A, B], [DAY, A, B], (0, 1), {}),
        # Added at the start, in the middle, at the end.
        ([A, B], [C, A, B], (2, 0, 1), {}),
        ([A, B], [A, N, B], (0, 2, 1), {}),
        ([A, B], [A, B, C], (0, 1, 2), {}),
        # Removed.
        ([A, B, C], [B, C], (1, 2), {0: 1}),
        ([A, B, C], [A, C], (0, 2), {1: 2}),
        ([A, B, C], [A, B], (0, 1), {2: None}),
        ([A, B, C], [C], (2,), {0: 2, 1: 2}),
        # Changed and removed: the most similar step keeps its number.
        ([A, B], [A2], (0,), {1: None}),
        ([B, A], [A2], (1,), {0: 1}),
        # Moved.
        ([A, C, B], [C, B, A], (1, 2, 0), {}),
        # Put into a branch, and out of it.
        ([A, B], [when([A]), B], (2, 0, 1), {}),
        ([when([A]), B], [A, B], (1, 2), {0: 1}),
        ([when([A], [C]), B], [when([A]), B], (0, 1, 3), {2: 3}),
        ([when([A], [C]), B], [B], (3,), {0: 3, 1: 3, 2: 3}),
        # Branches are the same if their conditions are, also with other steps in them.
        ([when([A])], [when([A], None, "<5"), when([B])], (2, 3, 0, 1), {}),
        # The condition of a branch is changed.
        ([when([A]), B], [when([A], value=">=50"), B], (0, 1, 2), {}),
    ],
)
def test_numbers_after_an_edit(
    before: Steps, after: Steps, numbers: tuple[int, ...], removed: dict[int, int | None]
) -> None:
    old, new = flow_of(before), flow_of(after)
    found = numbers_after_edit(old, stored_numbers(None, old), new)
    assert (found.numbers, found.removed) == (numbers, removed)
    assert stored_numbers(found.to_json(), new) == found
    # Nobody who waits gets lost: each old number leads to a step of the new flow, or to its end.
    flow, kept = with_numbers(new, found), set(numbers)
    for number in range(len(list(old.all_steps()))):
        after_it = step_after(flow, number)
        assert number in kept or after_it is None or after_it.number == removed[number]


def test_a_successor_that_is_removed_later_leads_on() -> None:
    first, second, third = flow_of([A, B, C]), flow_of([B, C]), flow_of([C])
    numbers = numbers_after_edit(first, stored_numbers(None, first), second)
    numbers = numbers_after_edit(second, numbers, third)
    flow = with_numbers(third, numbers)
    following = step_after(flow, 0)
    assert following is not None and following.number == 2
    fourth = flow_of([N])
    numbers = numbers_after_edit(third, numbers, fourth)
    # A new step never has the number of a removed one.
    assert numbers.numbers == (3,) and step_after(with_numbers(fourth, numbers), 0) is None


def test_numbers_of_a_flow_from_before_they_were_stored() -> None:
    assert stored_numbers(None, flow_of([A, when([B], [C])])) == StepNumbers((0, 1, 2, 3), 4)
    other = {"numbers": [0], "following": 1, "removed": []}
    assert stored_numbers(other, flow_of([A, B])) == StepNumbers((0, 1), 2)
