"""Splits the test suite: `--quick` runs what a developer waits for, `--rest` runs the others.

    python -m tests.quick REPORT > tests/seconds.txt

The list tests/seconds.txt has the seconds that one case of a slow test takes. It comes from the report of
`make test ARGS=--durations=0` on a machine that does nothing else. A quick run has as many cases of a test as fit
into `BUDGET` seconds, spread evenly over its parameters, so that both databases and both ends of a table are among
them. A test whose single case takes longer than `LONGEST` is left to the rest. A test that is not in the list is quick.
"""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest

BUDGET = 0.8
LONGEST = 1.7
LIST = Path(__file__).with_name("seconds.txt")
# What a test may take before it is listed.
_WORTH_LISTING = 1.0
_DURATION = re.compile(r"^([0-9.]+)s +(?:call|setup|teardown) +(\S+)")


def function_of(case: str) -> str:
    """The test without its parameters: `tests/test_x.py::test_y[sqlite]` → `tests/test_x.py::test_y`."""
    return case.partition("[")[0]


def read_list(text: str) -> dict[str, float]:
    """Seconds of one case by test, from lines of "seconds test"."""
    rows = (line.split() for line in text.splitlines())
    return {name: float(seconds) for seconds, name in rows}


def seconds_by_test(report: Iterable[str]) -> dict[str, float]:
    """Mean seconds of a case of each slow test, from the lines of pytest's report of durations."""
    total: Counter[str] = Counter()
    cases: dict[str, set[str]] = defaultdict(set)
    for line in report:
        if match := _DURATION.match(line):
            name = function_of(match[2])
            total[name] += float(match[1])
            cases[name].add(match[2])
    return {name: total[name] / len(cases[name]) for name in sorted(total) if total[name] > _WORTH_LISTING}


def quick_cases(cases: Sequence[str], seconds: Mapping[str, float]) -> set[str]:
    """The cases that a quick run has."""
    by_test: dict[str, list[str]] = defaultdict(list)
    for case in cases:
        by_test[function_of(case)].append(case)
    return {case for name, its in by_test.items() for case in _spread(its, _allowed(seconds.get(name, 0.0)))}


def _allowed(seconds: float) -> int | None:
    """How many cases fit, where one takes `seconds`; None means each."""
    if seconds == 0.0:
        return None
    return 0 if seconds > LONGEST else max(1, int(BUDGET / seconds))


def _spread(cases: Sequence[str], allowed: int | None) -> Sequence[str]:
    if allowed is None or allowed >= len(cases):
        return cases
    if allowed < 2:
        return cases[:allowed]
    return [cases[round(number * (len(cases) - 1) / (allowed - 1))] for number in range(allowed)]


def select(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave in `items` what this run has, and report the others as deselected."""
    if not (config.getoption("quick") or config.getoption("rest")):
        return
    quick = quick_cases([item.nodeid for item in items], read_list(LIST.read_text(encoding="utf-8")))
    chosen = [item for item in items if (item.nodeid in quick) == bool(config.getoption("quick"))]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    items[:] = chosen


def add_options(parser: pytest.Parser) -> None:
    group = parser.getgroup("parts of the suite")
    group.addoption("--quick", action="store_true", help="run what fits into six minutes (tests/quick.py)")
    group.addoption("--rest", action="store_true", help="run what --quick leaves out")


if __name__ == "__main__":
    for test, mean in seconds_by_test(Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()).items():
        sys.stdout.write(f"{mean:.2f} {test}\n")
