"""The effect of a flow: what the people it wrote to did, minus what the held-out people did, with 95 % intervals."""

from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist

_Z = NormalDist().inv_cdf(0.975)
# The interval of the money per person is too narrow for smaller groups, because most people spend nothing.
FEWEST_PEOPLE, FEWEST_BUYERS = 100, 10


@dataclass(frozen=True, slots=True)
class Group:
    """People of one group, how many of them bought, and the sums of their spending and of its squares."""

    people: int = 0
    bought: int = 0
    spent: float = 0.0
    spent_squared: float = 0.0

    @property
    def rate(self) -> float | None:
        return self.bought / self.people if self.people else None

    @property
    def mean(self) -> float | None:
        return self.spent / self.people if self.people else None

    @property
    def variance(self) -> float:
        """The variance of the spending of one person, estimated with n - 1."""
        if self.people < 2:
            return 0.0
        return max(0.0, self.spent_squared - self.spent**2 / self.people) / (self.people - 1)


@dataclass(frozen=True, slots=True)
class Interval:
    """A difference, and the limits between which it lies with 95 % confidence."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Lift:
    """`bought` is the difference of the shares of buyers, from -1 to 1; `money` that of the spending per person.

    Either is None as long as there are too few people; `more_people` is how many more must enter the flow.
    """

    bought: Interval | None
    money: Interval | None
    more_people: int


def lift(mailed: Group, held_out: Group, share: float) -> Lift:
    """The effect of a flow that holds out a `share` of people, between 0 and 1."""
    missing = max(
        ceil((FEWEST_PEOPLE - held_out.people) / share),
        ceil((FEWEST_PEOPLE - mailed.people) / (1 - share)),
        0,
    )
    if missing:
        return Lift(None, None, missing)
    enough = min(mailed.bought, held_out.bought) >= FEWEST_BUYERS
    return Lift(newcombe(mailed, held_out), welch(mailed, held_out) if enough else None, 0)


def wilson(bought: int, people: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    rate, square = bought / people, _Z * _Z
    middle = (rate + square / (2 * people)) / (1 + square / people)
    half = _Z * sqrt(rate * (1 - rate) / people + square / (4 * people * people)) / (1 + square / people)
    return max(0.0, middle - half), min(1.0, middle + half)


def newcombe(one: Group, other: Group) -> Interval:
    """The difference of two shares with its 95 % interval (Newcombe 1998, method 10)."""
    first, second = one.bought / one.people, other.bought / other.people
    low_one, high_one = wilson(one.bought, one.people)
    low_other, high_other = wilson(other.bought, other.people)
    value = first - second
    return Interval(
        value,
        value - sqrt((first - low_one) ** 2 + (high_other - second) ** 2),
        value + sqrt((high_one - first) ** 2 + (second - low_other) ** 2),
    )


def welch(one: Group, other: Group) -> Interval:
    """The difference of two means with its 95 % interval (Welch 1947), for groups of at least two people."""
    value = one.spent / one.people - other.spent / other.people
    parts = [group.variance / group.people for group in (one, other)]
    error = sum(parts)
    if error == 0:
        return Interval(value, value, value)
    freedom = error**2 / sum(part**2 / (group.people - 1) for part, group in zip(parts, (one, other), strict=True))
    half = _student(freedom) * sqrt(error)
    return Interval(value, value - half, value + half)


def _student(freedom: float) -> float:
    """The 97.5 % quantile of Student's t (Abramowitz and Stegun 26.7.5); exact to 0.001 from 5 degrees on."""
    z, n = _Z, freedom
    return (
        z
        + (z**3 + z) / (4 * n)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * n**4)
    )
