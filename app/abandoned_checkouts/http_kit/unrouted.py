"""Responds to requests that no route accepts: for the server's own APIs in their form of errors, else as text."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from abandoned_checkouts.http_kit.refusal import HttpRefusal
from abandoned_checkouts.http_kit.responses import error_response

# The first part of the path of each of the server's own APIs → the page of the documentation that lists its endpoints.
_PAGES: Mapping[str, str] = {"control": "/docs/control", "intake": "/docs/events"}


async def unrouted(request: Request, problem: Exception) -> Response:
    """The response to an HTTPException of the router: unknown path (404) or wrong method (405)."""
    assert isinstance(problem, HTTPException)
    path = request.url.path
    page = _PAGES.get(path.split("/")[1])
    allowed = (problem.headers or {}).get("Allow", "")
    methods = " or ".join(sorted(set(allowed.split(", ")) - {"HEAD", ""}))
    if page is None:
        help_text = f"Use {methods}." if methods else "The documentation of this server is at /docs."
        return PlainTextResponse(f"{problem.detail}. {help_text}", problem.status_code, problem.headers)
    message = (
        f"{path[:200]} does not accept {request.method}. Use {methods}."
        if methods
        else f"There is no endpoint {request.method} {path[:200]}. They are listed at {page}."
    )
    return error_response(HttpRefusal(problem.status_code, message), problem.headers)
