"""The report card of a scenario: how many rows an extractor lost, doubled or left stale, and the verdict."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.twin.exam.command import Ran

Verdict = Literal["passed", "failed", "not reached"]
# The maximum number of ids that a card lists.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Card:
    """The result of one scenario. The figures count rows; `reasons` says in words why it failed."""

    scenario: str
    verdict: Verdict
    lost: int = 0
    doubled: int = 0
    stale: int = 0
    late: int = 0
    state_advanced_wrongly: bool = False
    gave_up: bool = False
    reasons: tuple[str, ...] = ()
    messages: str = ""
    runs: int = 0
    seconds: float = 0.0

    def described(self) -> UntypedJson:
        return {
            "scenario": self.scenario,
            "verdict": self.verdict,
            "lost": self.lost,
            "doubled": self.doubled,
            "stale": self.stale,
            "late": self.late,
            "stateAdvancedWrongly": self.state_advanced_wrongly,
            "gaveUp": self.gave_up,
            "reasons": list(self.reasons),
            "messages": self.messages,
            "runs": self.runs,
            "seconds": round(self.seconds, 1),
        }


@dataclass(frozen=True, slots=True)
class Sitting:
    """A run, and the rows of the shop when it ended. `is_doubtful` is whether its responses had errors beside the data.

    Times of rows are in whole seconds, by id.
    """

    ran: Ran
    truth: Mapping[int, int]
    is_doubtful: bool = False


def judged(
    scenario: str, sittings: Sequence[Sitting], *, may_stop: bool, was_reached: bool, limit: float = 0.0
) -> Card:
    """The card of a scenario. The last sitting is a run after the incident; the others are runs during it."""
    during, after = sittings[:-1], sittings[-1]
    held, doubled, late = dict[int, int](), 0, 0
    for sitting in sittings:
        rows = sitting.ran.output.rows
        if sitting.ran.output.replaces and sitting.ran.succeeded:
            held.clear()
        # Values that came with errors may be wrong, so the row must be delivered again.
        held.update({number: -1 for number, _ in rows} if sitting.is_doubtful else dict(rows))
        doubled += sum(count - 1 for count in Counter(rows).values())
        if sitting.ran.succeeded and sitting is not after:
            late += len(_missing(held, sitting.truth)) + len(_stale(held, sitting.truth))
    expected = dict[int, int]()
    for sitting in sittings:
        expected |= sitting.truth
    lost, stale = _missing(held, expected), _stale(held, expected)
    advanced = bool(lost or stale) and any(sitting.ran.state is not None for sitting in during)
    stopped = [sitting.ran for sitting in during if not sitting.ran.succeeded]
    reasons = [
        *named("lost", lost),
        *([f"{doubled} {'row' if doubled == 1 else 'rows'} doubled within a run"] if doubled else []),
        *named("stale", stale),
        *(["the state moved past rows that were not delivered"] if advanced else []),
        *([f"it gave up: {_end_of(ran, limit)}" for ran in stopped if not may_stop]),
        *([f"it did not stop: {_end_of(ran, limit)}" for ran in stopped if may_stop and ran.code is None]),
        *([] if after.ran.succeeded else [f"the run after the incident failed: {_end_of(after.ran, limit)}"]),
    ]
    failing = next((sitting.ran for sitting in reversed(sittings) if not sitting.ran.succeeded), None)
    return Card(
        scenario,
        "failed" if reasons else "passed" if was_reached else "not reached",
        lost=len(lost),
        doubled=doubled,
        stale=len(stale),
        late=late,
        state_advanced_wrongly=advanced,
        gave_up=bool(stopped),
        reasons=tuple(reasons),
        messages=failing.messages if failing is not None else "",
        runs=len(sittings),
        seconds=sum(sitting.ran.seconds for sitting in sittings),
    )


def _missing(held: Mapping[int, int], truth: Mapping[int, int]) -> list[int]:
    return [number for number in truth if number not in held]


def _stale(held: Mapping[int, int], truth: Mapping[int, int]) -> list[int]:
    return [number for number, updated in truth.items() if number in held and held[number] < updated]


def named(what: str, numbers: list[int]) -> Iterable[str]:
    """A reason with the number of rows and some of their ids, if there are any."""
    if numbers:
        ids = ", ".join(str(number) for number in sorted(numbers)[:_NAMED])
        more = ", …" if len(numbers) > _NAMED else ""
        yield f"{len(numbers)} {'row' if len(numbers) == 1 else 'rows'} {what}: {ids}{more}"


def _end_of(ran: Ran, limit: float) -> str:
    return f"it ran longer than {limit:g} seconds" if ran.code is None else f"exit code {ran.code}"
