"""One record of a file."""

from dataclasses import dataclass


@dataclass(slots=True)
class FileRecord:
    """A decoded value and its place: "line 7", or "record 7" in a JSON document."""

    place: str
    value: object = None
    problem: str | None = None
    # The id at the start of the line, if the line starts with one.
    number: bytes | None = None
