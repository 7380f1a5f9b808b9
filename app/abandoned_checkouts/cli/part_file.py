"""Writes a file under a temporary name and renames it when it is complete."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from abandoned_checkouts.cli.exit_codes import FileError


@contextmanager
def part_file(out: Path) -> Iterator[Path]:
    """A temporary path to write to. At the end it is renamed to `out`; after an error it is deleted. Raises
    FileError."""
    part = out.with_name(f"{out.name}.part")
    try:
        yield part
        part.replace(out)
    except OSError as problem:
        raise FileError(f"{out} cannot be written: {problem.strerror or problem}") from problem
    finally:
        part.unlink(missing_ok=True)
