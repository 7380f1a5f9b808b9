"""`/docs`, its pages as HTML and as Markdown, its search, and `/llms.txt`."""

import re
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from abandoned_checkouts.documentation.find import find
from abandoned_checkouts.documentation.pages import INDEX, files_in, groups_of, other_files, read_pages
from abandoned_checkouts.documentation.render import code_styles, html_of
from abandoned_checkouts.documentation.served import ADDRESS, prepared
from abandoned_checkouts.http_kit.refusal import HttpRefusal
from abandoned_checkouts.http_kit.responses import error_response

_HERE = Path(__file__).parent
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}
_PICTURES = {".png": "image/png", ".svg": "image/svg+xml", ".webp": "image/webp"}
_MARKDOWN = "text/markdown; charset=utf-8"
# A link to a page or another file of docs/.
_LINK = re.compile(r"\]\((?!https?:|/|#|\.\./)([^)\s]+)\)")
_templates = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def documentation_routes(public_url: str = "") -> list[Route]:
    """The routes. `public_url` is the address in samples, and before the links of `/llms.txt`, without a slash at its
    end; if it is empty, the address of each request."""

    def base_of(request: Request) -> str:
        return public_url or str(request.base_url).rstrip("/")

    async def page(request: Request) -> Response:
        name = request.path_params.get("name", INDEX)
        if name in other_files() or files_in(name):
            return _file(name)
        return _page(request, name, base_of(request))

    async def file(request: Request) -> Response:
        return _file(request.path_params["path"])

    async def llms(request: Request) -> Response:
        base = base_of(request)
        text = _LINK.sub(lambda link: f"]({base}/docs/{link[1]})", read_pages()[INDEX].text)
        return PlainTextResponse(text, headers=_HEADERS)

    async def style(request: Request) -> Response:
        return Response(
            _styles(), media_type="text/css", headers={**_HEADERS, "Cache-Control": "public, max-age=31536000"}
        )

    return [
        Route("/docs", page, methods=["GET"]),
        Route("/docs/", _without_slash, methods=["GET"]),
        Route("/docs/assets/style.css", style, methods=["GET"]),
        Route("/docs/{name}", page, methods=["GET"]),
        Route("/docs/{path:path}", file, methods=["GET"]),
        Route("/llms.txt", llms, methods=["GET"]),
    ]


async def _without_slash(request: Request) -> Response:
    return RedirectResponse("/docs", 308)


def _file(name: str) -> Response:
    """A picture, or an example as text."""
    path = other_files().get(name)
    if path is None and (listed := files_in(name)):
        return PlainTextResponse("".join(f"/docs/{each}\n" for each in listed), headers=_HEADERS)
    if path is None:
        return error_response(HttpRefusal(404, "There is no such file. The list of pages is at /docs."), _HEADERS)
    return FileResponse(path, media_type=_PICTURES.get(path.suffix, "text/plain; charset=utf-8"), headers=_HEADERS)


def _page(request: Request, name: str, base: str) -> Response:
    pages = read_pages()
    found = pages.get(name.removesuffix(".md"))
    if found is None:
        return error_response(HttpRefusal(404, f'There is no page "{name}". The list is at /docs.'), _HEADERS)
    if name.endswith(".md"):
        return Response(prepared(found.text).replace(ADDRESS, base), media_type=_MARKDOWN, headers=_HEADERS)
    query = request.query_params.get("q", "").strip()
    content, headings = html_of(prepared(found.text))
    return HTMLResponse(
        _templates.get_template("page.html").render(
            page=found,
            content=content.replace(ADDRESS, escape(base)),
            headings=headings,
            groups=groups_of(pages[INDEX].text),
            query=query,
            found=find(pages.values(), query) if query else [],
            style=f"/docs/assets/style.css?{_style_hash()}",
        ),
        headers=_HEADERS,
    )


@cache
def _styles() -> str:
    return (_HERE / "static" / "style.css").read_text(encoding="utf-8") + code_styles()


@cache
def _style_hash() -> str:
    return sha256(_styles().encode()).hexdigest()[:12]
