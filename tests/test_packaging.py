"""The distributions: an sdist, the wheel that it builds, and an editable install, each in a separate environment.

Nothing is built twice: one sdist and two wheels serve all tests of this file.
"""

import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Iterable
from pathlib import Path
from zipfile import ZipFile

import pytest

from abandoned_checkouts.explorer.build import build
from tests.places import ROOT

PACKAGES = {"abandoned_checkouts": ROOT / "app" / "abandoned_checkouts", "search_syntax": ROOT / "search_syntax"}
NOT_INSTALLED = {"web", "__pycache__"}
SCHEMA = (ROOT / "schema.graphql").read_text()

# Runs in the installed environment: a shop's page, search and mail read files that only the wheel can bring.
PROGRAM = """
import asyncio, sys
import httpx
from abandoned_checkouts.config import Settings
from abandoned_checkouts.recovery.languages import language_of
from abandoned_checkouts.server import create_app

async def main(url):
    app = create_app(Settings(database_url=url, work=False))
    transport = httpx.ASGITransport(app)
    here = "http://localhost"
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=here) as http:
        page = await http.get("/graphiql")
        listed = await http.get("/", headers={"Accept-Language": "he"})
        session = (await http.get("/explorer/session.json")).json()
        body = {"query": '{ abandonedCheckoutsCount(query: "status:open") { count } }'}
        headers = {"X-Shopify-Access-Token": "shpat_demo"}
        docs = await http.get("/docs/testing")
        answer = await http.post("/admin/api/2026-10/graphql.json", json=body, headers=headers)
    print(page.status_code, "<title>" in page.text, bool(session["examples"]), language_of("pt").name)
    print("תשלומים נטושים" in listed.text)
    print(docs.status_code, "Test your recovery app" in docs.text)
    print(answer.json()["data"])

asyncio.run(main(sys.argv[1]))
"""


class Distributions:
    """One sdist, the wheel of the checkout, and the wheel that the unpacked sdist builds."""

    def __init__(self, folder: Path) -> None:
        build()
        self._hatch(ROOT, "-t", "sdist", "-t", "wheel", "-d", folder / "direct")
        [self.sdist] = (folder / "direct").glob("*.tar.gz")
        [self.wheel] = (folder / "direct").glob("*.whl")
        with tarfile.open(self.sdist) as packed:
            packed.extractall(folder / "unpacked", filter="data")
        [unpacked] = (folder / "unpacked").iterdir()
        self._hatch(unpacked, "-t", "wheel", "-d", folder / "again")
        [self.wheel_of_sdist] = (folder / "again").glob("*.whl")

    @staticmethod
    def _hatch(project: Path, *options: object) -> None:
        run([sys.executable, "-m", "hatchling", "build", *options], cwd=project)

    def packed(self) -> set[str]:
        with ZipFile(self.wheel) as wheel:
            return set(wheel.namelist())


class Environment:
    """A virtual environment with our dependencies, in which nothing of this checkout can be imported."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        run([sys.executable, "-m", "venv", "--without-pip", folder], cwd=folder.parent)
        self.bin = folder / "bin"
        self.site_packages = next(folder.glob("lib/python*/site-packages"))
        # A path in a .pth file is searched, but the .pth files there, such as our own, are not read.
        (self.site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
        self._before = set(self.site_packages.iterdir())

    def install(self, *what: object) -> None:
        pip = [sys.executable, "-m", "pip", "--python", self.bin / "python", "--disable-pip-version-check"]
        offline = ["--no-deps", "--no-index", "--no-build-isolation", "--ignore-installed"]
        run([*pip, "install", "--quiet", *offline, *what], cwd=self.folder)

    def added(self) -> set[str]:
        """The names that installing added to site-packages."""
        return {path.name for path in set(self.site_packages.iterdir()) - self._before}

    def run(self, program: str, *arguments: object) -> str:
        return run([self.bin / program, *arguments], cwd=self.folder)


def run(command: Iterable[object], *, cwd: Path) -> str:
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Distributions:
    return Distributions(tmp_path_factory.mktemp("distributions"))


@pytest.fixture(scope="module")
def installed(distributions: Distributions, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    environment = Environment(tmp_path_factory.mktemp("installed") / "environment")
    environment.install(distributions.wheel)
    return environment


def test_the_wheel_holds_each_file_of_both_packages_except_the_sources_of_the_page(
    distributions: Distributions,
) -> None:
    expected = {
        f"{package}/{path.relative_to(folder).as_posix()}"
        for package, folder in PACKAGES.items()
        for path in folder.rglob("*")
        if path.is_file() and not NOT_INSTALLED & set(path.relative_to(folder).parts)
    }
    docs = ROOT / "docs"
    expected |= {
        f"abandoned_checkouts/documentation/pages/{path.relative_to(docs).as_posix()}"
        for path in docs.rglob("*")
        if path.is_file()
    }
    packed = {name for name in distributions.packed() if ".dist-info/" not in name}
    assert packed == expected
    assert packed >= {
        "abandoned_checkouts/py.typed",
        "search_syntax/py.typed",
        "search_syntax/grammar.lark",
        "abandoned_checkouts/explorer/dist/index.html",
        "abandoned_checkouts/recovery/words/en.toml",
    }


def test_the_wheel_declares_the_command_and_the_pytest_plugin(distributions: Distributions) -> None:
    with ZipFile(distributions.wheel) as wheel:
        [name] = [each for each in wheel.namelist() if each.endswith(".dist-info/entry_points.txt")]
        declared = wheel.read(name).decode()
        [metadata] = [each for each in wheel.namelist() if each.endswith(".dist-info/METADATA")]
        needed = [line for line in wheel.read(metadata).decode().splitlines() if line.startswith("Requires-Dist:")]
    assert "[console_scripts]\nabandoned-checkouts = abandoned_checkouts.cli:main" in declared
    assert "[pytest11]\nabandoned_checkouts = abandoned_checkouts.pytest_plugin.plugin" in declared
    # The driver of PostgreSQL is an extra, and pytest is the user's own.
    core = [line for line in needed if "extra ==" not in line]
    assert not [line for line in core if "asyncpg" in line] and [line for line in needed if "asyncpg" in line]
    assert not [line for line in needed if "pytest" in line and "extra ==" not in line]


def test_an_unpacked_sdist_builds_the_same_wheel(distributions: Distributions) -> None:
    assert distributions.wheel_of_sdist.name == distributions.wheel.name
    assert distributions.wheel_of_sdist.read_bytes() == distributions.wheel.read_bytes()


def test_the_sdist_has_the_sources_of_the_page_but_no_installed_packages(distributions: Distributions) -> None:
    with tarfile.open(distributions.sdist) as packed:
        names = packed.getnames()
    assert any(name.endswith("explorer/web/package-lock.json") for name in names)
    assert not [name for name in names if "node_modules" in name or "/.venv/" in name]


def test_an_installation_adds_two_packages_and_no_other_module(installed: Environment) -> None:
    modules = {name for name in installed.added() if not name.endswith(".dist-info")}
    assert modules == {"abandoned_checkouts", "search_syntax"}


@pytest.mark.parametrize("command", [["abandoned-checkouts"], ["python", "-m", "abandoned_checkouts"]])
def test_both_commands_of_an_installation_run(installed: Environment, command: list[str]) -> None:
    assert installed.run(*command, "schema") == SCHEMA


def test_an_installation_serves_the_demo_shop(installed: Environment, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'demo.sqlite3'}"
    installed.run("abandoned-checkouts", "demo", "--checkouts", "5", "--database", url)
    shown = installed.run("python", "-c", PROGRAM, url).splitlines()
    assert shown == ["200 True True pt", "True", "200 True", "{'abandonedCheckoutsCount': {'count': 5}}"]


def test_an_editable_installation_runs_this_checkout(tmp_path: Path) -> None:
    environment = Environment(tmp_path / "environment")
    environment.install("--editable", ROOT)
    program = "import abandoned_checkouts as a, search_syntax as s; print(a.__file__, s.__file__)"
    files = environment.run("python", "-c", program).split()
    assert [Path(file).parent for file in files] == list(PACKAGES.values())
    assert environment.run("abandoned-checkouts", "schema") == SCHEMA
