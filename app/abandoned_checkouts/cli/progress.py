"""Progress bars on standard error. They are hidden if standard error is not a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.text import Text


class RateColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f}/s", style="progress.data.speed")


@contextmanager
def counting(what: str, total: int | None) -> Iterator[Callable[..., None]]:
    """A bar that counts to `total`, which is None if it is unknown.

    Call the yielded function with the number done so far, and with the total once it is known.
    """
    with _bar(MofNCompleteColumn(), RateColumn(), what=what, total=total) as advance:
        yield advance


@contextmanager
def several() -> Iterator[Callable[[str, int, int | None], None]]:
    """A bar for each part of the work, in the order in which the parts begin.

    Call the yielded function with the name of the part, the number done and the total, None if unknown.
    """
    console = Console(stderr=True)
    shown = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), RateColumn(), TimeRemainingColumn())
    with Progress(*shown, console=console, disable=not console.is_terminal, transient=True) as progress:
        tasks: dict[str, TaskID] = {}

        def advance(what: str, done: int, total: int | None) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=total)
            progress.update(tasks[what], completed=done, total=total)

        yield advance


@contextmanager
def reading(what: str, size: int | None) -> Iterator[Callable[[int], None]]:
    """A bar that counts the bytes of a file. Call the yielded function with the bytes read so far."""
    with _bar(DownloadColumn(), TransferSpeedColumn(), what=what, total=size) as advance:
        yield advance


@contextmanager
def _bar(*columns: ProgressColumn, what: str, total: int | None) -> Iterator[Callable[..., None]]:
    console = Console(stderr=True)
    shown = (TextColumn("{task.description}"), BarColumn(), *columns, TimeRemainingColumn())
    with Progress(*shown, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task(what, total=total)

        def advance(done: int, of: int | None = None) -> None:
            progress.update(task, completed=done, total=total if of is None else of)

        yield advance
