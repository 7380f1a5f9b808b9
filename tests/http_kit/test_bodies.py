"""Bodies are read up to a size and a time, and every problem raises what the dialect makes of it."""

import asyncio
from typing import Any

import pytest
from starlette.requests import Request

from abandoned_checkouts.http_kit import bodies
from abandoned_checkouts.http_kit.bodies import BodyProblem, BodyReader


class ProblemError(Exception):
    def __init__(self, problem: BodyProblem, details: str) -> None:
        super().__init__(problem.name, details)


READER = BodyReader(10, ProblemError)
END: dict[str, Any] = {"type": "http.disconnect"}


def part(body: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def request(*messages: dict[str, Any], length: str | None = None) -> Request:
    """A request whose messages arrive one after the other; then nothing arrives for ever."""
    waiting = list(messages)

    async def receive() -> dict[str, Any]:
        if not waiting:
            await asyncio.Event().wait()
        return waiting.pop(0)

    headers = [] if length is None else [(b"content-length", length.encode("latin-1"))]
    return Request({"type": "http", "headers": headers}, receive)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("messages", "body"),
    [
        ([part(b"0123456789")], b"0123456789"),
        ([part(b"01234", more=True), part(b"56789")], b"0123456789"),
        ([part(b"", more=True), part(b"0", more=True), part(b"")], b"0"),
        ([{"type": "http.request"}], b""),
    ],
)
async def test_the_whole_body_is_read(messages: list[dict[str, Any]], body: bytes) -> None:
    assert await READER.read(request(*messages)) == body


@pytest.mark.anyio
async def test_a_body_that_arrives_later_is_read() -> None:
    waiting = [part(b"01", more=True), part(b"2")]

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0)
        return waiting.pop(0)

    assert await READER.receive(receive, "") == b"012"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("messages", "length", "problem"),
    [
        ([part(b"01234567890")], None, "TOO_LARGE"),
        ([part(b"0123456789", more=True), part(b"0")], None, "TOO_LARGE"),
        # Refused before the first byte arrives.
        ([], "11", "TOO_LARGE"),
        ([part(b"0", more=True), END], None, "CUT_SHORT"),
        ([part(b"0", more=True)], "5", "TOO_SLOW"),
        ([part(b"0", more=True)], "²", "TOO_SLOW"),
    ],
)
async def test_problems_are_the_dialects_exceptions(
    monkeypatch: pytest.MonkeyPatch, messages: list[dict[str, Any]], length: str | None, problem: str
) -> None:
    monkeypatch.setattr(bodies.BODY_TIME, "seconds", 0.01)
    with pytest.raises(ProblemError) as raised:
        await READER.read(request(*messages, length=length))
    assert raised.value.args == (problem, "")


def test_json() -> None:
    assert READER.json(b"[1]") == [1]
    assert READER.json_object(b'{"a": 1}') == {"a": 1}
    with pytest.raises(ProblemError) as raised:
        READER.json_object(b"[1]")
    assert raised.value.args == ("NOT_OBJECT", "")
    with pytest.raises(ProblemError) as raised:
        READER.json(b"{")
    assert raised.value.args == ("NOT_JSON", "unexpected end of data: line 1 column 2 (char 1)")
