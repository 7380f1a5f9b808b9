"""Errors in the definition of a flow: where they are, what is wrong, and what to do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

Value = TypeVar("Value")
Arguments = ParamSpec("Arguments")

# A message lists this many problems; the others are counted.
MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a value in a definition: `Place() / "steps" / 0 / "wait"` is steps[0].wait."""

    path: tuple[str | int, ...] = ()

    def __truediv__(self, part: str | int) -> "Place":
        return Place((*self.path, part))

    def __str__(self) -> str:
        text = ""
        for part in self.path:
            text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
        return text

    def error(self, text: str) -> "FlowError":
        """An error about the value here. The message is the path followed by `text`."""
        return FlowError(Problem(self, f"{self}{text}"))


@dataclass(frozen=True, slots=True)
class Problem:
    """`text` is one line that begins with the path. `is_about_key` is whether the key is wrong, not its value.
    `position` is the line and column in the text of the flow, from 1, if there is a text."""

    place: Place
    text: str
    is_about_key: bool = False
    position: tuple[int, int] | None = None

    def __str__(self) -> str:
        return (
            self.text if self.position is None else f"line {self.position[0]}, column {self.position[1]}: {self.text}"
        )


class FlowError(ValueError):
    """A flow is invalid. The message has a line for each problem."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        lines = [str(problem) for problem in problems[:MOST_SHOWN]]
        if len(problems) > MOST_SHOWN:
            lines.append(f"and {len(problems) - MOST_SHOWN} more problems")
        super().__init__("\n".join(lines))


@dataclass(slots=True)
class Problems:
    """Collects the problems of independent parts, so that one message has all of them."""

    found: list[Problem] = field(default_factory=list)

    def read(
        self,
        default: Value,
        read: Callable[Arguments, Value],
        *arguments: Arguments.args,
        **options: Arguments.kwargs,
    ) -> Value:
        """The result of `read`, or `default` if it raises FlowError, which is collected."""
        try:
            return read(*arguments, **options)
        except FlowError as error:
            self.found += error.problems
            return default

    def check(self) -> None:
        """Raises FlowError if there are problems."""
        if self.found:
            raise FlowError(*self.found)
