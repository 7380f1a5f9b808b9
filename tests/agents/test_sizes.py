"""How long results are shortened."""

from typing import Any

import pytest

from abandoned_checkouts.agents.sizes import shortened, size_of

ENTRY = {"id": 1, "body": "b" * 100}


def test_a_short_answer_is_unchanged() -> None:
    answer = {"list": [1, 2, 3]}
    assert shortened(answer) is answer


def test_the_longest_list_is_cut_and_named() -> None:
    found = shortened({"count": 500, "checkouts": [ENTRY] * 500}, 10_000)
    kept = len(found["checkouts"])
    assert found["left_out"] == [f"checkouts: the first {kept} of 500"] and 20 < kept < 500
    assert found["checkouts"][0] == ENTRY and found["count"] == 500


def test_a_long_text_inside_of_a_list_is_cut() -> None:
    found = shortened({"list": [ENTRY, {"id": 2, "body": "x" * 50_000}]}, 10_000)
    assert len(found["list"]) == 2 and found["left_out"][0].startswith("list.1.body: the first ")


@pytest.mark.parametrize(
    "answer",
    [
        {"a": {str(number): number for number in range(5_000)}},
        {str(number): "x" * 30 for number in range(1_000)},
        {"a": {"b": {"c": [["x" * 40] * 40] * 40}}},
        {"text": '"\\\n' * 20_000},
        {"text": "שלום" * 10_000},
    ],
)
def test_every_answer_becomes_short(answer: dict[str, Any]) -> None:
    found = shortened(answer, 10_000)
    assert size_of(found) <= 10_000 and found["left_out"]


def test_the_answer_itself_is_not_changed() -> None:
    answer = {"list": ["x" * 100] * 500}
    shortened(answer, 5_000)
    assert len(answer["list"]) == 500
