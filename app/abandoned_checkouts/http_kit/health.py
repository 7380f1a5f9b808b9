"""GET /healthz: the process answers. GET /readyz: it can do its work, or JSON that names each problem."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from abandoned_checkouts.http_kit.responses import json_response

# A check returns a problem in a few words, or None.
Check = Callable[[], Awaitable[str | None]]
# How long the result of the checks is used again, in seconds: everybody may send this request.
KEPT_FOR = 1.0


class Readiness:
    """Runs the checks, at most one at a time and once a second. `timer` returns seconds."""

    def __init__(self, checks: Mapping[str, Check], timer: Callable[[], float] = time.monotonic) -> None:
        self._checks, self._timer = checks, timer
        self._turn = asyncio.Lock()
        self._problems: dict[str, str] = {}
        self._checked_at: float | None = None

    async def problems(self) -> Mapping[str, str]:
        """The problems by the name of the part that has it."""
        async with self._turn:
            if self._checked_at is None or self._timer() - self._checked_at >= KEPT_FOR:
                found = {name: await check() for name, check in self._checks.items()}
                self._problems = {name: problem for name, problem in found.items() if problem is not None}
                self._checked_at = self._timer()
            return self._problems


def health_routes(readiness: Readiness) -> list[Route]:
    async def healthz(_: Request) -> Response:
        return json_response({"status": "ok"})

    async def readyz(_: Request) -> Response:
        problems = await readiness.problems()
        if not problems:
            return json_response({"status": "ok"})
        return json_response({"status": "unavailable", "problems": dict(problems)}, 503, {"retry-after": "5"})

    return [Route("/healthz", healthz, methods=["GET"]), Route("/readyz", readyz, methods=["GET"])]
