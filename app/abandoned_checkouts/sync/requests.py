"""Requests with patience: a failed one is sent again after the time that the source asks for, a limited number of
times."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx

from abandoned_checkouts.sync.source import SourceError

Sleep = Callable[[float], Awaitable[object]]

ATTEMPTS = 8
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 60.0
_PASSING = frozenset((408, 429, 500, 502, 503, 504, 520, 522, 524))
TIMEOUT = httpx.Timeout(30.0, read=90.0)

# Statuses of a shop as a whole (Shopify: response status codes).
SHOP_STATUSES = {
    402: "the shop is frozen: its plan was not paid",
    403: "the request is forbidden: the app lacks an approval, or the shop is suspended",
    404: "there is no such shop, or it was closed",
    423: "the shop is locked",
}


async def pause(seconds: float) -> None:
    await asyncio.sleep(seconds)


def pause_before(attempt: int, response: httpx.Response | None) -> float:
    """Seconds before the next attempt: as the source asks, else twice as long each time."""
    asked = None if response is None else response.headers.get("retry-after")
    try:
        return min(max(0.0, float(asked)), 600.0) if asked else min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0**attempt)
    except ValueError:
        return min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0**attempt)


async def send(
    http: httpx.AsyncClient,
    method: str,
    url: str,
    *,
    sleep: Sleep,
    headers: Mapping[str, str],
    json: Any = None,
    read: Callable[[httpx.Response], Any] = lambda response: response,
) -> Any:
    """The response, or what `read` makes of it. `read` raises ValueError for a body that cannot be read.

    Statuses that can pass, lost connections and bodies that end early are tried again. Raises SourceError.
    """
    reason = ""
    for attempt in range(ATTEMPTS):
        response = None
        try:
            response = await http.request(method, url, headers=dict(headers), json=json, timeout=TIMEOUT)
            if response.status_code not in _PASSING:
                return read(response)
            reason = f"status {response.status_code}"
        except httpx.TransportError as problem:
            reason = f"{type(problem).__name__}: {problem}".rstrip(": ")
        except ValueError as problem:
            reason = f"the response cannot be read: {problem}"
        await sleep(pause_before(attempt, response))
    raise SourceError(
        f"{httpx.URL(url).host} failed {ATTEMPTS} times ({reason}); the next run continues where this one stopped"
    )
