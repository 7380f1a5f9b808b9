"""What an import did."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Rejection:
    """A record that was left out: "line 7" or "record 7", and why."""

    path: Path
    place: str
    reason: str


@dataclass(slots=True)
class PartResult:
    """What one batch did; `read` is how many bytes of the file have been read by then."""

    read: int
    changes: dict[str, int]
    rejections: list[Rejection]


@dataclass(slots=True)
class Imported:
    """Checkouts by kind of change (created, updated, unchanged, older), and how many records were rejected."""

    changes: Counter[str] = field(default_factory=Counter)
    rejected: int = 0

    @property
    def checkouts(self) -> int:
        return self.changes.total()
