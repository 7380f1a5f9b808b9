"""A short run of the fuzz test, and what its runs found."""

import pytest

from tests.promises.fuzz import fuzz, send
from tests.promises.fuzz_requests import FuzzRequest
from tests.shopify.caller import Caller

pytestmark = pytest.mark.anyio


FOUND = {
    "a Host with an open bracket": FuzzRequest("GET", "/control/flows", b"", ((b"host", b"[::1"),)),
    "an Origin with an open bracket": FuzzRequest("GET", "/", b"", ((b"origin", b"http://[::1"),)),
}


@pytest.mark.parametrize("name", FOUND)
async def test_what_was_found_is_refused(sqlite_caller: Caller, name: str) -> None:
    app = sqlite_caller.http._transport.app  # type: ignore[attr-defined]
    status, body = await send(app, FOUND[name], sqlite_caller.tokens["all"])
    assert status == 403, body


@pytest.mark.parametrize("seed", [1, 20_000])
async def test_random_requests_never_fail(sqlite_url: str, seed: int) -> None:
    outcome = await fuzz(sqlite_url, 1_000, seed)
    assert outcome.requests == 1_000 and not outcome.problems, "\n".join(outcome.problems[:5])
    assert outcome.statuses[200] > 100, outcome
