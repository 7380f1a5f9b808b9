"""How long a request waits before it is sent again."""

import httpx
import pytest

from abandoned_checkouts.sync.requests import ATTEMPTS, pause_before, send
from abandoned_checkouts.sync.source import SourceError


@pytest.mark.parametrize(
    ("header", "seconds"), [("3", 3), ("0.5", 0.5), ("-4", 0), ("99999", 600), ("tomorrow", 2), (None, 2)]
)
def test_the_pause_is_what_the_source_asks_for(header: str | None, seconds: float) -> None:
    response = httpx.Response(429, headers={} if header is None else {"retry-after": header})
    assert pause_before(2, response) == seconds


async def test_a_source_that_always_fails_is_given_up() -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(fail)) as http:
        with pytest.raises(SourceError, match=r"shop\.example failed 8 times \(ConnectError: refused\)"):
            await send(http, "POST", "https://shop.example/", sleep=sleep, headers={})
    assert len(pauses) == ATTEMPTS and pauses == sorted(pauses)
