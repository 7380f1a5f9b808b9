"""Calls the endpoints of a server, in this process or another, with one access token."""

import re
from collections.abc import Mapping

import httpx
import orjson

from abandoned_checkouts.checkouts.json_types import JsonValue, UntypedJson

_LONGEST_ERROR = 1000
_LONGEST_WORD = 200
_LONG_WORD = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")
# Shopify's message does not say how to correct the call of the tool.
_NO_OPERATION = "An operation name is required"
_FAULTS = " If a fault of the twin is the reason, set_faults with [] ends all faults."


class CallError(Exception):
    """The server refused a request, or cannot be reached. The message is for the agent."""


class Calls:
    """The endpoints, as functions that return JSON and raise CallError."""

    def __init__(self, client: httpx.AsyncClient, token: str, version: str, *, twin: bool = False) -> None:
        """`version` is the version of the Admin API, such as 2026-10. `twin` is whether the server is a twin."""
        self._client, self._graphql = client, f"/admin/api/{version}/graphql.json"
        self._headers = {"X-Shopify-Access-Token": token}
        self._is_twin = twin

    async def graphql(
        self,
        document: str,
        variables: Mapping[str, JsonValue] | None = None,
        operation: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> UntypedJson:
        """The response's `data`, `errors` and `extensions`. Errors beside data are returned, since a part of the data
        is useful."""
        body: JsonValue = {"query": document, "variables": dict(variables or {}), "operationName": operation}
        answer = await self.send("POST", self._graphql, body, headers=headers)
        if not answer.get("data"):
            raise CallError(self._problem(answer))
        return {name: answer[name] for name in ("data", "errors", "extensions") if answer.get(name)}

    async def send(
        self,
        method: str,
        path: str,
        body: JsonValue = None,
        parameters: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> UntypedJson:
        """A JSON object. A list is returned as `{"list": […]}`."""
        content = await self._request(method, path, body, parameters, headers)
        try:
            found = orjson.loads(content or b"{}")
        except orjson.JSONDecodeError:
            raise CallError(self._with_advice(f"The response is not complete JSON ({len(content)} bytes).")) from None
        return found if isinstance(found, dict) else {"list": found}

    async def text(self, path: str) -> str:
        return (await self._request("GET", path, None, None, None)).decode()

    async def _request(
        self,
        method: str,
        path: str,
        body: JsonValue,
        parameters: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
    ) -> bytes:
        content = None if body is None else orjson.dumps(body)
        sent = {**self._headers, "Content-Type": "application/json", **(headers or {})}
        try:
            answer = await self._client.request(method, path, content=content, params=parameters, headers=sent)
        # In this process, a connection that a fault ends is a ConnectionError.
        except (httpx.TransportError, ConnectionError) as problem:
            text = f"The server did not respond completely: {problem or type(problem).__name__}."
            raise CallError(self._with_advice(text)) from None
        if answer.status_code >= 500:
            raise CallError(
                self._with_advice(f"The server responded with status {answer.status_code}: {_reason(answer)}")
            )
        if answer.status_code >= 400:
            raise CallError(_reason(answer))
        return answer.content

    def _problem(self, answer: UntypedJson) -> str:
        """Why a response of GraphQL has no data."""
        text = messages_of(answer.get("errors"))
        cost = (answer.get("extensions") or {}).get("cost")
        if text == _NO_OPERATION:
            return f"{text}: the document has several operations. Name one in operation_name."
        if not cost or "THROTTLED" not in _codes(answer.get("errors")):
            return text or "The response has no data."
        status, needed = cost["throttleStatus"], cost["requestedQueryCost"]
        missing = needed - status["currentlyAvailable"]
        seconds = max(1, -(-missing // status["restoreRate"]))
        available = f"{status['currentlyAvailable']} of {status['maximumAvailable']} points are available"
        added = f"{status['restoreRate']} are added a second, also while the clock of a twin is frozen"
        return self._with_advice(
            f"{text}: the query costs {needed} points; {available}, and {added}. Try again after {seconds} seconds."
        )

    def _with_advice(self, text: str) -> str:
        return text + (_FAULTS if self._is_twin else "")


def messages_of(errors: object) -> str:
    """The messages of a response, each once: GraphQL's list of errors, or the text of other endpoints.

    Long words are cut: they are from the request.
    """
    listed = errors if isinstance(errors, list) else [] if errors is None else [errors]
    found = [str(each.get("message", each)) if isinstance(each, dict) else str(each) for each in listed]
    text = _LONG_WORD.sub(lambda word: f"{word[0][:_LONGEST_WORD]}…", " ".join(dict.fromkeys(found)))
    return text if len(text) <= _LONGEST_ERROR else f"{text[:_LONGEST_ERROR]}…"


def _codes(errors: object) -> list[object]:
    listed = errors if isinstance(errors, list) else []
    return [(each.get("extensions") or {}).get("code") for each in listed if isinstance(each, dict)]


def _reason(answer: httpx.Response) -> str:
    try:
        text = messages_of(answer.json().get("errors"))
    except (ValueError, AttributeError):
        text = answer.text[:_LONGEST_ERROR]
    return text or f"Status {answer.status_code}."
