"""Applies the effects of a fault to a request and its response."""

import asyncio
import inspect
import socket
import struct
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from abandoned_checkouts.access.rules import granted
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import SECOND
from abandoned_checkouts.store.tenants.access_tokens import Access, access_filter
from abandoned_checkouts.store.tenants.recent_access import RecentAccess
from abandoned_checkouts.twin.asgi_call import call
from abandoned_checkouts.twin.fault_rules import FaultError, FaultRule
from abandoned_checkouts.twin.throttled import is_throttled

_BODIES: dict[tuple[str, int], bytes] = {
    ("rest", 429): b'{"errors":"Exceeded 2 calls per second for api client. Reduce request rates to resume '
    b'uninterrupted service."}',
    ("graphql", 500): b'{"errors":[{"message":"Internal error. Looks like something went wrong on our end.",'
    b'"extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}',
}
# The number of parts per second in which a slow response is sent.
_PIECES = 10


class LostConnectionError(ConnectionResetError):
    """The fault ends the connection. Raised to a client that has no network connection."""


async def respond_with_fault(
    rule: FaultRule, app: ASGIApp, scope: Scope, receive: Receive, send: Send, raw_send: Send, endpoint: str
) -> None:
    """Respond to the request with the effects of the rule.

    `raw_send` is the server's own function, which knows the connection. Raises FaultError, and LostConnectionError if
    the client must not get a response.
    """
    for operation in rule.effect("first") or ():
        method, path = str(operation.get("method", "POST")), str(operation["path"])
        status, body = await call(app, method, f"/__twin{path.removeprefix('/__twin')}", operation.get("body") or {})
        if status >= 400:
            raise FaultError(f"{rule.name}: {method} {path} failed: {body.decode('utf-8', 'replace')}")
    if rule.effect("latency"):
        await asyncio.sleep(rule.effect("latency") / SECOND)
    if rule.effect("connection") == "reset":
        raise _lost(raw_send)
    if rule.effect("status"):
        await _send_whole(rule, send, raw_send, *_chosen(rule, endpoint))
        return
    with _ChangedAccess(rule):
        start, body = await _answer(app, scope, receive)
    if rule.effect("connection") == "lost-answer":
        raise _lost(raw_send)
    body = _changed(rule, body)
    await _send_whole(rule, send, raw_send, start, body)


def _chosen(rule: FaultRule, endpoint: str) -> tuple[Message, bytes]:
    """The response with the status of the rule."""
    status = rule.effect("status")
    body = rule.effect("body")
    content = body.encode() if body else _BODIES.get((endpoint, status), orjson.dumps({"errors": _phrase(status)}))
    is_json = content[:1] in (b"{", b"[")
    headers = [(b"content-type", b"application/json" if is_json else b"text/html; charset=utf-8")]
    return {"type": "http.response.start", "status": status, "headers": headers}, content


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else "Error"


async def _answer(app: ASGIApp, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
    """The server's own response, not compressed."""
    plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    start: Message = {}
    body = bytearray()

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        elif message["type"] == "http.response.body":
            body.extend(message.get("body", b""))

    await app({**scope, "headers": plain}, receive, keep)
    return start, bytes(body)


def _changed(rule: FaultRule, body: bytes) -> bytes:
    """The body, changed by the rule's errors, nulls and replacements."""
    errors, nulls = rule.effect("errors"), rule.effect("nulls")
    if errors or nulls:
        with suppress(orjson.JSONDecodeError):
            answer = orjson.loads(body)
            if isinstance(answer, dict):
                body = orjson.dumps(_with_errors(answer, errors or (), nulls or ()))
    for old, new in (rule.effect("replace") or {}).items():
        body = body.replace(old.encode(), new.encode())
    return body


def _with_errors(answer: UntypedJson, errors: Iterable[UntypedJson], nulls: Iterable[str]) -> UntypedJson:
    data = answer.get("data")
    for path in nulls:
        _set_null(data, path.split("."))
    known = answer.get("errors")
    added = [*(known if isinstance(known, list) else []), *errors]
    return {"errors": added, **{name: value for name, value in answer.items() if name != "errors"}} if added else answer


def _set_null(value: Any, path: list[str]) -> None:
    """Set the value at a path to null, in every element of the lists on the way."""
    if isinstance(value, list):
        for each in value:
            _set_null(each, path)
    elif isinstance(value, dict) and path[0] in value:
        if len(path) == 1:
            value[path[0]] = None
        else:
            _set_null(value[path[0]], path[1:])


async def _send_whole(rule: FaultRule, send: Send, raw_send: Send, start: Message, body: bytes) -> None:
    """Send a response: cut off, slowly, or with a connection that ends in the middle."""
    headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
    if rule.effect("retryAfter") is not None:
        headers.append((b"retry-after", str(rule.effect("retryAfter")).encode()))
    breaks, share = rule.effect("connection") == "reset-mid-body", rule.effect("truncate")
    sent = body[: int(len(body) * share)] if share else body[: len(body) // 2] if breaks else body
    # The header Content-Length fits the cut-off body, so the client can notice the fault only by the content.
    headers.append((b"content-length", str(len(body) if breaks else len(sent)).encode()))
    await send({**start, "headers": headers})
    await _send_body(send, sent, rule.effect("bytesPerSecond"), more=breaks)
    if breaks:
        await asyncio.sleep(0.05)
        raise _lost(raw_send)


async def _send_body(send: Send, body: bytes, per_second: int | None, *, more: bool) -> None:
    if per_second is not None:
        size = max(1, per_second // _PIECES)
        for place in range(0, len(body), size):
            await send({"type": "http.response.body", "body": body[place : place + size], "more_body": True})
            await asyncio.sleep(size / per_second)
        body = b""
    await send({"type": "http.response.body", "body": body, "more_body": more})


def _lost(send: Send) -> LostConnectionError:
    """End the client's connection, if there is one, with a TCP reset."""
    transport = getattr(getattr(inspect.unwrap(send), "__self__", None), "transport", None)
    if transport is not None:
        connected = transport.get_extra_info("socket")
        if connected is not None:
            with suppress(OSError):
                connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return LostConnectionError("the connection was reset by a fault")


class _ChangedAccess:
    """Within this context, tokens are refused or lack scopes or approvals, and requests are throttled."""

    def __init__(self, rule: FaultRule) -> None:
        self._rule = rule

    def __enter__(self) -> None:
        rule = self._rule
        self._throttled = is_throttled.set(bool(rule.effect("throttled")))
        scopes, approvals = set(rule.effect("withoutScopes") or ()), rule.effect("withoutApprovals") or ()
        # A scope to write includes the scope to read.
        scopes |= {f"write_{scope.removeprefix('read_')}" for scope in scopes if scope.startswith("read_")}
        refused = rule.effect("tokenIs") is not None

        def changed(access: Access) -> Access | None:
            if refused:
                return None
            held = granted(access.scopes) - scopes if scopes else access.scopes
            if not approvals:
                return replace(access, scopes=held)
            kept = [name for name in access.app_settings.get("protected_customer_data", []) if name not in approvals]
            settings = {**access.app_settings, "protected_customer_data": kept}
            # Apps of the admin need no approvals, so the app is treated as a custom app. A public app would need an
            # expiring token.
            if settings.get("kind", "admin") == "admin":
                settings["kind"] = "custom"
            return replace(access, scopes=held, app_settings=settings)

        self._changes = refused or bool(scopes or approvals)
        self._filter = access_filter.set(changed) if self._changes else None
        if self._changes:
            RecentAccess.forget_all()

    def __exit__(self, *_: object) -> None:
        is_throttled.reset(self._throttled)
        if self._filter is not None:
            access_filter.reset(self._filter)
            RecentAccess.forget_all()
