"""`/docs` and `/llms.txt` over HTTP."""

import re

import httpx
import pytest
from starlette.applications import Starlette

from abandoned_checkouts.documentation.pages import other_files, read_pages
from abandoned_checkouts.documentation.routes import documentation_routes

# Other paths of the server that pages link to.
_OWN_PATHS = ("/", "/graphiql", "/llms.txt", "/merchant")


def http(public_url: str = "") -> httpx.AsyncClient:
    app = Starlette(routes=documentation_routes(public_url))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000")


async def test_a_page_has_its_text_its_neighbours_and_its_markdown() -> None:
    async with http() as client:
        page = await client.get("/docs/bulk")
        markdown = await client.get("/docs/bulk.md")
    assert page.status_code == 200 and "<h1>Bulk operations</h1>" in page.text
    assert '<a href="/docs/bulk" aria-current="page">' in page.text and '<a href="/docs/search">' in page.text
    assert markdown.text == read_pages()["bulk"].text
    assert markdown.headers["content-type"] == "text/markdown; charset=utf-8"


@pytest.mark.parametrize("name", [*read_pages()])
async def test_every_page_is_served_without_scripts_and_foreign_files(name: str) -> None:
    async with http() as client:
        page = await client.get(f"/docs/{name}")
    assert page.status_code == 200 and "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert not re.search(r'<(?:img|link|iframe)[^>]*(?:src|href)="http', page.text)


@pytest.mark.parametrize("name", [*read_pages()])
async def test_no_link_of_a_served_page_is_broken(name: str) -> None:
    async with http() as client:
        html = (await client.get(f"/docs/{name}")).text
        markdown = (await client.get(f"/docs/{name}.md")).text
        targets = {f"/docs/{name}", *re.findall(r'(?:href|src)="([^"]+)"', html)}
        targets |= set(re.findall(r"\]\(([^)\s]+)\)", re.sub(r"(?s)```.*?```|`[^`\n]*`", "", markdown)))
        for target in sorted(targets):
            url = httpx.URL(f"http://127.0.0.1:8000/docs/{name}").join(target)
            if url.netloc == b"127.0.0.1:8000" and url.path.startswith("/docs"):
                found = await client.get(url.copy_with(fragment=None))
                assert found.status_code == 200, target
                if url.fragment and not url.path.endswith(".md"):
                    assert f'id="{url.fragment}"' in found.text, target
            else:
                assert url.path in _OWN_PATHS or url.scheme in ("https", "data"), target


async def test_samples_have_the_address_of_the_server() -> None:
    app = Starlette(routes=documentation_routes())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:9321") as client:
        for name in ("test-your-app", "test-your-app.md", "wix", "twin"):
            page = (await client.get(f"/docs/{name}")).text
            assert "127.0.0.1:9321" in page and "8000" not in page, name
        testing = (await client.get("/docs/testing.md")).text
    assert "urlopen('http://127.0.0.1:8000/readyz')" in testing, "the block has its own server with this port"


async def test_a_folder_lists_its_files() -> None:
    async with http() as client:
        assert "/docs/deploy/Dockerfile\n" in (await client.get("/docs/deploy")).text


async def test_a_search_lists_sections() -> None:
    async with http() as client:
        found = await client.get("/docs", params={"q": "legal hold"})
        nothing = await client.get("/docs", params={"q": "<b>zzzz"})
    assert 'href="/docs/retention' in found.text
    assert "0 sections found." in nothing.text and "&lt;b&gt;zzzz" in nothing.text


async def test_files_that_pages_link_to_are_served_as_text() -> None:
    async with http() as client:
        for path in other_files():
            served = await client.get(f"/docs/{path}")
            assert served.status_code == 200 and "html" not in served.headers["content-type"]
        assert (await client.get("/docs/velo/../../README.md")).status_code == 404


async def test_an_unknown_page_is_not_found() -> None:
    async with http() as client:
        for name in ("nothing", "nothing.md", "..%2FREADME"):
            assert (await client.get(f"/docs/{name}")).status_code == 404
        assert (await client.get("/docs/", follow_redirects=True)).status_code == 200
        style = await client.get("/docs/assets/style.css")
    assert style.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize("public_url", ["", "https://checkouts.example"])
async def test_llms_txt_links_the_markdown_of_every_page(public_url: str) -> None:
    async with http(public_url) as client:
        text = (await client.get("/llms.txt")).text
        assert text.startswith("# ") and "\n> " in text
        links = re.findall(r"\]\((\S+)\)", text)
        pages = {link.partition("#")[0].rpartition("/")[2] for link in links if ".md" in link}
        assert pages == {f"{name}.md" for name in read_pages()} - {"index.md"}
        for link in links:
            assert link.startswith(public_url or "http://127.0.0.1:8000")
            assert (await client.get(re.sub(r"^https?://[^/]+", "", link))).status_code == 200, link
