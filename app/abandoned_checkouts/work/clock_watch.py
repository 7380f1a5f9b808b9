"""Notices when the machine's clock is changed, by hand or by a time service.

Due times are compared with the clock. If the clock is set back, work that is already planned would be late, so
`Workers` plans it again. If the clock is set forward, claims of running attempts seem to have expired, so for a while a
process does not take over claims of others.
"""

import time
from collections.abc import Callable

from abandoned_checkouts.checkouts.moment import SECOND, Clock

# The smallest change that is noticed. Drift of the clock and a busy machine cause smaller differences.
JUMP = 10 * SECOND


class ClockWatch:
    """`now` returns the time of `clock`, and compares it with `timer`: seconds of a timer that nobody can change."""

    def __init__(self, clock: Clock, timer: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._timer = clock, timer
        self._offset: int | None = None
        self._was_set_back = False
        self._forward_at: float | None = None

    def start(self) -> None:
        """Start to compare. `was_set_back` returns True once, because the clock may have changed since an earlier
        process."""
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
