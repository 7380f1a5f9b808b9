"""Measures how fast this machine is now. Time limits of tests are extended if it is slow, so that other work does not
make them fail."""

import time

# CPU seconds for `yardstick` on an idle machine of the kind for which the limits were chosen.
_USUAL = 0.0062


def slack() -> float:
    """The factor for a time limit now: two, times the factor by which the machine is slower than usual."""
    return 2 * max(1.0, min(_yardstick() for _ in range(5)) / _USUAL)


def _yardstick() -> float:
    """CPU seconds for a sample of the operations that reading a text needs."""
    started = time.thread_time()
    words: dict[str, int] = {}
    for number in range(20_000):
        word = f"{number % 977:x}"
        words[word] = words.get(word, 0) + len(word)
    assert len(words) == 977
    return time.thread_time() - started
