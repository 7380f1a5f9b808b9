"""The time of rate limits: that of the clock, until a refused client waits for a clock that stands still."""

import pytest

from abandoned_checkouts.twin.clock import TwinClock
from abandoned_checkouts.twin.limit_time import LimitTime
from tests.intake.messages import Clock


@pytest.fixture
def real() -> Clock:
    return Clock(1_000)


def test_it_is_the_time_of_the_clock_without_a_refusal(real: Clock) -> None:
    clock = TwinClock(real)
    time = LimitTime(clock)
    clock.freeze()
    real.now += 500
    assert time.at(clock()) == 1_000


def test_from_a_refusal_on_it_follows_real_time_until_the_clock_moves(real: Clock) -> None:
    clock = TwinClock(real)
    time = LimitTime(clock)
    clock.freeze()
    time.refused(clock())
    real.now += 500
    assert [time.at(clock()), time.at(clock())] == [1_500, 1_500]
    clock.freeze(5_000)
    real.now += 500
    assert time.at(clock()) == 5_500, "it never goes back"
    real.now += 500
    assert time.at(clock()) == 5_500


def test_a_running_clock_restores_points_by_itself(real: Clock) -> None:
    clock = TwinClock(real)
    time = LimitTime(clock)
    time.refused(clock())
    real.now += 500
    assert time.at(clock()) == 1_500


def test_a_restored_state_waits_for_nobody(real: Clock) -> None:
    clock = TwinClock(real)
    time = LimitTime(clock)
    before = time.state()
    clock.freeze()
    time.refused(clock())
    real.now += 500
    assert time.at(clock()) == 1_500
    time.restore(before)
    real.now += 500
    assert time.at(clock()) == 1_000
