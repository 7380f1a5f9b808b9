"""`/mcp`: the MCP server over streamable HTTP, without sessions, so that any process can answer any request."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.checkouts.moment import to_datetime
from abandoned_checkouts.control.endpoint import Control, access_of
from abandoned_checkouts.http_kit.foreign_pages import refuse_foreign
from abandoned_checkouts.http_kit.refusal import HttpRefusal, RefusedError
from abandoned_checkouts.http_kit.request_headers import access_token, address_of
from abandoned_checkouts.http_kit.responses import error_response
from abandoned_checkouts.shopify.language.versions import supported_versions

PATH = "/mcp"
MISSING = 'This server was installed without its MCP server. Install it: pip install "abandoned-checkouts[agents]".'
_NO_TOKEN = HttpRefusal(401, "Send an access token in X-Shopify-Access-Token, or as a bearer token.")
_Handler = Callable[[Scope, Receive, Send], Any]


def agent_routes(control: Control, app: ASGIApp, *, twin: bool) -> list[Route]:
    """The route of the MCP server. `app` is this server, whose endpoints the tools call."""
    return [Route(PATH, _Endpoint(control, app, twin))]


class _Endpoint:
    """An ASGI application. A class, because Starlette would call a function with a Request instead."""

    def __init__(self, control: Control, app: ASGIApp, twin: bool) -> None:
        self._control, self._app, self._twin = control, app, twin
        self._handler: _Handler | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            handle = await self._allowed(request)
        except RefusedError as refused:
            await error_response(refused.refusal)(scope, receive, send)
            return
        await handle(scope, receive, send)

    async def _allowed(self, request: Request) -> _Handler:
        refuse_foreign(request, self._control.address)
        access = await access_of(self._control, request, access_token(request), Endpoint.AGENTS)
        if access is None:
            raise RefusedError(*_NO_TOKEN)
        if self._handler is None:
            # Imported at the first request: the library takes longer to load than the rest of the server.
            with suppress(ImportError):
                self._handler = _new_handler(self._control, self._app, self._twin)
        if self._handler is None:
            raise RefusedError(404, MISSING)
        return self._handler


def _new_handler(control: Control, app: ASGIApp, twin: bool) -> _Handler:
    import httpx
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

    from abandoned_checkouts.agents.calls import Calls
    from abandoned_checkouts.agents.server import new_server

    def calls_of(context: Any) -> Calls:
        request: Request = context.request_context.request
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=address_of(request, control.address))
        version = supported_versions(to_datetime(control.clock())).latest.handle
        return Calls(client, access_token(request) or "", version, twin=twin)

    server = new_server(calls_of, twin=twin)

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        # A manager runs once. Without sessions nothing has to stay, and a new one costs little.
        manager = StreamableHTTPSessionManager(server._lowlevel_server, json_response=True, stateless=True)
        async with manager.run():
            await manager.handle_request(scope, receive, send)

    return handle
