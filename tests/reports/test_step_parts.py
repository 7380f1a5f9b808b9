"""Parts of sums that name a step."""

import pytest

from abandoned_checkouts.reports.step_parts import part_of_skipped, part_of_step, skipped_in


@pytest.mark.parametrize("reason", ["the buyer unsubscribed", "1.2 is a reason", "", "two\nlines"])
@pytest.mark.parametrize("step", [part_of_step(7, 0), part_of_step(12, 30)])
def test_step_and_reason_are_found_again(step: str, reason: str) -> None:
    assert skipped_in(part_of_skipped(step, reason)) == (step, reason)


def test_older_parts_have_no_step() -> None:
    assert skipped_in("the buyer received … mails") == ("", "the buyer received … mails")
    assert part_of_skipped("", "held out") == "held out"
