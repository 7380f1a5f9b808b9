"""docs/examples: each program runs unchanged against a twin and does what its first lines say."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from queue import Queue
from threading import Thread

import httpx
import jsonschema
import pytest
import yaml

from abandoned_checkouts.explorer.build import BuildError, node_and_npm
from abandoned_checkouts.pytest_plugin.client import Twin
from abandoned_checkouts.pytest_plugin.serving import started
from tests.places import DOCS
from tests.ports import free_port

EXAMPLES = DOCS / "examples"
SECONDS = 60


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    settings = {"ABANDONED_CHECKOUTS_ALLOW_PRIVATE_TARGETS": "true", "ABANDONED_CHECKOUTS_TWIN_INSTANT": ""}
    with started(tmp_path_factory.mktemp("twin"), demo=None, settings=settings) as server:
        yield Twin(server)


def command_of(name: str) -> list[str]:
    if name.endswith(".py"):
        return [sys.executable, str(EXAMPLES / name)]
    try:
        _, place = node_and_npm()
    except (BuildError, OSError) as problem:
        pytest.skip(f"this needs Node, and there is none: {problem}")
    return [str(place / "node"), str(EXAMPLES / name)]


@contextmanager
def running(name: str, settings: dict[str, str]) -> Iterator["Queue[str]"]:
    """The lines that the program prints."""
    environment = {**os.environ, **settings, "NO_PROXY": "*"}
    process = subprocess.Popen(command_of(name), env=environment, stdout=subprocess.PIPE, text=True)
    lines: Queue[str] = Queue()
    assert process.stdout is not None
    reader = Thread(target=lambda: [lines.put(line) for line in process.stdout or ()], daemon=True)
    reader.start()
    try:
        yield lines
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("name", ["recovery_app.py", "recovery-app.mjs"])
def test_a_recovery_app_reminds_each_buyer_once(twin: Twin, name: str) -> None:
    app = twin.ask("POST", "/apps", {"title": name, "kind": "admin"})["app"]
    token = twin.ask("POST", "/tokens", {"app": app["clientId"]})["token"]
    address = f"http://127.0.0.1:{free_port()}"
    words = re.sub(r"\W", "", name)
    first, second = f"ada.{words}@example.com", f"bob.{words}@example.com"
    twin.checkout(state="abandoned", email=first)
    settings = {"SHOP_URL": twin.url, "TOKEN": token, "SECRET": app["clientSecret"], "APP_URL": address}
    with running(name, settings) as lines:
        sent = [json.loads(lines.get(timeout=SECONDS))]
        while sent[-1]["to"] != first:
            sent.append(json.loads(lines.get(timeout=SECONDS)))
        assert "/checkouts/ac/" in sent[-1]["link"]
        assert httpx.post(f"{address}/webhooks", content=b"{}").status_code == 401
        # The webhook of this checkout wakes the app, which would look again only after a minute.
        twin.checkout(state="recovered", email=f"eve.{words}@example.com")
        twin.checkout(state="abandoned", email=second)
        found = json.loads(lines.get(timeout=SECONDS))
        assert found["to"] == second
        assert lines.empty()


def test_the_audience_has_hashes_of_those_who_agreed(twin: Twin) -> None:
    agreed = {"id": 17, "email": "grace@example.com", "email_marketing_consent": {"state": "subscribed"}}
    twin.checkout(state="abandoned", email="grace@example.com", customer=agreed)
    twin.checkout(state="abandoned", email="linus@example.com")
    environment = {**os.environ, "SHOP_URL": twin.url, "TOKEN": twin.token, "NO_PROXY": "*"}
    done = subprocess.run(
        command_of("audience_export.py"), env=environment, capture_output=True, text=True, check=False, timeout=SECONDS
    )
    assert done.returncode == 0, done.stderr
    header, *rows = done.stdout.splitlines()
    assert header == "email_sha256,largest_cart"
    hashes = {row.partition(",")[0] for row in rows}
    assert sha256(b"grace@example.com").hexdigest() in hashes
    assert sha256(b"linus@example.com").hexdigest() not in hashes


def test_the_workflow_follows_the_schema_of_github() -> None:
    import check_jsonschema

    vendored = Path(check_jsonschema.__file__).parent / "builtin_schemas" / "vendor" / "github-workflows.json"
    workflow = (EXAMPLES / "github-actions.yml").read_text()
    # YAML 1.1 reads the key `on` as true; GitHub reads YAML 1.2.
    document = {"on" if key is True else key: value for key, value in yaml.safe_load(workflow).items()}
    schema = json.loads(vendored.read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    document["jobs"]["test"]["step"] = []
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema)


def test_the_apps_have_about_60_lines_of_code() -> None:
    for name in ("recovery_app.py", "recovery-app.mjs"):
        code = [line for line in (EXAMPLES / name).read_text().splitlines() if line.strip()]
        assert len(code) <= 75, name
