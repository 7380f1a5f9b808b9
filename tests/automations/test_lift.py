"""The statistic of hold-outs: published examples, limits, and how often the interval has the true effect."""

import os
import random
from bisect import bisect
from itertools import accumulate
from math import exp, isclose, lgamma, log, log1p

import pytest

from abandoned_checkouts.automations.lift import Group, _student, lift, newcombe, welch, wilson

RUNS = 1000
# Abramowitz and Stegun 26.7.5 for 1, 2 and 5 degrees of freedom.
SERIES = [11.300117563, 4.270551342, 2.570308227]
SEED = int(os.environ.get("SEED", "20"))


def test_the_interval_of_a_share_is_that_of_the_literature() -> None:
    """Newcombe 1998a, table I: 81 of 263 is 0.2553 to 0.3662; 0 of 20 is 0 to 0.1611."""
    assert [round(limit, 4) for limit in wilson(81, 263)] == [0.2553, 0.3662]
    assert [round(limit, 4) for limit in wilson(0, 20)] == [0.0, 0.1611]


@pytest.mark.parametrize(
    ("one", "other", "limits"),
    [
        # Newcombe 1998b, table II, method 10.
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((10, 10), (0, 20), (0.6791, 1.0)),
    ],
)
def test_the_interval_of_a_difference_is_that_of_the_literature(
    one: tuple[int, int], other: tuple[int, int], limits: tuple[float, float]
) -> None:
    found = newcombe(Group(one[1], one[0]), Group(other[1], other[0]))
    assert isclose(found.value, one[0] / one[1] - other[0] / other[1])
    assert (round(found.low, 4), round(found.high, 4)) == limits


def spending(amounts: list[float]) -> Group:
    return Group(len(amounts), sum(a > 0 for a in amounts), sum(amounts), sum(a * a for a in amounts))


@pytest.mark.parametrize(
    ("group", "rate", "mean", "variance"),
    [
        (spending([]), None, None, 0),
        (spending([3]), 1, 3, 0),
        (spending([0, 0, 3, 5]), 0.5, 2, 6),
        # Rounding of large sums does not make it negative.
        (Group(2, 2, 20.0, 199.999999), 1, 10, 0),
    ],
)
def test_shares_and_means_of_a_group(group: Group, rate: float | None, mean: float | None, variance: float) -> None:
    """By hand: the mean of 0, 0, 3, 5 is 2, and their squared distances 4, 4, 1, 9 make 18 / 3."""
    assert (group.rate, group.mean, group.variance) == (rate, mean, variance)


def test_the_interval_of_money_is_that_of_welch() -> None:
    """By hand: means 3 and 6, variances 2.5 and 2.5, error 1, 8 degrees of freedom, t = 2.3060."""
    found = welch(spending([1, 2, 3, 4, 5]), spending([4, 5, 6, 7, 8]))
    assert isclose(found.value, -3) and isclose(found.low, -5.3060, abs_tol=1e-3)
    same = welch(spending([2, 2]), spending([1, 1]))
    assert (same.low, same.high) == (1, 1)


def test_the_quantile_of_students_t_is_that_of_the_table() -> None:
    """The first terms of the series alone are wrong by more than this below ten degrees of freedom."""
    table = {5: 2.57058, 6: 2.44691, 8: 2.30600, 10: 2.22814, 20: 2.08596, 60: 2.00030, 1000: 1.96234}
    assert {freedom: round(_student(freedom), 5) for freedom in table} == pytest.approx(table, abs=1e-3)
    # The value of the series itself, so that no coefficient changes.
    assert [round(_student(freedom), 9) for freedom in (1, 2, 5)] == SERIES


def up_to(people: int, rate: float) -> list[float]:
    """The chances that at most 0, 1, 2 … of the people buy: a draw is found in them by bisection."""
    each = [
        exp(lgamma(people + 1) - lgamma(k + 1) - lgamma(people - k + 1) + k * log(rate) + (people - k) * log1p(-rate))
        for k in range(people)
    ]
    return list(accumulate(each))


def draw(rng: random.Random, people: int, rate: float) -> Group:
    """Spending with a long tail: most buy nothing, and few buy much."""
    return spending([rng.lognormvariate(4, 0.6) if rng.random() < rate else 0.0 for _ in range(people)])


@pytest.mark.parametrize(
    ("mailed", "held_out", "rates"), [(900, 100, (0.12, 0.08)), (2000, 500, (0.10, 0.10)), (5000, 5000, (0.03, 0.02))]
)
def test_intervals_have_the_true_effect_in_95_of_100_runs(
    mailed: int, held_out: int, rates: tuple[float, float]
) -> None:
    rng = random.Random(SEED)
    effect, hits = rates[0] - rates[1], 0
    chances = [up_to(mailed, rates[0]), up_to(held_out, rates[1])]
    for _ in range(RUNS):
        one, other = bisect(chances[0], rng.random()), bisect(chances[1], rng.random())
        found = newcombe(Group(mailed, one), Group(held_out, other))
        hits += found.low <= effect <= found.high
    assert 0.93 <= hits / RUNS <= 0.97, hits


def test_intervals_of_money_have_the_true_effect_in_95_of_100_runs() -> None:
    rng = random.Random(SEED)
    mean = 2.718281828459045 ** (4 + 0.6**2 / 2)
    hits = 0
    for _ in range(RUNS):
        found = welch(draw(rng, 900, 0.12), draw(rng, 300, 0.10))
        hits += found.low <= 0.02 * mean <= found.high
    assert 0.93 <= hits / RUNS <= 0.97, hits


@pytest.mark.parametrize(
    ("mailed", "held_out", "share", "more"),
    [
        (0, 0, 0.1, 1000),
        (900, 90, 0.1, 100),
        (900, 99, 0.1, 10),
        (900, 100, 0.1, 0),
        (40, 500, 0.5, 120),
    ],
)
def test_too_few_people_have_no_figure(mailed: int, held_out: int, share: float, more: int) -> None:
    found = lift(Group(mailed, 0), Group(held_out, 0), share)
    assert found.more_people == more and (found.bought is None) == (more > 0)


def test_money_needs_ten_buyers_in_each_group() -> None:
    one, few, enough = Group(900, 50, 500.0, 9000.0), Group(100, 9, 90.0, 1000.0), Group(100, 10, 90.0, 1000.0)
    assert lift(one, few, 0.1).money is None
    assert lift(one, enough, 0.1).money is not None
