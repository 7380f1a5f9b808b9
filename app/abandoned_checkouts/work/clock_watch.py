"""A clock that can be set: by hand, or by a machine that notices late that its clock is wrong.

What is due is decided by the clock, so that all processes agree. If it is set back, work that was planned by the wrong
time would wait too long: `Workers` plans it again. If it is set forward, the claims of attempts that still run seem to
have ended: for a while nothing is claimed that another attempt may hold.
"""

import time
from collections.abc import Callable

from abandoned_checkouts.checkouts.moment import SECOND, Clock

# A difference that is not the clock's usual drift or a busy machine.
JUMP = 10 * SECOND


class ClockWatch:
    """`now` is `clock`, compared with `timer`, which returns seconds and is never set."""

    def __init__(self, clock: Clock, timer: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._timer = clock, timer
        self._offset: int | None = None
        self._was_set_back = False
        self._forward_at: float | None = None

    def start(self) -> None:
        """Compare from now on. Work that an earlier process planned is planned again, too."""
        self._offset = self._clock() - round(self._timer() * SECOND)
        self.set_back()

    def set_back(self) -> None:
        """Let the next `was_set_back` return true."""
        self._was_set_back = True

    def now(self) -> int:
        """Microseconds since 1970."""
        now = self._clock()
        if self._offset is not None:
            offset = now - round(self._timer() * SECOND)
            if offset - self._offset < -JUMP:
                self.set_back()
            elif offset - self._offset > JUMP:
                self._forward_at = self._timer()
            self._offset = offset
        return now

    def takes_over_claims(self, lease: int) -> bool:
        """Whether claims that have ended by the clock, after `lease` microseconds, have really ended."""
        return self._forward_at is None or self._timer() - self._forward_at > lease / SECOND

    def was_set_back(self) -> bool:
        """Whether the clock was set back since the last call."""
        was, self._was_set_back = self._was_set_back, False
        return was
