"""One record of a file."""

from dataclasses import dataclass


@dataclass(slots=True)
class FileRecord:
    """One decoded value and where it stands: "line 7", or "record 7" where a file has no lines of its own."""

    place: str
    value: object = None
    problem: str | None = None
    # The number that its line begins with.
    number: bytes | None = None
