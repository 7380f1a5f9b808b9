"""The explorer over HTTP: the page, its files, its session, and help for a search text."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from abandoned_checkouts.checkouts.moment import Clock, to_datetime
from abandoned_checkouts.explorer.assets import DIST, SECURITY_HEADERS, Assets
from abandoned_checkouts.explorer.search_help import SearchHelpError, search_help
from abandoned_checkouts.explorer.session import Session
from abandoned_checkouts.http_kit.refusal import HttpRefusal
from abandoned_checkouts.http_kit.responses import error_response, json_response
from search_syntax import FieldSet

NEVER_STORED = {**SECURITY_HEADERS, "Cache-Control": "no-store"}


def explorer_routes(
    *,
    session: Callable[[Request], Awaitable[Session]],
    search_fields: Mapping[str, FieldSet],
    clock: Clock,
    dist: Path = DIST,
) -> list[Route]:
    """Routes for `/graphiql` and `/explorer/…`.

    `session` is called once per visit, with its request.
    `search_fields` maps a field of QueryRoot, for example ``abandonedCheckouts``,
    to the fields that its `query:` argument can search.
    """
    assets = Assets(dist)

    async def page(request: Request) -> Response:
        return assets.page(request)

    async def asset(request: Request) -> Response:
        return assets.asset(request)

    async def session_json(request: Request) -> Response:
        return json_response((await session(request)).as_json(), headers=NEVER_STORED)

    async def search_json(request: Request) -> Response:
        try:
            help_json = search_help(request.query_params, search_fields, to_datetime(clock()))
        except SearchHelpError as error:
            return error_response(HttpRefusal(400, str(error)), NEVER_STORED)
        return json_response(help_json, headers=NEVER_STORED)

    async def former_address(request: Request) -> Response:
        return RedirectResponse("/graphiql", 308)

    return [
        Route("/graphiql", page, methods=["GET"]),
        Route("/explorer", former_address, methods=["GET"]),
        Route("/explorer/assets/{name}", asset, methods=["GET"]),
        Route("/explorer/session.json", session_json, methods=["GET"]),
        Route("/explorer/search.json", search_json, methods=["GET"]),
    ]
