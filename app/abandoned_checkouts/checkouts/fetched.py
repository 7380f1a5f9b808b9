"""What a URL that this server opened returned."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fetched:
    """`text` is the response. `problem` is why there is none, in plain words, or None."""

    text: str = ""
    problem: str | None = None
