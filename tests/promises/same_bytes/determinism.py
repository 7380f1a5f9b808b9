"""A fixed clock, and random values in order."""

import asyncio
import contextlib
import ctypes
import datetime
import gc
import importlib
import random
import secrets
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

# The clock stays behind the real one, even when the stories move it: the server compares it with the times of files.
START = int(datetime.datetime(2026, 10, 5, 12, tzinfo=datetime.UTC).timestamp()) * 1_000_000
MINUTE = 60_000_000
# The event loop's clock, kept before it is replaced.
MONOTONIC = time.monotonic


class Present:
    """The time in microseconds, and how many random values were used since `base` was set."""

    def __init__(self, now: int = START) -> None:
        self.now, self.base, self._count = now, 0, 0

    def number_from(self, base: int) -> None:
        self.base, self._count = base, 0

    def next(self) -> int:
        self._count += 1
        return self.base + self._count

    def seconds(self) -> float:
        return self.now / 1_000_000


def make_deterministic(present: Present) -> None:
    """Replace the clock and the sources of random values, before anything of the program is imported."""
    time.time = present.seconds
    time.time_ns = lambda: present.now * 1000
    time.perf_counter = lambda: 0.0
    time.monotonic = _monotonic(Path.cwd())
    random.random = lambda: 0.5
    random.randrange = lambda *_: 0
    uuid.uuid4 = lambda: uuid.UUID(f"5a3eb17e-0000-4000-8000-{present.next():012}")
    secrets.token_hex = lambda nbytes=None: f"5eedfeed{present.next():0{2 * (nbytes or 32) - 8}}"
    secrets.token_bytes = lambda nbytes=None: b"\xfa" + present.next().to_bytes((nbytes or 32) - 1)
    secrets.token_urlsafe = secrets.token_hex
    asyncio.gather = _one_after_another  # type: ignore[assignment]
    _be_patient()
    _replace_now(present)


def make_randomness_deterministic(package: str) -> None:
    """Give the program's own module of random values the same marks, before another module imports its functions.

    The key of the store has random values of no other use, which must not change the numbers of the others.
    """
    with contextlib.suppress(ModuleNotFoundError):
        module: Any = importlib.import_module(f"{package}.checkouts.randomness")
        module.random_hex = module.random_url_text = lambda count: secrets.token_hex(count)
        module.random_number = lambda count: int.from_bytes(secrets.token_bytes(count))
        module.random_fraction = lambda: 0.5
        module.random_uuid = lambda: uuid.uuid4()
    with contextlib.suppress(ModuleNotFoundError):
        module = importlib.import_module(f"{package}.store.engine.secret_key")
        module.secrets = SimpleNamespace(token_hex=lambda count: "0f" * count)


def _be_patient() -> None:
    """Extends time limits of one or two seconds for webhook receivers, because the machine may be busy. Shorter times
    are pauses and stay."""
    import anyio

    timeout, fail_after = asyncio.timeout, anyio.fail_after
    asyncio.timeout = lambda delay: timeout(delay if delay is None or delay < 1.2 else delay * 60)

    def longer(delay: float | None, *more: Any, **options: Any) -> Any:
        return fail_after(None if delay is None else delay * 60, *more, **options)

    anyio.fail_after = longer


async def _one_after_another(*tasks: Any, return_exceptions: bool = False) -> list[Any]:
    """Replaces asyncio.gather, so that simultaneous work runs in a fixed order."""
    found: list[Any] = []
    for task in tasks:
        try:
            found.append(await task)
        except (Exception, asyncio.CancelledError) as problem:
            if not return_exceptions:
                raise
            found.append(problem)
    return found


def _monotonic(tree: Path) -> Callable[[], float]:
    """The program measures durations with it, which are never the same; the event loop needs the real one."""
    libraries = str(tree / ".venv")

    def monotonic() -> float:
        caller = sys._getframe(1).f_code.co_filename
        return 0.0 if caller.startswith(f"{tree}/") and not caller.startswith(libraries) else MONOTONIC()

    return monotonic


def _replace_now(present: Present) -> None:
    """datetime.now is written in C and reads the clock itself, so it is replaced within its class."""

    def now(_: type, tz: datetime.tzinfo | None = None) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(present.seconds(), tz)

    [members] = [each for each in gc.get_referents(datetime.datetime.__dict__) if isinstance(each, dict)]
    members["now"] = classmethod(now)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime.datetime))
