"""The report of background work does not depend on how the work was divided into turns."""

import orjson
import pytest

from abandoned_checkouts.twin import work_report as module
from abandoned_checkouts.twin.work_report import WorkReport


def test_work_of_a_moment_is_added_up_over_several_turns() -> None:
    one, several = WorkReport(), WorkReport()
    one.add(1, {"events": 3, "deliveries": 2, "lapses": 0})
    one.add(5, {"events": 1})
    for moment, ran in ((1, {"events": 1}), (1, {"deliveries": 2}), (1, {"events": 2}), (5, {"events": 1})):
        several.add(moment, ran)
    assert one == several
    assert one.size == 6 and "lapses" not in one.total


def test_nothing_is_listed_for_a_moment_without_work() -> None:
    report = WorkReport()
    report.add(1, {"events": 0})
    assert report.moments == []


def test_all_work_is_counted_and_a_bounded_number_of_moments_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_LISTED", 2)
    report = WorkReport()
    for moment in range(4):
        report.add(moment, {"events": 1})
    assert [moment for moment, _ in report.moments] == [0, 1]
    assert report.size == 4


def test_a_kept_state_does_not_change_with_later_work() -> None:
    report = WorkReport()
    report.add(1, {"events": 1})
    kept = report.state()
    report.add(1, {"events": 1})
    assert WorkReport.from_state(orjson.loads(orjson.dumps(kept))).size == 1
    assert WorkReport.from_state(None) == WorkReport()
