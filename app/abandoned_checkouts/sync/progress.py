"""How a run reports its progress."""

from collections.abc import Callable

# Called with the name of the work, the number done, and the total if it is known.
Progress = Callable[[str, int, int | None], None]


def no_progress(_what: str, _done: int, _total: int | None) -> None:
    """For runs that nobody watches."""
