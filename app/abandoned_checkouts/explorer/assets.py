"""Serves the built page: `/graphiql` and its hashed, precompressed files, with a strict Content-Security-Policy."""

from __future__ import annotations

import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from abandoned_checkouts.http_kit.compression import accepts

DIST = Path(__file__).parent / "dist"

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        # Monaco sets style attributes and creates style elements, and does not support a nonce. Styles cannot run
        # scripts, and the directives above keep them from loading anything from other sites.
        "style-src 'self' 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
}
#: For files whose name contains a hash of their content. The page itself is revalidated at each visit.
FOREVER = "public, max-age=31536000, immutable"
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
NOT_BUILT = (
    "The explorer is not built. Run `make explorer` and reload this page.\n"
    "The APIs work without it, for example POST /admin/api/2026-10/graphql.json.\n"
)
#: The names of built files. They contain no path separator, so a request cannot leave the folder.
FILE_NAME = re.compile(r"\w[\w.-]*")


class Assets:
    """The files of a build. Each request looks them up again, so that a new build needs no restart."""

    def __init__(self, dist: Path = DIST) -> None:
        self.dist = dist

    def page(self, request: Request) -> Response:
        if not (self.dist / "index.html").is_file():
            return PlainTextResponse(NOT_BUILT, status_code=503, headers=SECURITY_HEADERS)
        return self._file(request, self.dist / "index.html", "no-cache")

    def asset(self, request: Request) -> Response:
        name = request.path_params["name"]
        path = self.dist / "assets" / name
        if not FILE_NAME.fullmatch(name) or path.suffix not in MEDIA_TYPES or not path.is_file():
            return PlainTextResponse("Not Found\n", status_code=404, headers=SECURITY_HEADERS)
        return self._file(request, path, FOREVER)

    def _file(self, request: Request, path: Path, cache_control: str) -> Response:
        headers = {**SECURITY_HEADERS, "Cache-Control": cache_control, "Vary": "Accept-Encoding"}
        accept_encoding = request.headers.get("accept-encoding", "")
        served = path
        for encoding, suffix in ENCODINGS:
            variant = path.with_name(path.name + suffix)
            if accepts(accept_encoding, encoding) and variant.is_file():
                headers["Content-Encoding"] = encoding
                served = variant
                break
        return FileResponse(served, headers=headers, media_type=MEDIA_TYPES[path.suffix])
