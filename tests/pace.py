"""Compares the CPU time of something with a limit, so that other work on the machine does not make a test fail.

    pace = Pace(0.1)
    while pace.again():
        with pace.attempt():
            parse(text)
    pace.check("parsing")

An attempt counts the CPU time of its thread without the garbage collector, which goes through everything that the
test session holds. The least of a few attempts is compared, because other work only ever adds to it, and the limit is
extended by what the machine is slower than usual at that moment.
"""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# CPU seconds for `_yardstick` on an idle machine of the kind for which the limits were chosen.
_USUAL = 0.0062
_ATTEMPTS = 8


class Pace:
    """Attempts at something that may take `limit` seconds of CPU on a usual machine: as many as it needs to keep the
    limit, at most eight."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.best = float("inf")
        self._allowed = limit
        self._attempts = 0

    def again(self) -> bool:
        """Whether another attempt is needed."""
        if self._attempts == 0:
            return True
        self._allowed = self.limit * slack()
        return self._attempts < _ATTEMPTS and not self.is_kept

    @property
    def is_kept(self) -> bool:
        return self.best < self._allowed

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Counts the CPU time of this thread in the block, which may await."""
        self._attempts += 1
        with _collector_stopped():
            started = time.thread_time()
            yield
            self.best = min(self.best, time.thread_time() - started)

    def check(self, what: str) -> None:
        """Fails the test if no attempt kept the limit."""
        assert self.is_kept, f"{what} took {self}"

    def __str__(self) -> str:
        return f"{self.best * 1000:.2f} ms of CPU; {self._allowed * 1000:.2f} ms are allowed"


def check_pace(limit: float, work: Callable[[], object], what: str) -> None:
    """Fails the test if `work` takes more than `limit` seconds of CPU on a usual machine."""
    pace = Pace(limit)
    while pace.again():
        with pace.attempt():
            work()
    pace.check(what)


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU seconds of this thread for `work`."""
    pace = Pace(0)
    with pace.attempt():
        work()
    return pace.best


def slack() -> float:
    """The factor for a time limit now: two, times the factor by which the machine is slower than usual."""
    return 2 * max(1.0, min(_yardstick() for _ in range(5)) / _USUAL)


@contextmanager
def _collector_stopped() -> Iterator[None]:
    was_running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_running:
            gc.enable()


def _yardstick() -> float:
    """CPU seconds for a sample of the operations that reading a text needs."""
    started = time.thread_time()
    words: dict[str, int] = {}
    for number in range(20_000):
        word = f"{number % 977:x}"
        words[word] = words.get(word, 0) + len(word)
    assert len(words) == 977
    return time.thread_time() - started
