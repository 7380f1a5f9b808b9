"""Calls the endpoints of a server, in this process or another, with one access token."""

from collections.abc import Mapping

import httpx
import orjson

from abandoned_checkouts.checkouts.json_types import JsonValue, UntypedJson

_LONGEST_ERROR = 500


class CallError(Exception):
    """The server refused a request, or cannot be reached. The message is for the agent."""


class Calls:
    """The endpoints, as functions that return JSON and raise CallError."""

    def __init__(self, client: httpx.AsyncClient, token: str, version: str) -> None:
        """`version` is the version of the Admin API, such as 2026-10."""
        self._client, self._graphql = client, f"/admin/api/{version}/graphql.json"
        self._headers = {"X-Shopify-Access-Token": token}

    async def graphql(self, document: str, variables: Mapping[str, JsonValue] | None = None) -> UntypedJson:
        """The response's `data` and `errors`. Errors beside data are returned, since a part of the data is useful."""
        answer = await self.send("POST", self._graphql, {"query": document, "variables": dict(variables or {})})
        if not answer.get("data"):
            raise CallError(_messages(answer.get("errors")))
        return {name: answer[name] for name in ("data", "errors") if answer.get(name)}

    async def send(
        self, method: str, path: str, body: JsonValue = None, parameters: Mapping[str, str] | None = None
    ) -> UntypedJson:
        """A JSON object. A list is returned as `{"list": […]}`."""
        found = orjson.loads(await self._request(method, path, body, parameters) or b"{}")
        return found if isinstance(found, dict) else {"list": found}

    async def text(self, path: str) -> str:
        return (await self._request("GET", path, None, None)).decode()

    async def _request(self, method: str, path: str, body: JsonValue, parameters: Mapping[str, str] | None) -> bytes:
        content = None if body is None else orjson.dumps(body)
        headers = {**self._headers, "Content-Type": "application/json"}
        try:
            answer = await self._client.request(method, path, content=content, params=parameters, headers=headers)
        except httpx.TransportError as problem:
            raise CallError(f"{self._client.base_url} cannot be reached: {problem}.") from None
        if answer.status_code >= 400:
            raise CallError(f"{method} {path} was refused with status {answer.status_code}: {_reason(answer)}")
        return answer.content


def _reason(answer: httpx.Response) -> str:
    try:
        return _messages(answer.json().get("errors"))
    except (ValueError, AttributeError):
        return answer.text[:_LONGEST_ERROR]


def _messages(errors: object) -> str:
    """The messages of a response: GraphQL's list of errors, or the text of other endpoints."""
    if isinstance(errors, list):
        return " ".join(str(each.get("message", each)) if isinstance(each, dict) else str(each) for each in errors)
    return str(errors)[:_LONGEST_ERROR]
