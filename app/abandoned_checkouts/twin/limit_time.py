"""The time that rate limits count by. It goes on for clients that wait, also if the clock stands still."""

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.twin.clock import TwinClock


class LimitTime:
    """The twin's time, later by the real time for which clients have waited.

    A client that is throttled waits in real time. If the clock stands still, it would wait forever, because nothing
    restores points. So real time counts from a refusal until the clock moves. Without a refusal, this is the time of
    the clock: the same requests get the same responses. All moments are in microseconds.
    """

    def __init__(self, clock: TwinClock) -> None:
        self._clock = clock
        self._waited = 0
        # The instant at which the clock stands since a refusal, and the real time that is counted already.
        self._standing: tuple[int, int] | None = None

    def at(self, now: int) -> int:
        """The time for rate limits when the clock shows `now`."""
        if self._standing is not None:
            instant, counted = self._standing
            real = self._clock.real()
            if instant == now and self._clock.state.mode == "frozen":
                self._waited += max(0, real - counted)
                self._standing = (instant, real)
            else:
                self._standing = None
        return now + self._waited

    def refused(self, now: int) -> None:
        """A request was refused when the clock showed `now`: its client waits."""
        if self._standing is None and self._clock.state.mode == "frozen":
            self._standing = (now, self._clock.real())

    def state(self) -> object:
        return {"waited": self._waited}

    def restore(self, state: object) -> None:
        kept: UntypedJson = state if isinstance(state, dict) else {}
        self._waited, self._standing = kept.get("waited", 0), None
