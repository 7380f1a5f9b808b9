"""Notices when the machine's clock is set, by hand or by a time service.

All processes decide by the clock what is due. After the clock was set back, work that was planned before would be late,
so `Workers` plans it again. After it was set forward, the claims of running attempts appear to have expired, so for a
while no claims of other processes are taken over.
"""

import time
from collections.abc import Callable

from abandoned_checkouts.checkouts.moment import SECOND, Clock

# A larger difference than the clock's drift or a busy machine can cause.
JUMP = 10 * SECOND


class ClockWatch:
    """`now` returns the time of `clock` and compares it with `timer`, which returns seconds and is never set."""

    def __init__(self, clock: Clock, timer: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._timer = clock, timer
        self._offset: int | None = None
        self._was_set_back = False
        self._forward_at: float | None = None

    def start(self) -> None:
        """Start to compare. Work that an earlier process planned is also planned again."""
        self._offset = self._clock() - round(self._timer() * SECOND)
        self.set_back()

    def set_back(self) -> None:
        """Make the next call of `was_set_back` return True."""
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
        """Whether a claim of `lease` microseconds that has expired by the clock has really expired."""
        return self._forward_at is None or self._timer() - self._forward_at > lease / SECOND

    def was_set_back(self) -> bool:
        """Whether the clock was set back since the last call."""
        was, self._was_set_back = self._was_set_back, False
        return was
