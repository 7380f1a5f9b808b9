"""Tests of the split of the suite (`tests.quick`)."""

import pytest

from tests.quick import BUDGET, LIST, LONGEST, quick_cases, read_list, seconds_by_test

REPORT = """
1.00s call     tests/a.py::test_x[sqlite]
0.50s setup    tests/a.py::test_x[sqlite]
1.50s call     tests/a.py::test_x[postgresql]
0.90s call     tests/a.py::test_short
2 passed in 4.00s
"""


def test_the_mean_of_the_cases_is_listed():
    assert seconds_by_test(REPORT.splitlines()) == {"tests/a.py::test_x": 1.5}


def test_a_list_is_read():
    assert read_list("1.50 tests/a.py::test_x\n2.00 tests/b.py::test_y\n") == {
        "tests/a.py::test_x": 1.5,
        "tests/b.py::test_y": 2.0,
    }


CASES = [f"tests/a.py::test_x[{number}]" for number in range(10)]


@pytest.mark.parametrize(
    ("seconds", "chosen"),
    [
        (0.0, list(range(10))),
        (BUDGET / 20, list(range(10))),
        (BUDGET / 3, [0, 4, 9]),
        (BUDGET / 2, [0, 9]),
        (BUDGET, [0]),
        (LONGEST, [0]),
        (LONGEST + 0.1, []),
    ],
)
def test_cases_fit_into_the_budget(seconds: float, chosen: list[int]):
    assert quick_cases(CASES, {"tests/a.py::test_x": seconds}) == {CASES[number] for number in chosen}


def test_a_test_without_figures_is_quick():
    assert quick_cases(["tests/new.py::test_z"], {}) == {"tests/new.py::test_z"}


def test_each_listed_test_exists():
    for name in read_list(LIST.read_text(encoding="utf-8")):
        file, _, function = name.partition("::")
        text = (LIST.parent.parent / file).read_text(encoding="utf-8")
        assert f"def {function.rpartition('::')[2]}(" in text, f"tests/seconds.txt lists {name}, which is gone"
