"""Jumps of the clock are noticed against a timer that is never set."""

from abandoned_checkouts.checkouts.moment import HOUR, SECOND
from abandoned_checkouts.work.clock_watch import ClockWatch


class Times:
    """A clock and a timer that the test moves."""

    def __init__(self) -> None:
        self.clock, self.timer = 1_790_000_000 * SECOND, 500.0
        self.watch = ClockWatch(lambda: self.clock, lambda: self.timer)

    def pass_seconds(self, seconds: int) -> None:
        self.clock += seconds * SECOND
        self.timer += seconds
        self.watch.now()


def test_a_jump_before_the_start_is_ignored() -> None:
    times = Times()
    for jump in (HOUR, -HOUR):
        times.clock += jump
        assert times.watch.now() == times.clock
    assert not times.watch.was_set_back() and times.watch.takes_over_claims(11 * SECOND)


def test_a_running_clock_does_not_jump() -> None:
    times = Times()
    times.watch.start()
    assert times.watch.was_set_back(), "an earlier process may have planned by another clock"
    for _ in range(100):
        times.pass_seconds(60)
        times.clock += SECOND
    assert not times.watch.was_set_back() and times.watch.takes_over_claims(11 * SECOND)


def test_a_clock_set_back_is_reported_once() -> None:
    times = Times()
    times.watch.start()
    times.watch.was_set_back()
    times.clock -= HOUR
    times.pass_seconds(1)
    assert times.watch.was_set_back() and not times.watch.was_set_back()


def test_claims_hold_for_a_lease_of_real_time_after_a_jump_forward() -> None:
    times = Times()
    times.watch.start()
    times.watch.was_set_back()
    times.clock += HOUR
    times.pass_seconds(1)
    assert not times.watch.takes_over_claims(11 * SECOND)
    times.pass_seconds(11)
    assert not times.watch.takes_over_claims(11 * SECOND)
    times.pass_seconds(1)
    assert times.watch.takes_over_claims(11 * SECOND) and not times.watch.was_set_back()
