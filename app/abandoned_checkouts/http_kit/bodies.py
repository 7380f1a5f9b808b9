"""Reads the bodies of requests. Only here does the server wait for bytes from a client."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from typing import Any
from weakref import WeakSet

import orjson
from starlette.requests import Request
from starlette.types import Message, Receive

from abandoned_checkouts.checkouts.json_types import UntypedJson


class BodyTime:
    """How long a client may take to send a body: `seconds`, for all endpoints of the process."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._running: WeakSet[asyncio.Timeout] = WeakSet()

    def limit(self) -> asyncio.Timeout:
        """The limit of a body that is received from now on."""
        limit = asyncio.timeout(self.seconds)
        self._running.add(limit)
        return limit

    def hurry(self, seconds: float) -> None:
        """The server stops: bodies that are being received must arrive within this number of seconds."""
        latest = asyncio.get_running_loop().time() + seconds
        for limit in list(self._running):
            when = limit.when()
            if when is not None and when > latest and not limit.expired():
                # One that has just ended cannot be changed.
                with suppress(RuntimeError):
                    limit.reschedule(latest)


BODY_TIME = BodyTime(20.0)


class BodyProblem(Enum):
    """Why a body cannot be used."""

    TOO_LARGE = auto()
    # The body was not complete within BODY_TIME.
    TOO_SLOW = auto()
    # The client disconnected before the end.
    CUT_SHORT = auto()
    NOT_JSON = auto()
    # The body is JSON, but not an object.
    NOT_OBJECT = auto()


class Begun:
    """The rest of an awaitable whose steps have begun: `awaited` is what it waits for."""

    __slots__ = ("_awaited", "_steps")

    def __init__(self, awaited: object, steps: Generator[Any, Any, Message]) -> None:
        self._awaited, self._steps = awaited, steps

    def __await__(self) -> Generator[Any, Any, Message]:
        """Continue like `yield from`, which cannot be used for steps that have begun."""
        awaited, steps = self._awaited, self._steps
        while True:
            try:
                sent = yield awaited
            except BaseException as problem:
                throw = getattr(steps, "throw", None)
                if throw is None:
                    raise
                step = partial(throw, problem)
            else:
                step = partial(next, steps) if sent is None else partial(steps.send, sent)
            try:
                awaited = step()
            except StopIteration as end:
                message: Message = end.value
                return message


@dataclass(frozen=True, slots=True)
class BodyReader:
    """Reads the bodies of a dialect's endpoints, of at most `limit` bytes.

    Every method can raise the exception that `refusal` returns for a problem and its details. For NOT_JSON, the details
    are orjson's message; otherwise they are empty.
    """

    limit: int
    refusal: Callable[[BodyProblem, str], Exception]

    async def read(self, request: Request) -> bytes:
        """The whole body of a request."""
        return await self.receive(request.receive, request.headers.get("content-length", ""))

    async def receive(self, receive: Receive, content_length: str) -> bytes:
        """The whole body of an ASGI request. `content_length` is the header, or empty."""
        if content_length.isascii() and content_length.isdigit() and int(content_length) > self.limit:
            raise self.refusal(BodyProblem.TOO_LARGE, "")
        # Most bodies have arrived with the headers. Then a limit of time would only take time.
        steps = receive().__await__()
        begun: Begun | None = None
        message: Message = {}
        try:
            begun = Begun(next(steps), steps)
        except StopIteration as end:
            message = end.value
            if message["type"] == "http.request" and not message.get("more_body", False):
                body: bytes = message.get("body", b"")
                if len(body) <= self.limit:
                    return body
        parts: list[bytes] = []
        size = 0
        try:
            async with BODY_TIME.limit():
                if begun is not None:
                    message = await begun
                while True:
                    if message["type"] != "http.request":
                        raise self.refusal(BodyProblem.CUT_SHORT, "")
                    part = message.get("body", b"")
                    size += len(part)
                    if size > self.limit:
                        raise self.refusal(BodyProblem.TOO_LARGE, "")
                    parts.append(part)
                    if not message.get("more_body", False):
                        return b"".join(parts) if len(parts) > 1 else part
                    message = await receive()
        except TimeoutError:
            raise self.refusal(BodyProblem.TOO_SLOW, "") from None

    def json(self, body: bytes) -> object:
        """The JSON value of a body."""
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as problem:
            raise self.refusal(BodyProblem.NOT_JSON, str(problem)) from None

    def json_object(self, body: bytes) -> UntypedJson:
        """The JSON object of a body."""
        return self.object_of(self.json(body))

    def object_of(self, value: object) -> UntypedJson:
        """A JSON value that must be an object."""
        if not isinstance(value, dict):
            raise self.refusal(BodyProblem.NOT_OBJECT, "")
        return value
