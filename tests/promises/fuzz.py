"""Random requests to the whole application: no response has a status of 5xx, and nothing is logged with a traceback.

    python -m tests.promises.fuzz --requests 100000 --seed 7

Each request is one of `REQUESTS` with a few changes: of its document, JSON, YAML, token, path, query or headers. The
seed of a request that fails is printed: `--seed` with that number and `--requests 1` sends it again.
"""

import argparse
import asyncio
import json
import logging
import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from abandoned_checkouts.config import Settings
from tests.promises.fuzz_changes import changed
from tests.promises.fuzz_requests import REQUESTS, FuzzRequest
from tests.shopify.caller import Caller, caller_for

Headers = list[tuple[bytes, bytes]]


@dataclass
class Outcome:
    seed: int
    requests: int = 0
    seconds: float = 0
    statuses: Counter[int] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        kinds = ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses.items()))
        return (
            f"{self.requests} requests from seed {self.seed} in {self.seconds:.0f} s: {kinds}; "
            f"{len(self.problems)} problems"
        )


class Tracebacks(logging.Handler):
    """Collects log entries that are errors or have a traceback."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR or record.exc_info:
            self.lines.append(logging.Formatter().format(record)[-1500:])


async def fuzz(url: str, requests: int, seed: int) -> Outcome:
    outcome, log, began = Outcome(seed), Tracebacks(), time.monotonic()
    logging.getLogger().addHandler(log)
    try:
        async for caller in caller_for(url, Settings(database_url=url, work=False, throttle=False)):
            app = caller.http._transport.app  # type: ignore[attr-defined]
            for number in range(requests):
                await _one(app, caller, seed + number, outcome, log)
                outcome.requests += 1
    finally:
        logging.getLogger().removeHandler(log)
    outcome.seconds = time.monotonic() - began
    return outcome


async def _one(app: Any, caller: Caller, seed: int, outcome: Outcome, log: Tracebacks) -> None:
    chance = random.Random(seed)
    request = changed(chance.choice(REQUESTS), chance)
    log.lines.clear()
    try:
        status, body = await send(app, request, caller.tokens["all"])
    except Exception as problem:
        outcome.problems.append(f"seed {seed}: {request!r:.600} raised {problem!r}")
        return
    outcome.statuses[status] += 1
    if status >= 500 or log.lines or b"Traceback" in body or b"INTERNAL_SERVER_ERROR" in body:
        text = "\n".join(log.lines)
        outcome.problems.append(f"seed {seed}: {request!r:.600}\n  {status} {body[:300]!r}\n{text}")


async def send(app: Any, request: FuzzRequest, token: str) -> tuple[int, bytes]:
    """Status and body of the response. The request reaches the application as a server passes it."""
    path, _, query = request.target.partition("?")
    headers: Headers = [(b"host", b"127.0.0.1"), (b"x-shopify-access-token", token.encode())]
    headers += [(b"authorization", token.encode()), (b"content-type", b"application/json")]
    changed_names = {name for name, _ in request.headers}
    headers = [each for each in headers if each[0] not in changed_names] + list(request.headers)
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode("ascii", "replace"),
        "query_string": query.encode("ascii", "replace"),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }
    messages = [{"type": "http.request", "body": request.body, "more_body": False}]
    status, parts = 0, []

    async def receive() -> dict[str, Any]:
        return messages.pop() if messages else {"type": "http.disconnect"}

    async def take(message: dict[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            parts.append(message.get("body", b""))

    await app(scope, receive, take)
    return status, b"".join(parts)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**9))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = asyncio.run(fuzz(f"sqlite+aiosqlite:///{Path(folder) / 'fuzz.sqlite3'}", given.requests, given.seed))
    print(result)
    for text in result.problems[:20]:
        print(text)
    if result.problems:
        Path("fuzz-problems.json").write_text(json.dumps(result.problems, indent=1))
    raise SystemExit(bool(result.problems))
