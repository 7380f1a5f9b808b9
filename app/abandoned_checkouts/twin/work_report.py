"""A report of background work: how much of each kind ran, in total and at each moment."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

# The maximum number of moments that a report lists. All work is counted.
MOST_LISTED = 1000


@dataclass(slots=True)
class WorkReport:
    """`total` and `moments` have amounts of work by kind. `moments` are in microseconds, in the order of the clock.

    The report is the same if the same work runs at the same moments, in one turn or in several.
    """

    total: Counter[str] = field(default_factory=Counter)
    moments: list[tuple[int, Counter[str]]] = field(default_factory=list)

    @property
    def size(self) -> int:
        """The total amount of work of all kinds."""
        return self.total.total()

    def add(self, moment: int, ran: Mapping[str, int]) -> None:
        """Add work that ran at a moment. Kinds without work are left out."""
        done = +Counter(ran)
        if not done:
            return
        self.total += done
        if self.moments and self.moments[-1][0] == moment:
            self.moments[-1][1].update(done)
        elif len(self.moments) < MOST_LISTED:
            self.moments.append((moment, done))

    def state(self) -> object:
        """A copy of the report as JSON, for a snapshot."""
        return [dict(self.total), [(moment, dict(ran)) for moment, ran in self.moments]]

    @classmethod
    def from_state(cls, state: object) -> "WorkReport":
        """The report that `state` has returned; an empty one for anything else."""
        if not isinstance(state, list):
            return cls()
        total, moments = state
        return cls(Counter(total), [(moment, Counter(ran)) for moment, ran in moments])
