"""Runs a server with a twin in a thread of this process, without a port. Clients reach it by an httpx transport."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import anyio.to_thread
import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal

from abandoned_checkouts.config import settings_from, variable
from abandoned_checkouts.pytest_plugin.serving import TwinServer, environment_of, fill_demo, prepared
from abandoned_checkouts.server import Server, create_app

# Where clients of the transport find the server. Nothing listens there.
URL = "http://localhost"


class InProcessTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Sends requests of httpx's Client and AsyncClient, of any event loop, to the server in the portal's thread."""

    def __init__(self, app: Server, portal: BlockingPortal) -> None:
        self._inner, self._portal = httpx.ASGITransport(app=app), portal

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        return self._portal.call(self._send, request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        return await anyio.to_thread.run_sync(self._portal.call, self._send, request)

    async def _send(self, request: httpx.Request) -> httpx.Response:
        try:
            response = await self._inner.handle_async_request(request)
            body = b"".join([part async for part in response.stream])  # type: ignore[union-attr]
        except ConnectionResetError as problem:
            raise httpx.ReadError(str(problem), request=request) from None
        return httpx.Response(response.status_code, headers=response.headers, stream=httpx.ByteStream(body))


@contextmanager
def in_process(folder: Path, *, demo: int | None, settings: Mapping[str, str]) -> Iterator[TwinServer]:
    """A server with a store in `folder`, until the context ends. The arguments are those of `serving.started`."""
    environment = environment_of(folder, demo=demo, settings=settings)
    if demo is not None:
        fill_demo(environment, demo)
    names = {variable("twin"): "true", variable("public_url"): URL}
    app = create_app(settings_from({**environment, **names}))
    assert isinstance(app, Server)
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(app.router.lifespan_context(app)):
        yield prepared(URL, InProcessTransport(app, portal))
