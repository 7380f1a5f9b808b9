"""The plugin in the hands of a user: tests of another project, run by pytest in a separate process."""

import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import httpx
import pytest

from abandoned_checkouts.pytest_plugin.serving import TwinServer, started

MODULE = "abandoned_checkouts.pytest_plugin.plugin"
IS_INSTALLED = any(each.value == MODULE for each in entry_points(group="pytest11"))

# A module named app, which the user's tests import, and a fixture of the session that prepares the shop.
CONFTEST = """
import pytest
from abandoned_checkouts.pytest_plugin.client import Twin

@pytest.fixture(scope="session", autouse=True)
def prepared(twin_server):
    twin = Twin(twin_server)
    twin.ask("POST", "/checkouts", {"email": "first@example.com"})
    twin.close()
"""
PASSING = """
import os
import pytest
import app

COUNT = "{ abandonedCheckoutsCount { count } }"

@pytest.mark.parametrize("number", range(6))
def test_each_test_finds_the_shop_as_it_was_before(twin, number):
    assert app.NAME == "the user's"
    assert twin.graphql(COUNT)["data"]["abandonedCheckoutsCount"]["count"] == 1
    assert twin.requests(endpoint="graphql", method="POST")[1:] == []
    assert twin.ask("GET", "/faults")["faults"] == []
    twin.checkout()
    twin.fault(endpoint="rest", status=500)
    twin.travel("3 days")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "none")
    (pytest_folder / f"{worker}-{number}").write_text(f"{twin.url} {twin.checkout().token}")

@pytest.mark.twin_instant("2025-11-30T12:00:00Z")
@pytest.mark.twin_version("2025-07")
@pytest.mark.twin_plan("enterprise")
def test_markers(twin):
    assert twin.now.isoformat() == "2025-11-30T12:00:00+00:00"
    cost = twin.graphql("{ shop { name } }")["extensions"]["cost"]
    assert cost["throttleStatus"]["maximumAvailable"] == 40_000
    (request,) = twin.requests()
    assert (request["version"], request["path"]) == ("2025-07", "/admin/api/2025-07/graphql.json")

def test_without_markers(twin):
    import datetime
    assert abs(twin.now - datetime.datetime.now(datetime.UTC)) < datetime.timedelta(minutes=5)
    cost = twin.graphql("{ shop { name } }")["extensions"]["cost"]
    assert cost["throttleStatus"]["maximumAvailable"] == 2000
"""
FAILING = """
import pytest

def test_fails(twin):
    twin.subscribe("checkouts/create", "http://127.0.0.1:9/hooks")
    twin.checkout(state="open")
    twin.wait_for_delivery("checkouts/create")
    answer = twin.graphql('query Lost { abandonedCheckouts(first: 1, query: "colour:red") { nodes { nothing } } }')
    assert "errors" not in answer

@pytest.mark.twin_plan("pluss")
def test_unknown_plan(twin):
    pass

@pytest.mark.twin_version("2026-13")
def test_unknown_version(twin):
    pass

@pytest.mark.twin_instant("2019-12-31T00:00:00Z")
def test_too_early(twin):
    pass

@pytest.mark.twin_instant
def test_marker_without_argument(twin):
    pass

def test_without_a_twin():
    assert 1 == 2
"""


class Project:
    """A folder with a user's tests, in which `run` runs pytest."""

    def __init__(self, folder: Path, tests: str, conftest: str = "") -> None:
        self.folder, self.notes = folder, folder / "notes"
        (folder / "app").mkdir()
        self.notes.mkdir()
        (folder / "app" / "__init__.py").write_text('NAME = "the user\'s"\n')
        (folder / "conftest.py").write_text(conftest)
        place = f"from pathlib import Path\npytest_folder = Path({str(self.notes)!r})\n"
        (folder / "test_shop.py").write_text(place + tests)
        (folder / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers --strict-config\npythonpath = .\n")

    def run(self, *options: str) -> tuple[int, str]:
        """The exit code of pytest, and what it printed."""
        plugin = () if IS_INSTALLED else ("-p", MODULE)
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *plugin, *options]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwinServer]:
    """A server that a user has started before."""
    with started(tmp_path_factory.mktemp("server"), demo=None, settings={}) as running:
        httpx.put(f"{running.url}/__twin/clock", json={"action": "reset"}).raise_for_status()
        yield running


def test_two_workers_have_a_server_each_and_every_test_begins_with_the_same_shop(tmp_path: Path) -> None:
    project = Project(tmp_path, PASSING, CONFTEST)
    code, printed = project.run("-n", "2")
    assert code == 0, printed
    kept = {file.name.split("-")[0]: file.read_text().split() for file in project.notes.iterdir()}
    assert set(kept) == {"gw0", "gw1"}
    assert len({url for url, _ in kept.values()}) == 2
    # The sequence of random values is rewound, too: each test made the same checkout.
    assert len({file.read_text().split()[1] for file in project.notes.iterdir()}) == 1


def test_a_failing_test_prints_its_journal_and_unknown_names_are_explained(tmp_path: Path) -> None:
    code, printed = Project(tmp_path, FAILING).run()
    assert code == 1, printed
    one_line = " ".join(printed.split())
    for words in (
        "Journal of the twin at http://127.0.0.1:",
        "Lost → 200",
        "error: Field 'nothing' doesn't exist",
        "deliveries: 1",
        "checkouts/create to http://127.0.0.1:9/hooks → failed",
        "mails: none",
        'Did you mean "plus"?',
        '"2026-13" is not an API version',
        "The clock does not go back",
        'write, for example, @pytest.mark.twin_instant("2026-12-01T09:00:00Z")',
    ):
        assert words in one_line, printed
    # The last test has no twin, so that its report has no journal.
    assert "Journal of the twin" not in printed.partition("test_without_a_twin ___")[2].partition("short test")[0]


def test_a_server_that_runs_is_used_and_left_as_it_was(tmp_path: Path, server: TwinServer) -> None:
    project = Project(tmp_path, PASSING, CONFTEST)
    code, printed = project.run("--twin-url", server.url, "-k", "each_test")
    assert code == 0, printed
    assert {file.read_text().split()[0] for file in project.notes.iterdir()} == {server.url}
    assert httpx.get(f"{server.url}/__twin/faults").json()["faults"] == []
    assert [each["name"] for each in httpx.get(f"{server.url}/__twin/snapshots").json()["snapshots"]] == ["initial"]
    refused, printed = project.run("--twin-url", server.url, "-n", "2", "-k", "without_markers")
    assert refused != 0 and "each process starts its own server" in " ".join(printed.split())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--twin-url", "http://127.0.0.1:9"), "There is no server at http://127.0.0.1:9"),
        (("-o", "twin_shop=emty"), 'twin_shop is "emty". Use one of: empty, demo.'),
        (("-o", "twin_checkouts=many"), "It must be a whole number"),
    ],
)
def test_wrong_options_say_what_to_do(tmp_path: Path, options: tuple[str, ...], words: str) -> None:
    code, printed = Project(tmp_path, PASSING).run(*options, "-k", "without_markers")
    assert code == 1 and words in " ".join(printed.split())


def test_importing_the_plugin_imports_no_server() -> None:
    program = (
        f"import sys, pytest; before = set(sys.modules); import {MODULE}; "
        "print(sorted(n for n in set(sys.modules) - before if not n.startswith('abandoned_checkouts.pytest_plugin')))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['abandoned_checkouts']"


def test_every_name_of_the_plugin_starts_with_twin(tmp_path: Path) -> None:
    project = Project(tmp_path, "")
    _, printed = project.run("--fixtures", "-q")
    ours = printed.partition("fixtures defined from abandoned_checkouts")[2].partition("-- fixtures defined")[0]
    names = [line.split()[0] for line in ours.splitlines() if line[:1].isalpha()]
    assert "twin_server" in names and all(name.startswith("twin") for name in names), printed
    _, printed = project.run("--markers")
    assert printed.count("@pytest.mark.twin_") == 3
