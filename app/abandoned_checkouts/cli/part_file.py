"""Files that get their name only when they are complete."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from abandoned_checkouts.cli.exit_codes import FileError


@contextmanager
def part_file(out: Path) -> Iterator[Path]:
    """A path to write to. It is renamed to `out` at the end, or removed after an error. Raises FileError."""
    part = out.with_name(f"{out.name}.part")
    try:
        yield part
        part.replace(out)
    except OSError as problem:
        raise FileError(f"{out} cannot be written: {problem.strerror or problem}") from problem
    finally:
        part.unlink(missing_ok=True)
