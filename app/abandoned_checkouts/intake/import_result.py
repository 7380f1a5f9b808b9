"""The results of an import."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Rejection:
    """A rejected record: its place, "line 7" or "record 7", and the reason."""

    path: Path
    place: str
    reason: str


@dataclass(slots=True)
class PartResult:
    """The result of a batch. `read` is the number of bytes of the file read so far."""

    read: int
    changes: dict[str, int]
    rejections: list[Rejection]


@dataclass(slots=True)
class Imported:
    """The numbers of checkouts by kind of change (created, updated, unchanged, older), and the number of rejected
    records."""

    changes: Counter[str] = field(default_factory=Counter)
    rejected: int = 0

    @property
    def checkouts(self) -> int:
        return self.changes.total()
