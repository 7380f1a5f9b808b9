"""Which step follows another, in and out of branches."""

from typing import Any

import pytest

from abandoned_checkouts.automations.flow_tree import step_after, step_numbered
from abandoned_checkouts.automations.parse_flows import parse_flow

TASK: dict[str, Any] = {"create_task": "Call"}
IF: dict[str, Any] = {"if": {"query": "x"}}
FLOW = parse_flow(
    {
        "name": "x",
        "steps": [
            TASK,
            {**IF, "then": [TASK, {**IF, "else": [TASK, TASK]}], "else": [TASK]},
            {**IF, "then": [TASK]},
        ],
    }
)


@pytest.mark.parametrize(
    ("number", "is_met", "following"),
    [
        (0, None, 1),
        (1, True, 2),
        (1, False, 6),
        (2, None, 3),
        # Without steps for a met condition, the flow goes on after both branches.
        (3, True, 7),
        (3, False, 4),
        (4, None, 5),
        (5, None, 7),
        (6, None, 7),
        (7, True, 8),
        (7, False, None),
        (8, None, None),
        # A number that the flow never had.
        (99, None, None),
    ],
)
def test_the_step_after(number: int, is_met: bool | None, following: int | None) -> None:
    found = step_after(FLOW, number, is_met)
    assert (None if found is None else found.number) == following


def test_every_step_is_found() -> None:
    assert [getattr(step_numbered(FLOW, number), "number", None) for number in range(10)] == [*range(9), None]
