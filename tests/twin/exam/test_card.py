"""The verdict of a card for given runs, without a server."""

from abandoned_checkouts.twin.exam.card import Card, Sitting, judged
from abandoned_checkouts.twin.exam.command import Ran
from abandoned_checkouts.twin.exam.output import Output

TRUTH = {1: 10, 2: 20}
ALL = [(1, 10), (2, 20)]


def _sat(
    rows: list[tuple[int, int]],
    code: int | None = 0,
    state: bytes | None = b"s",
    *,
    replaces: bool = False,
    is_doubtful: bool = False,
    truth: dict[int, int] | None = None,
) -> Sitting:
    return Sitting(Ran(code, Output(rows, None, replaces), "", 1.0, state), truth or TRUTH, is_doubtful)


def _card(*sittings: Sitting, may_stop: bool = False, was_reached: bool = True) -> Card:
    return judged("x", sittings, may_stop=may_stop, was_reached=was_reached, limit=5)


def test_everything_delivered() -> None:
    card = _card(_sat(ALL), _sat([]))
    assert (card.verdict, card.reasons, card.late, card.seconds) == ("passed", (), 0, 2.0)
    assert _card(_sat(ALL), _sat([]), was_reached=False).verdict == "not reached"


def test_lost_rows_and_the_state() -> None:
    card = _card(_sat([(1, 10)]), _sat([]))
    assert (card.verdict, card.lost, card.state_advanced_wrongly) == ("failed", 1, True)
    assert card.reasons == ("1 row lost: 2", "the state moved past rows that were not delivered")
    assert not _card(_sat([(1, 10)], state=None), _sat([], state=None)).state_advanced_wrongly


def test_late_rows_are_not_lost() -> None:
    card = _card(_sat([(1, 10)]), _sat([(2, 20)]))
    assert (card.verdict, card.late, card.lost) == ("passed", 1, 0)


def test_stale_rows() -> None:
    assert _card(_sat([(1, 9), (2, 20)]), _sat([])).stale == 1
    # The last row that came is what is stored.
    assert _card(_sat([(1, 10), (1, 9), (2, 20)]), _sat([])).stale == 1
    assert _card(_sat([(1, 9), (1, 10), (2, 20)]), _sat([])).verdict == "passed"


def test_rows_are_doubled_within_a_run_only() -> None:
    assert _card(_sat([*ALL, (2, 20)]), _sat([])).reasons == ("1 row doubled within a run",)
    assert _card(_sat(ALL), _sat(ALL)).verdict == "passed"


def test_giving_up() -> None:
    assert _card(_sat([], 1), _sat(ALL)).reasons == ("it gave up: exit code 1",)
    allowed = _card(_sat([], 1), _sat(ALL), may_stop=True)
    assert (allowed.verdict, allowed.gave_up) == ("passed", True)
    assert _card(_sat([], None), _sat(ALL), may_stop=True).reasons == ("it did not stop: it ran longer than 5 seconds",)
    assert _card(_sat(ALL), _sat([], 2)).reasons == ("the run after the incident failed: exit code 2",)


def test_rows_with_errors_beside_them_must_come_again() -> None:
    assert _card(_sat(ALL, is_doubtful=True), _sat([(1, 10)])).stale == 1
    assert _card(_sat(ALL, is_doubtful=True), _sat(ALL)).verdict == "passed"


def test_rows_that_were_deleted_count_while_they_were_there() -> None:
    after = _sat([(3, 30)], truth={3: 30})
    assert _card(_sat(ALL), after).verdict == "passed"
    assert _card(_sat([(1, 10)]), after).lost == 1
    assert _card(_sat(ALL), _sat([(3, 30)], truth={3: 30}, replaces=True)).lost == 2
