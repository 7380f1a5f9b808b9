"""docs/deploy: the image script, the Dockerfile, compose, the systemd unit, the alert rules.

Linters check the files here. DEPLOY=1 also runs the image script in an empty environment, starts the result, and asks a
Prometheus for the data of every alert. No image is built: that needs a container registry.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import yaml

from abandoned_checkouts.telemetry.metric_table import METRICS, Kind
from tests.cli.serving import serving
from tests.places import DOCS, ROOT
from tests.ports import free_port

DEPLOY = DOCS / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
RULES = yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"][0]["rules"]
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
UNIT = (DEPLOY / "abandoned-checkouts.service").read_text()
WHOLE = pytest.mark.skipif("DEPLOY" not in os.environ, reason="takes minutes; DEPLOY=1 runs it")


def run(*command: object, **options: object) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return str(done.stdout)


def installed(program: str, package: str) -> str:
    """The path of a program of the system; the test is skipped without it."""
    found = shutil.which(program)
    if found is None:
        assert "CI" not in os.environ, f"{program} is missing: install Debian's package {package}"
        pytest.skip(f"{program} is missing (Debian's package {package})")
    return found


def test_the_dockerfile_passes_its_linter() -> None:
    run(Path(sys.executable).parent / "hadolint", DEPLOY / "Dockerfile")


def test_the_image_runs_without_root_and_without_node() -> None:
    last = DOCKERFILE.rpartition("FROM ")[2]
    assert re.search(r"^USER \d+$", last, re.MULTILINE) and "USER 0" not in last
    assert "VOLUME /data" in last and "HEALTHCHECK" in last and "/readyz" in last
    assert "node" not in DOCKERFILE.lower() and "npm" not in DOCKERFILE.lower()
    assert "build-image.sh" in DOCKERFILE


def test_the_compose_file_follows_its_schema() -> None:
    checker = Path(sys.executable).parent / "check-jsonschema"
    run(checker, "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose.yaml")


def test_compose_publishes_only_on_this_machine_and_locks_the_server_down() -> None:
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]
    assert ports and all(port.startswith("127.0.0.1:") for port in ports)
    server = COMPOSE["services"]["server"]
    assert server["read_only"] is True and server["cap_drop"] == ["ALL"] and "/tmp" in server["tmpfs"]
    assert {"server", "database", "proxy"} == set(COMPOSE["services"])


def test_no_secret_has_a_default() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    assert set(re.findall(r"\$\{(\w*(?:PASSWORD|KEY)\w*)(:\?)?\}", text)) == {
        ("POSTGRES_PASSWORD", ":?"),
        ("ABANDONED_CHECKOUTS_SECRET_KEY", ":?"),
    }


def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    analyze = installed("systemd-analyze", "systemd")
    unit = tmp_path / "abandoned-checkouts.service"
    # The program is not installed here.
    unit.write_text(re.sub(r"^ExecStart=\S+", f"ExecStart={sys.executable}", UNIT, flags=re.MULTILINE))
    run(analyze, "verify", unit)
    for line in ("DynamicUser=yes", "ProtectSystem=strict", "NoNewPrivileges=yes", "CapabilityBoundingSet="):
        assert line in UNIT.splitlines()


def test_promtool_accepts_the_rules_and_the_configuration() -> None:
    promtool = installed("promtool", "prometheus")
    run(promtool, "check", "rules", DEPLOY / "alerts.yml")
    run(promtool, "check", "config", "--syntax-only", DEPLOY / "prometheus.yml")


@pytest.mark.parametrize("rule", RULES, ids=lambda each: each["alert"])
def test_each_alert_uses_metrics_and_labels_of_the_table_and_names_a_cure(rule: dict[str, object]) -> None:
    expression = str(rule["expr"])
    names = {f"{each.full_name}{suffix}": each for each in METRICS for suffix in suffixes(each.kind)}
    for name, labels in re.findall(r"(abandoned_checkouts_\w+)(?:\{(.*?)\})?", expression):
        used = set(re.findall(r"(\w+)=", labels))
        assert name in names and used <= set(names[name].labels)
    for grouped in re.findall(r"by \((.*?)\)", expression):
        known = {"le", *(label for each in METRICS for label in each.labels)}
        assert {label.strip() for label in grouped.split(",")} <= known
    assert set(rule["annotations"]) == {"summary", "cure"}  # type: ignore[call-overload]


def suffixes(kind: Kind) -> tuple[str, ...]:
    return ("_bucket", "_sum", "_count") if kind is Kind.HISTOGRAM else ("",)


@contextmanager
def prometheus(target: str) -> Iterator[httpx.Client]:
    """A Prometheus that reads a target every half second."""
    program, port = installed("prometheus", "prometheus"), free_port()
    with tempfile.TemporaryDirectory() as folder:
        configuration = {
            "global": {"scrape_interval": "500ms"},
            "scrape_configs": [{"job_name": "abandoned-checkouts", "static_configs": [{"targets": [target]}]}],
        }
        (Path(folder) / "prometheus.yml").write_text(yaml.safe_dump(configuration))
        options = [f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data"]
        process = subprocess.Popen(
            [program, *options, f"--web.listen-address=127.0.0.1:{port}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
                yield client
        finally:
            process.kill()
            process.wait(20)


@WHOLE
@pytest.mark.timeout(1200)
def test_the_query_of_every_alert_returns_data_from_a_running_server(sqlite_url: str) -> None:
    port = free_port()
    with serving(sqlite_url, metrics_port=port) as server, prometheus(f"127.0.0.1:{port}") as client:
        # With `bool`, a comparison returns 0 instead of nothing, so data is seen although no alert fires.
        waiting = {each["alert"]: re.sub(r" ([<>]) ", r" \1 bool ", each["expr"]) for each in RULES}
        deadline = time.monotonic() + 300
        while waiting:
            assert time.monotonic() < deadline, f"no data, or an alert on a healthy server: {sorted(waiting)}"
            query = {"query": "{ shop { id } }"}
            httpx.post(f"{server.base}/admin/api/2026-10/graphql.json", json=query, timeout=60)
            time.sleep(1)
            for name, expression in list(waiting.items()):
                # At the start, the server is not up and its gauges are not read: 1 until both are. Seconds depend on
                # the machine that runs the test.
                expected = {0.0, 1.0} if name in {"QueriesSlow", "DatabaseSlow"} else {0.0}
                values = values_of(client, expression)
                if values and values <= expected:
                    del waiting[name]


def values_of(client: httpx.Client, expression: str) -> set[float]:
    """The values that a query returns now. NaN stands for a division without data. Empty while Prometheus starts."""
    try:
        response = client.get("/api/v1/query", params={"query": expression}, timeout=60)
    except httpx.TransportError:
        return set()
    if response.status_code == 503:
        return set()
    return {float(each["value"][1]) for each in response.json()["data"]["result"]}


@WHOLE
@pytest.mark.timeout(1200)
def test_the_image_script_makes_a_folder_that_serves_from_an_empty_environment(tmp_path: Path) -> None:
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "dist", cwd=ROOT)
    [wheel] = (tmp_path / "dist").glob("*.whl")
    application, data, port = tmp_path / "app", tmp_path / "data", free_port()
    # pip's own settings stay, for machines that reach a package index only through a mirror.
    pip = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    empty = {"PATH": "/usr/bin:/bin", "PYTHON": sys.executable, "HOME": "/nonexistent"}
    script = ("sh", DEPLOY / "build-image.sh", wheel, ROOT / "constraints.txt", application)
    assert "abandoned-checkouts" in run(*script, env={**empty, **pip})
    assert not [path for path in application.rglob("node*") if path.is_file() and os.access(path, os.X_OK)]
    data.mkdir()
    settings = {
        "ABANDONED_CHECKOUTS_DATABASE_URL": f"sqlite+aiosqlite:///{data}/store.sqlite3",
        "ABANDONED_CHECKOUTS_METRICS_TOKEN": "a-token-for-prometheus",
    }
    process = subprocess.Popen(
        [application / "bin" / "abandoned-checkouts", "serve", "--port", str(port)],
        cwd=data,
        env=settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + 300
        while True:
            assert process.poll() is None and time.monotonic() < deadline, "it did not start"
            try:
                ready = httpx.get(f"http://127.0.0.1:{port}/readyz")
                break
            except httpx.TransportError:
                time.sleep(0.2)
        page = httpx.get(f"http://127.0.0.1:{port}/graphiql")
        metrics = httpx.get(
            f"http://127.0.0.1:{port}/metrics", headers={"Authorization": "Bearer a-token-for-prometheus"}
        )
    finally:
        process.terminate()
        process.communicate(timeout=60)
    assert ready.status_code == 200 and page.status_code == 200
    assert "abandoned_checkouts_info" in metrics.text
