"""The clock of the twin. It shows real time, a later time, or a fixed instant."""

from dataclasses import dataclass
from typing import Literal

from abandoned_checkouts.checkouts.moment import Clock


@dataclass(frozen=True, slots=True)
class ClockState:
    """`running`: real time plus `offset`. `frozen`: always `instant`. Both in microseconds."""

    mode: Literal["running", "frozen"] = "running"
    offset: int = 0
    instant: int = 0


class BackwardsError(ValueError):
    """The clock cannot go back, because what has happened since cannot be undone. Only restoring a snapshot can."""


class TwinClock:
    """The clock. Call it without arguments, like every Clock. `real` returns real time in microseconds since 1970."""

    def __init__(self, real: Clock, start: int | None = None) -> None:
        """If there is a `start`, the clock is frozen at it. It may be in the past."""
        self.real = real
        self.state = ClockState() if start is None else ClockState("frozen", instant=start)

    def __call__(self) -> int:
        state = self.state
        return state.instant if state.mode == "frozen" else self.real() + state.offset

    def freeze(self, instant: int | None = None) -> None:
        """Freeze the clock at `instant`, or at the present. Raises BackwardsError for an instant in the past."""
        now = self()
        if instant is not None and instant < now:
            raise BackwardsError
        self.state = ClockState("frozen", instant=now if instant is None else instant)

    def run(self) -> None:
        """Run on from the present instant, at the speed of real time."""
        now = self()
        self.state = ClockState("running", offset=now - self.real())

    def reset(self) -> None:
        """Show real time again. Raises BackwardsError if the clock is ahead of it."""
        if self.real() < self():
            raise BackwardsError
        self.state = ClockState()
