"""The scenarios that run on a twin, each with the stage that it is in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """`stage` counts from 1. `began` is the instant to which the times of the scenario relate, in microseconds."""

    stage: int
    began: int
    shop: str


class RunningScenarios:
    """A part of a snapshot, like the faults that the scenarios have added."""

    def __init__(self) -> None:
        self.runs: dict[str, Run] = {}

    def state(self) -> object:
        return [[name, run.stage, run.began, run.shop] for name, run in self.runs.items()]

    def restore(self, state: object) -> None:
        self.runs = {name: Run(*values) for name, *values in (state if isinstance(state, list) else [])}
