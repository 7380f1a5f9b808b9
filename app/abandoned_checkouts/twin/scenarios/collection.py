"""The scenarios by name, as scenarios.toml declares them."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import format_microseconds
from abandoned_checkouts.twin.durations import duration_of

# The feature that a client must use to be affected by the incident.
NEEDS = ("requests", "bulk", "rest", "refresh tokens", "webhooks")
_AGO = re.compile(r"\{([^{}]+) ago\}")


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of a scenario: operations of /__twin (`method`, `path`, `body`), then faults. In the exam, the client runs
    once in each stage."""

    operations: tuple[UntypedJson, ...]
    faults: tuple[UntypedJson, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """`thread` is a public thread, owner/name#12, or None. `may_stop`: a correct client may end with an error."""

    name: str
    needs: str
    summary: str
    correct: str
    thread: str | None
    may_stop: bool
    stages: tuple[Stage, ...]

    def described(self) -> UntypedJson:
        return {
            "name": self.name,
            "summary": self.summary,
            "correct": self.correct,
            "thread": None if self.thread is None else thread_url(self.thread),
            "needs": self.needs,
            "mayStop": self.may_stop,
            "stages": len(self.stages),
        }


def thread_url(thread: str) -> str:
    """The address of owner/name#12. GitHub leads from issues to pull requests."""
    repository, _, number = thread.partition("#")
    return f"https://github.com/{repository}/issues/{number}"


@cache
def scenarios() -> Mapping[str, Scenario]:
    """All scenarios, in their order."""
    source = tomllib.loads(Path(__file__).with_name("scenarios.toml").read_text(encoding="utf-8"))
    return {each["name"]: _scenario(each) for each in source["scenario"]}


def _scenario(source: UntypedJson) -> Scenario:
    stages = tuple(Stage(tuple(each.get("operations", ())), tuple(each.get("faults", ()))) for each in source["stage"])
    return Scenario(
        name=source["name"],
        needs=source["needs"],
        summary=source["summary"],
        correct=source["correct"],
        thread=source.get("thread"),
        may_stop=source.get("may_stop", False),
        stages=stages,
    )


def at(value: Any, moment: int) -> Any:
    """JSON with every `{2 hours ago}` in its texts replaced by the instant before `moment`."""
    if isinstance(value, str):
        return _AGO.sub(lambda found: format_microseconds(moment - duration_of(found[1])), value)
    if isinstance(value, list):
        return [at(each, moment) for each in value]
    if isinstance(value, dict):
        return {name: at(each, moment) for name, each in value.items()}
    return value
