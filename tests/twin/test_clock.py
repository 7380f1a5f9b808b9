"""The twin's clock: it never goes back by itself."""

import pytest

from abandoned_checkouts.twin.clock import BackwardsError, ClockState, TwinClock
from tests.intake.messages import START, Clock


@pytest.fixture
def real() -> Clock:
    return Clock()


def test_runs_with_real_time_at_first(real: Clock) -> None:
    clock = TwinClock(real)
    real.pass_minutes(1)
    assert clock() == real.now


def test_frozen_it_stands_still_and_runs_on_from_there(real: Clock) -> None:
    clock = TwinClock(real)
    clock.freeze(START + 100)
    real.pass_minutes(1)
    assert clock() == START + 100
    clock.run()
    real.now += 7
    assert clock() == START + 107


def test_reset_returns_to_real_time_unless_that_is_the_past(real: Clock) -> None:
    clock = TwinClock(real)
    clock.freeze()
    real.pass_minutes(1)
    clock.reset()
    assert clock() == real.now
    clock.freeze(real.now + 1)
    with pytest.raises(BackwardsError):
        clock.reset()
    assert clock() == real.now + 1


def test_freezing_in_the_past_is_refused_and_changes_nothing(real: Clock) -> None:
    clock = TwinClock(real)
    with pytest.raises(BackwardsError):
        clock.freeze(START - 1)
    assert clock.state == ClockState()
