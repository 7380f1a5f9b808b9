"""docs/testing.md: its snippets run, its tables are those of the code, and its recipes use options that exist."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from abandoned_checkouts.pytest_plugin.client import Twin
from abandoned_checkouts.pytest_plugin.plugin import pytest_addoption
from abandoned_checkouts.twin.fault_keys import markdown_table
from abandoned_checkouts.twin.journal_filters import FILTERS
from tests.places import DOCS
from tests.pytest_plugin.test_plugin import IS_INSTALLED, MODULE

PAGE = (DOCS / "testing.md").read_text()
PROGRAM = Path(sys.executable).parent


def snippets(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def is_a_test_file(snippet: str) -> bool:
    return snippet.startswith("# test_")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment after the shell snippets of the page, whose server still runs."""
    folder = tmp_path_factory.mktemp("page")
    own = {name: value for name, value in os.environ.items() if not name.startswith("ABANDONED_CHECKOUTS_")}
    own |= {"PATH": f"{PROGRAM}{os.pathsep}{os.environ['PATH']}", "NO_PROXY": "*"}
    # -f makes curl fail for a response that is an error.
    script = "\n".join(snippets("sh")).replace("curl -s", "curl -sf")
    script = f'set -eu -o pipefail\n{script}\necho; echo "twin=$TWIN token=$TOKEN server=$!"\n'
    output = folder / "output"
    with output.open("w") as written:
        done = subprocess.run(["bash", "-c", script], cwd=folder, env=own, stdout=written, stderr=written, check=False)
    printed = output.read_text()
    found = re.search(r"twin=(\S+) token=(\S+) server=(\d+)", printed)
    try:
        assert done.returncode == 0 and found is not None, printed
        assert '"state":"abandoned"' in printed and '"abandonments":1' in printed and "THROTTLED" in printed
        assert '"topic":"checkouts/create"' in printed and (folder / "twin.openapi.json").stat().st_size > 1000
        yield {**own, "TWIN": found[1], "TOKEN": found[2]}
    finally:
        if found is not None:
            os.kill(int(found[3]), signal.SIGKILL)


def run(command: list[str], environment: dict[str, str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_snippets_in_python(environment: dict[str, str], tmp_path: Path) -> None:
    program = tmp_path / "page.py"
    program.write_text("\n".join(each for each in snippets("python") if not is_a_test_file(each)))
    run([sys.executable, str(program)], environment, tmp_path)


def test_the_snippets_in_javascript(environment: dict[str, str], tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("this needs Node, and there is none")
    program = tmp_path / "page.mjs"
    program.write_text("\n".join(snippets("js")))
    run([node, str(program)], environment, tmp_path)


def test_the_tests_for_the_plugin(tmp_path: Path) -> None:
    (tests,) = [each for each in snippets("python") if is_a_test_file(each)]
    (tmp_path / "test_recovery.py").write_text(tests)
    plugin = [] if IS_INSTALLED else ["-p", MODULE]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *plugin], environment, tmp_path)


def test_the_tables_are_those_of_the_code() -> None:
    assert markdown_table() in PAGE
    for kind, names in FILTERS.items():
        assert f"| {kind} | {', '.join(f'`{name}`' for name in names)} |" in PAGE


def test_every_method_and_option_of_the_plugin_is_explained() -> None:
    table = PAGE.partition("| `twin.` | meaning |")[2].partition("\n\n")[0]
    public = {name for name in vars(Twin) if not name.startswith("_")} - {"close", "transport"}
    assert {name for name in public if not re.search(rf"`{name}\b", table)} == set()

    class Group:
        options: list[str] = []

        def addoption(self, name: str, **_: object) -> None:
            self.options.append(name)

    class Parser:
        def getgroup(self, *_: str) -> Group:
            return Group()

        def addini(self, name: str, *_: str, **__: object) -> None:
            assert f"`{name}" in PAGE

    pytest_addoption(Parser())  # type: ignore[arg-type]
    assert len(Group.options) == 3 and all(f"`{name}" in PAGE for name in Group.options)


def test_the_recipes_are_yaml_with_options_that_exist() -> None:
    workflow, compose = (yaml.safe_load(each) for each in snippets("yaml"))
    assert snippets("yaml")[0] == (DOCS / "examples" / "github-actions.yml").read_text()
    runs = [step["run"] for step in workflow["jobs"]["test"]["steps"] if "run" in step]
    service = compose["services"]["twin"]
    commands = [*runs, service["command"][-1]]
    shown = subprocess.run(
        [PROGRAM / "abandoned-checkouts", "serve", "--help"], capture_output=True, text=True, check=True
    ).stdout
    for command in re.findall(r"abandoned-checkouts serve (.*)", "\n".join(commands)):
        for option in re.findall(r"--[a-z-]+", command):
            assert option in shown, option
    from abandoned_checkouts.config import settings_from

    assert settings_from(service["environment"]).public_url == "http://twin:8000"


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#:]+)\)", PAGE))
def test_links_work(target: str) -> None:
    assert (DOCS / target).exists(), target
