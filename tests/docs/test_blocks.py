"""Every block of code in README.md and docs/ is run, or compared, or shown with a reason; every command has options
that exist."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from abandoned_checkouts.cli.application import COMMANDS, command_named
from abandoned_checkouts.config import Settings, variable
from abandoned_checkouts.demo.demo_token import DOMAIN, TOKEN
from abandoned_checkouts.demo.fill import fill
from abandoned_checkouts.pytest_plugin.serving import started
from abandoned_checkouts.server import create_app, now
from abandoned_checkouts.store.engine.database import open_database
from tests.cli.conftest import Run
from tests.cli.conftest import run as run  # The fixture.
from tests.docs.blocks import CHECKED, COMMAND_PAGES, NOT_RUN, SHELL_PAGES, Block, blocks_of, check_of, pages
from tests.places import ROOT

BLOCKS = [block for page in pages() for block in blocks_of(page)]
SHELLS = [block for block in BLOCKS if block.language in ("sh", "console")]
CHECKOUTS = """[{"id": 7, "token": "t7", "name": "#7", "email": "ada@example.com", "currency": "EUR",
 "presentment_currency": "EUR", "total_price": "5.00", "subtotal_price": "5.00", "created_at": "2026-11-01T10:00:00Z",
 "updated_at": "2026-11-01T10:00:00Z", "line_items": [{"title": "Cup", "quantity": 1, "price": "5.00"}]}]"""
COMMAND = re.compile(r"(?m)^(?:\$ )?abandoned-checkouts ((?:.*\\\n)*.*)$")


def test_every_block_is_checked_or_shown_with_a_reason() -> None:
    assert len(BLOCKS) > 100
    assert [str(block) for block in BLOCKS if check_of(block) is None] == []


def test_the_named_tests_exist_and_no_entry_is_old() -> None:
    named = {check for block in BLOCKS if (check := check_of(block)) is not None and not check.startswith("shown: ")}
    assert [name for name in named if not (ROOT / name).exists()] == []
    assert set(CHECKED) - {(block.page, block.language) for block in BLOCKS} == set()
    assert {*SHELL_PAGES, *COMMAND_PAGES} <= {block.page for block in BLOCKS}
    assert [start for start in NOT_RUN if not any(f"\n{start}" in f"\n{block.text}" for block in SHELLS)] == []


def parse(words: list[str]) -> None:
    """Raises the parser's error if a command or option does not exist."""
    if words == ["--version"]:
        return
    assert words[0] in COMMANDS, words
    command, context = command_named(words[0]), None
    arguments = words[1:]
    while getattr(command, "commands", None) and arguments and arguments[0] in command.commands:  # type: ignore[attr-defined]
        command, arguments = command.commands[arguments[0]], arguments[1:]  # type: ignore[attr-defined]
    context = command.make_context("abandoned-checkouts", arguments, resilient_parsing=False)  # type: ignore[attr-defined]
    context.close()


@pytest.mark.parametrize("page", sorted({block.page for block in SHELLS if COMMAND.search(block.text)}))
def test_every_command_can_be_parsed(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for block in (each for each in SHELLS if each.page == page):
        for line in COMMAND.findall(block.text):
            words = words_of(line)
            for word in words:  # Files that the page has, or that the reader has.
                if re.fullmatch(r"[\w-]+\.(json|jsonl|yaml|csv|graphql|pem|token)|token|key|secret", word):
                    Path(word).touch()
            parse(words)


def words_of(line: str) -> list[str]:
    """The words of a command without redirections, a pipe and what follows."""
    words = shlex.split(line.replace("\\\n", " "), comments=True)
    end = next((place for place, word in enumerate(words) if word in (">", "|", "&&", "&", "<")), len(words))
    return words[:end]


# Pages whose commands run one after another, on a demo shop.


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a demo shop, to copy."""
    file = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    command = [sys.executable, "-m", "abandoned_checkouts", "demo", "--checkouts", "30"]
    subprocess.run([*command, "--database", f"sqlite+aiosqlite:///{file}"], check=True, capture_output=True)
    return file


@pytest.mark.parametrize("page", COMMAND_PAGES)
def test_the_commands_run(run: Run, filled: Path, page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for file in filled.parent.glob("demo.sqlite3*"):
        shutil.copy(file, tmp_path / file.name)
    monkeypatch.setenv(variable("database_url"), f"sqlite+aiosqlite:///{tmp_path / 'demo.sqlite3'}")
    values = prepared(run, page)
    for block in (each for each in SHELLS if each.page == page and each.language == "sh"):
        for line in COMMAND.findall(block.text):
            words = [values.get(word, word) for word in words_of(line)]
            done = run(*words, code=5 if words[:2] == ["event", "show"] else 0)
            assert words[:2] != ["event", "show"] or "17" in done.stderr
            if ">" in line:
                Path(shlex.split(line.partition(">")[2])[0]).write_text(done.stdout)


def prepared(run: Run, page: str) -> dict[str, str]:
    """Writes the files that a reader has. Returns the values of the placeholders."""
    client_id = run("app", "create", "--shop", DOMAIN, "--title", "Docs").stdout.split("\n")[0].partition("\t")[2]
    Path("codes.csv").write_text("SAVE10\n")
    Path("query.graphql").write_text("{ abandonedCheckouts { edges { node { id } } } }")
    Path("checkouts.json").write_text(CHECKOUTS)
    flows = [block.text for block in BLOCKS if block.page == page and block.language == "yaml"]
    Path("flows.yaml").write_text(flows[0] if flows else "")
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = rsa.generate_private_key(65537, 2048).public_key()
    public = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    shops = dict.fromkeys(("my-shop.myshopify.com", "demo.myshopify.com", "…"), DOMAIN)
    new = {"my-shop.myshopify.com": "my-shop.myshopify.com"} if page == "docs/import.md" else {}
    return {**shops, **new, "CLIENT_ID": client_id, "$(cat wix-public-key.pem)": public}


@pytest.mark.parametrize("block", [each for each in BLOCKS if each.language == "graphql"], ids=str)
async def test_the_documents_are_accepted(block: Block, sqlite_url: str) -> None:
    database = await open_database(sqlite_url)
    await fill(database, checkouts=3, seed=1, now=now())
    await database.close()
    app = create_app(Settings(database_url=sqlite_url, work=False))
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http,
    ):
        response = await http.post(
            "/admin/api/2026-10/graphql.json",
            json={"query": block.text},
            headers={"X-Shopify-Access-Token": TOKEN},
        )
    [payload] = response.json()["data"].values()
    assert "errors" not in response.json() and payload["userErrors"] == []


# Pages that run as a reader types them.


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a reader beside a server with the demo shop, and its address as URL."""
    folder = tmp_path_factory.mktemp("server")
    with started(folder, demo=60, settings={variable("twin_instant"): ""}) as twin:
        program = Path(sys.executable).parent
        own = {name: value for name, value in os.environ.items() if not name.startswith("ABANDONED_CHECKOUTS_")}
        own[variable("database_url")] = f"sqlite+aiosqlite:///{folder / 'twin.sqlite3'}"
        yield {**own, "URL": twin.url, "PATH": f"{program}{os.pathsep}{os.environ['PATH']}", "NO_PROXY": "*"}


@pytest.mark.parametrize("page", SHELL_PAGES)
def test_the_page_runs(server: dict[str, str], page: str, tmp_path: Path) -> None:
    """Each block `sh` runs in one shell, each block `python` as a program; a block `text` after it is its output."""
    steps = [each for each in blocks_of(page) if each.language in ("sh", "python", "text")]
    script = ["set -eu -o pipefail", "exec 2>&1"]
    for place, block in enumerate(steps):
        if block.language == "sh":
            script.append(f"echo '@@@ {place}'\n" + block.text.replace("curl -s", "curl -sS"))
        elif block.language == "python" and "def test_" not in block.text:
            (tmp_path / f"{place}.py").write_text(block.text)
            script.append(f"echo '@@@ {place}'\n{shlex.quote(sys.executable)} {place}.py")
    text = "\n".join(script).replace("http://127.0.0.1:8000", server["URL"])
    done = subprocess.run(["bash", "-c", text], cwd=tmp_path, env=server, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    printed = dict(re.findall(r"@@@ (\d+)\n(.*?)(?=@@@ |\Z)", done.stdout, re.DOTALL))
    for place, block in enumerate(steps):
        if block.language == "text":
            pattern = ".*".join(re.escape(part) for part in block.text.strip().split("…"))
            assert re.search(pattern, printed[str(place - 1)].strip(), re.DOTALL), f"{block}: {printed[str(place - 1)]}"
