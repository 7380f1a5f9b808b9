"""A server for the soak test: `python -m tests.promises.soak_server`, with the settings of its environment.

It is the application of `serve`, with one more path that shows the sizes of the caches.
"""

from typing import Any

import uvicorn
from starlette.responses import JSONResponse

from abandoned_checkouts.cache_sizes import cache_sizes
from abandoned_checkouts.cli.http_protocol import LimitedProtocol
from abandoned_checkouts.config import settings_from
from abandoned_checkouts.server import Server, create_app


def main() -> None:
    settings = settings_from()
    app = create_app(settings)
    assert isinstance(app, Server)

    async def observed(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == "/cache-sizes":
            await JSONResponse(cache_sizes(app.graphql))(scope, receive, send)
        else:
            await app(scope, receive, send)

    uvicorn.run(observed, http=LimitedProtocol, port=settings.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
