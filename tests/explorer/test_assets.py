"""The page's files: long caching of hashed names, compression that the browser accepts, and the security policy."""

from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request

from abandoned_checkouts.explorer.examples import examples
from abandoned_checkouts.explorer.routes import explorer_routes
from abandoned_checkouts.explorer.session import OfferedShop, OfferedVersion, Session
from search_syntax import Field, FieldSet, Kind

FIELDS = FieldSet([Field("status", Kind.ENUM, values=("open", "closed"))])


async def session(_request: Request) -> Session:
    shops = [OfferedShop("demo.myshopify.com", "Demo", "shpat_demo")]
    return Session(
        [OfferedVersion("2026-10"), OfferedVersion("2025-10", supported=False)], "2026-10", shops, [], examples(), ["x"]
    )


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    files = {
        "index.html": "page",
        "index.html.br": "page in brotli",
        "index.html.gz": "page in gzip",
        "assets/a-1.js": "script",
        "assets/a-1.js.gz": "script in gzip",
        "assets/secret.txt": "no",
        ".sources": "no",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


def client(dist: Path) -> httpx.AsyncClient:
    routes = explorer_routes(session=session, search_fields={"abandonedCheckouts": FIELDS}, clock=lambda: 0, dist=dist)
    transport = httpx.ASGITransport(app=Starlette(routes=list(routes)))
    return httpx.AsyncClient(transport=transport, base_url="http://test")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def raw(dist: Path, path: str, accept: str) -> tuple[int, httpx.Headers, bytes]:
    async with client(dist) as http, http.stream("GET", path, headers={"Accept-Encoding": accept}) as answer:
        body = b"".join([part async for part in answer.aiter_raw()])
        return answer.status_code, answer.headers, body


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "accept", "encoding", "body"),
    [
        ("/graphiql", "gzip, deflate, br, zstd", "br", b"page in brotli"),
        ("/graphiql", "gzip", "gzip", b"page in gzip"),
        ("/graphiql", "br;q=0, gzip;q=0.5", "gzip", b"page in gzip"),
        ("/graphiql", "identity", None, b"page"),
        ("/graphiql", "", None, b"page"),
        ("/explorer/assets/a-1.js", "br, gzip", "gzip", b"script in gzip"),
        ("/explorer/assets/a-1.js", "br", None, b"script"),
    ],
)
async def test_serves_an_encoding_that_the_browser_accepts(
    dist: Path, path: str, accept: str, encoding: str | None, body: bytes
) -> None:
    status, headers, sent = await raw(dist, path, accept)
    assert (status, headers.get("content-encoding"), sent) == (200, encoding, body)
    assert headers["vary"] == "Accept-Encoding"
    assert headers["content-type"].startswith("text/javascript" if path.endswith("js") else "text/html")
    assert headers["cache-control"] == ("public, max-age=31536000, immutable" if path.endswith("js") else "no-cache")


@pytest.mark.anyio
@pytest.mark.parametrize(
    "name",
    ["secret.txt", "a-1.js.gz", "missing.js", "..%2findex.html", "%2e%2e%2findex.html", ".sources", "a%00.js"],
)
async def test_no_other_file_is_served(dist: Path, name: str) -> None:
    status, _, body = await raw(dist, f"/explorer/assets/{name}", "identity")
    assert status == 404
    assert b"page" not in body
    assert body != b"no"


@pytest.mark.anyio
@pytest.mark.parametrize(
    "path",
    [
        "/graphiql",
        "/explorer/assets/a-1.js",
        "/explorer/assets/no.js",
        "/explorer/session.json",
        "/explorer/search.json",
    ],
)
async def test_every_response_has_the_policy(dist: Path, path: str) -> None:
    _, headers, _ = await raw(dist, path, "identity")
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["worker-src"] == policy["connect-src"] == "'self'"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.anyio
async def test_a_page_that_is_not_built_says_how_to_build_it(tmp_path: Path) -> None:
    status, _, body = await raw(tmp_path, "/graphiql", "identity")
    assert status == 503
    assert b"make explorer" in body


@pytest.mark.anyio
async def test_the_session_has_what_the_page_needs(dist: Path) -> None:
    async with client(dist) as http:
        answer = await http.get("/explorer/session.json")
    session = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    assert session["defaultVersion"] == "2026-10"
    assert session["versions"][1] == {"handle": "2025-10", "supported": False}
    assert session["signedIn"] == []
    assert session["demoShops"] == [{"domain": "demo.myshopify.com", "name": "Demo", "token": "shpat_demo"}]
    assert [one["title"] for one in session["examples"]] == [one.title for one in examples()]


@pytest.mark.anyio
async def test_the_former_address_leads_to_the_page(dist: Path) -> None:
    async with client(dist) as http:
        answer = await http.get("/explorer")
    assert (answer.status_code, answer.headers["location"]) == (308, "/graphiql")
