"""Unexpected errors: the log entry, and the response."""

import errno
import logging

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from abandoned_checkouts.http_kit.failures import FailureNet, log_failures, refusal_for
from abandoned_checkouts.http_kit.responses import error_response
from abandoned_checkouts.store.engine.failures import StoreError


@pytest.mark.parametrize(
    ("problem", "status"),
    [
        (StoreError("full"), 503),
        (OSError(errno.ENOSPC, "No space left on device"), 503),
        (OSError(errno.ENOENT, "No such file"), 500),
        (ValueError("a mistake"), 500),
    ],
)
def test_the_status(problem: Exception, status: int) -> None:
    assert refusal_for(problem).status == status


def test_the_same_failure_of_many_fields_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    log_failures("id-1", [StoreError("full"), StoreError("full"), KeyError("a"), KeyError("a")])
    assert [bool(record.exc_info) for record in caplog.records] == [False, True, True]
    assert caplog.records[0].getMessage() == "request id-1: full"


@pytest.mark.anyio
async def test_a_response_that_has_begun_is_broken_off_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/begun":
            await send({"type": "http.response.start", "status": 200, "headers": []})
        raise StoreError("lost\nconnection")

    net, sent = FailureNet(app, error_response), []

    async def send(message: object) -> None:
        sent.append(message)

    await net({"type": "http", "path": "/begun"}, None, send)  # type: ignore[arg-type]
    assert len(sent) == 1
    async with httpx.AsyncClient(transport=httpx.ASGITransport(net), base_url="http://server") as http:
        response = await http.get("/other")
    assert response.status_code == 503 and response.headers["retry-after"] == "5"
    messages = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert messages[1] == f"request {response.headers['x-request-id']}: lost connection"
