"""The recipes of docs/testing.md run here as far as possible: a fresh folder, with the installed packages for pip."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest
import yaml

from tests.docs.test_testing import PROGRAM, is_a_test_file, snippets
from tests.places import ROOT
from tests.pytest_plugin.test_plugin import IS_INSTALLED

# Instead of pip: checks that what it would install exists.
PIP = """#!/bin/sh
[ "$1" = install ] || exit 2
shift
for each in "$@"; do
  case "$each" in
    */*) [ -f "$each/pyproject.toml" ] ;;
    *) python -m pip --version >/dev/null; python -c "import importlib.metadata as m; m.version('$each')" ;;
  esac || { echo "pip cannot install $each"; exit 1; }
done
"""
COMPOSE_KEYS = {
    "services": {"twin", "app"},
    "service": {"image", "build", "volumes", "command", "environment", "healthcheck", "depends_on"},
    "healthcheck": {"test", "interval", "retries"},
}
WORKFLOW, COMPOSE = (yaml.safe_load(each) for each in snippets("yaml"))


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of the steps."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "pip").write_text(PIP)
    (programs / "pip").chmod(0o755)
    own = {name: value for name, value in os.environ.items() if not name.startswith(("ABANDONED_", "PYTEST_"))}
    return own | {"PATH": os.pathsep.join([str(programs), str(PROGRAM), os.environ["PATH"]]), "NO_PROXY": "*"}


@pytest.mark.skipif(not IS_INSTALLED, reason="pytest finds the plugin only if the package is installed")
@pytest.mark.skipif(shutil.which("npm") is None, reason="this needs npm, and there is none")
def test_the_steps_of_the_workflow(environment: dict[str, str], tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    steps = WORKFLOW["jobs"]["test"]["steps"]
    assert [step["uses"].partition("@")[0] for step in steps if "uses" in step] == [
        "actions/checkout",
        "actions/checkout",
        "actions/setup-python",
    ]
    # What the checkouts do: the project, and this repository in a folder of it.
    (tests,) = [each for each in snippets("python") if is_a_test_file(each)]
    (project / "test_recovery.py").write_text(tests)
    (project / "package.json").write_text('{"scripts": {"test": "node test.mjs"}}')
    (project / "test.mjs").write_text(
        "const found = await fetch(`${process.env.TWIN}/__twin/clock`);\n"
        'if (!found.headers.get("x-abandoned-checkouts-twin")) throw new Error("not a twin");\n'
    )
    (project / steps[1]["with"]["path"]).symlink_to(ROOT)
    for step in steps:
        if "run" in step:
            # As GitHub runs a step on Linux.
            script = project / "step.sh"
            script.write_text(step["run"] + '\n[ -z "$!" ] || echo "background=$!"\n')
            printed = ran(["bash", "-e", str(script)], environment, project)
            if "-n 2" in step["run"]:
                assert re.search(r"\b4 passed", printed), printed


def ran(command: list[str], environment: dict[str, str], folder: Path) -> str:
    output = folder / "output"
    with output.open("w") as written:
        done = subprocess.run(command, cwd=folder, env=environment, stdout=written, stderr=written, check=False)
    printed = output.read_text()
    for number in re.findall(r"background=(\d+)", printed):
        os.kill(int(number), signal.SIGKILL)
    assert done.returncode == 0, printed
    return printed


def test_the_services_of_compose(environment: dict[str, str], tmp_path: Path) -> None:
    assert set(COMPOSE) == {"services"} and set(COMPOSE["services"]) == COMPOSE_KEYS["services"]
    for service in COMPOSE["services"].values():
        assert set(service) <= COMPOSE_KEYS["service"]
    twin = COMPOSE["services"]["twin"]
    assert set(twin["healthcheck"]) == COMPOSE_KEYS["healthcheck"]
    assert COMPOSE["services"]["app"]["environment"]["TWIN"] == twin["environment"]["ABANDONED_CHECKOUTS_PUBLIC_URL"]
    # The container has its own network and folders; here they are a free port and a folder of the test.
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])

    def here(text: str) -> str:
        moved = text.replace("/src", str(ROOT)).replace("//tmp/", f"/{tmp_path}/")
        return moved.replace("--host 0.0.0.0", "--host 127.0.0.1").replace("8000", port)

    command = [here(word) for word in twin["command"]]
    settings = {name: here(value) for name, value in twin["environment"].items()}
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=tmp_path, env=environment | settings, stdout=log, stderr=log)
    try:
        check = [here(word) for word in twin["healthcheck"]["test"]]
        assert check.pop(0) == "CMD"
        until = time.monotonic() + 120
        while subprocess.run(check, env=environment, capture_output=True, check=False).returncode != 0:
            assert server.poll() is None and time.monotonic() < until, (tmp_path / "log").read_text()
            time.sleep(0.2)
        # Another container names the service as host.
        address = settings["ABANDONED_CHECKOUTS_PUBLIC_URL"].removeprefix("http://")
        shown = httpx.get(f"http://127.0.0.1:{port}/__twin/clock", headers={"Host": address}, trust_env=False)
        assert shown.status_code == 200, shown.text
    finally:
        server.kill()
        server.wait()
