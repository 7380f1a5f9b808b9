"""The README: its first query and its picture are as shown, and its links and commands exist."""

import itertools
import json
import re
import shlex

import httpx
import pytest

from abandoned_checkouts.config import Settings
from abandoned_checkouts.demo.fill import fill
from abandoned_checkouts.server import create_app, now
from abandoned_checkouts.store.engine.database import open_database
from tests.docs.picture import ADDRESS, LARGEST, PARTS, PICTURE, parts_of
from tests.places import ROOT

README = (ROOT / "README.md").read_text()


def first(language: str, after: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", README.partition(after)[2], re.DOTALL)
    assert found is not None, f"no {language} after {after!r}"
    return found[1]


async def test_the_first_query_and_the_overview_are_as_shown(sqlite_url: str) -> None:
    words = shlex.split(first("sh", "## A first query").replace("\\\n", " "))
    sent = dict(word.split(": ", 1) for option, word in itertools.pairwise(words) if option == "-H")
    body = words[words.index("-d") + 1]
    database = await open_database(sqlite_url)
    await fill(database, checkouts=500, seed=1, now=now())
    await database.close()
    app = create_app(Settings(database_url=sqlite_url, work=False))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000") as http,
    ):
        response = await http.post(words[2], content=body, headers=sent)
        overview = await http.get(ADDRESS, headers={"Accept-Language": "en"})
    assert response.json() == json.loads(first("json", "## A first query"))
    assert parts_of(overview.text) == PARTS.read_text(encoding="utf-8"), "the page has other parts: run `make picture`"


def test_the_picture_is_small() -> None:
    assert f"]({PICTURE.relative_to(ROOT)})" in README
    assert PICTURE.read_bytes()[:4] == b"\x89PNG" and PICTURE.stat().st_size <= LARGEST


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#]+)\)", README))
def test_links_work(target: str) -> None:
    assert target.startswith("http") or (ROOT / target).exists(), target


def test_commands_it_shows_exist() -> None:
    from abandoned_checkouts.cli.application import COMMANDS

    shown = set(re.findall(r"abandoned-checkouts (\w+)", README))
    assert shown <= set(COMMANDS), shown - set(COMMANDS)
