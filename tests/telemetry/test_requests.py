"""Requests are watched: the finished record, the id in the response, and nothing when nobody wants to know."""

from contextlib import suppress

import pytest
from starlette.types import Message, Receive, Scope, Send

from abandoned_checkouts.telemetry.current import (
    RequestRecord,
    current_request,
    note_caller,
    note_cost,
    note_failure,
    note_operation,
)
from abandoned_checkouts.telemetry.requests import RequestObserver

SCOPE = {"type": "http", "method": "POST", "path": "/admin/api/graphql.json"}


async def observed(app: object, scope: Scope = SCOPE) -> tuple[RequestRecord, list[Message]]:
    found: list[RequestRecord] = []
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    with suppress(ZeroDivisionError):
        await RequestObserver(lambda: "new-id", [found.append])(app, scope, None, send)  # type: ignore[arg-type]
    return found[0], sent


@pytest.mark.anyio
async def test_the_record_of_a_request() -> None:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        note_caller("a.example", 7)
        note_operation("Page")
        note_cost(10, 4)
        headers = [(b"content-type", b"x"), (b"x-request-id", b"theirs")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})

    record, [start] = await observed(app)
    assert (record.endpoint, record.shop, record.app, record.operation) == ("graphql", "a.example", 7, "Page")
    assert (record.requested_cost, record.cost, record.request_id, record.outcome) == (10, 4, "theirs", "ok")
    assert record.seconds > 0 and len(start["headers"]) == 2
    assert current_request.get() is None


@pytest.mark.anyio
async def test_a_response_without_an_id_gets_one() -> None:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 404, "headers": []})

    record, [start] = await observed(app)
    assert start["headers"] == [(b"x-request-id", b"new-id")]
    assert (record.request_id, record.outcome) == ("new-id", "refused")


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("status", "note", "outcome"),
    [
        (200, None, "ok"),
        (429, None, "throttled"),
        (200, lambda: note_cost(10, None), "throttled"),
        (200, note_failure, "failed"),
        (503, None, "failed"),
    ],
)
async def test_the_outcome(status: int, note: object, outcome: str) -> None:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        if callable(note):
            note()
        await send({"type": "http.response.start", "status": status, "headers": []})

    assert (await observed(app))[0].outcome == outcome


@pytest.mark.anyio
async def test_a_request_without_a_response_is_recorded_too() -> None:
    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise ZeroDivisionError

    assert (await observed(app))[0].outcome == "aborted"


def test_without_a_request_notes_do_nothing() -> None:
    note_caller("a.example")
    note_operation("x")
    note_cost(1, None)
    note_failure()
    assert current_request.get() is None
