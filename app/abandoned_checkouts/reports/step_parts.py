"""The parts that name a step of a flow: flow.number, and before the reason of a skipped step."""

import re

_STEP_AND_REASON = re.compile(r"(\d+\.\d+) (.*)", re.DOTALL)


def part_of_step(flow_id: int, number: int) -> str:
    """`number` is the step's number in its flow, which stays when the flow is edited."""
    return f"{flow_id}.{number}"


def part_of_skipped(step: str, reason: str) -> str:
    """`step` is a part of `part_of_step`, or empty if it is not known."""
    return f"{step} {reason}" if step else reason


def skipped_in(part: str) -> tuple[str, str]:
    """The step and the reason of a part of `part_of_skipped`. Older parts have no step."""
    match = _STEP_AND_REASON.fullmatch(part)
    return ("", part) if match is None else (match[1], match[2])
