"""The journal as a page: `/__twin/`, with its script and style."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

_FOLDER = Path(__file__).parent
_TYPES = {"journal.html": "text/html", "journal.js": "text/javascript", "journal.css": "text/css"}
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
}


def page_routes(prefix: str) -> list[Route]:
    """`prefix` is the path of the twin, without a slash at its end."""

    async def page(_: Request) -> Response:
        return _file("journal.html")

    async def part(request: Request) -> Response:
        name = request.path_params["name"]
        return _file(name) if name in _TYPES else Response(status_code=404)

    async def to_page(_: Request) -> Response:
        return RedirectResponse(f"{prefix}/")

    return [
        Route(prefix, to_page, methods=["GET"]),
        Route(f"{prefix}/", page, methods=["GET"]),
        Route(f"{prefix}/page/{{name}}", part, methods=["GET"]),
    ]


def _file(name: str) -> Response:
    return FileResponse(_FOLDER / name, headers=_HEADERS, media_type=_TYPES[name])
