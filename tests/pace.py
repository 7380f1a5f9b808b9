"""How fast this machine is now, for limits of time: other work on it must not decide whether a change is right."""

import time

# What the yardstick takes on an idle machine of the kind that the limits were set on, in seconds of CPU.
_USUAL = 0.0062


def slack() -> float:
    """By how much a limit is to be stretched now: twice, and by as much as the machine is slower than usual."""
    return 2 * max(1.0, min(_yardstick() for _ in range(5)) / _USUAL)


def _yardstick() -> float:
    """CPU seconds for a bit of everything that reading a text is made of."""
    started = time.thread_time()
    words: dict[str, int] = {}
    for number in range(20_000):
        word = f"{number % 977:x}"
        words[word] = words.get(word, 0) + len(word)
    assert len(words) == 977
    return time.thread_time() - started
