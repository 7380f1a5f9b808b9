"""`serve`: the addresses that it prints, and a port in use."""

import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from tests.cli.conftest import Run
from tests.places import ROOT
from tests.ports import free_port


def test_a_port_in_use_is_reported_before_anything_else(run: Run, sqlite_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        done = run("serve", "--port", port, "--database", sqlite_url, code=6)
    assert "another program already listens there" in done.stderr and "--port" in done.stderr
    assert done.stdout == "" and done.stderr.count("\n") == 1


def test_serve_prints_its_addresses_and_responds(run: Run, sqlite_url: str) -> None:
    run("demo", "--checkouts", "10", "--database", sqlite_url)
    port = free_port()
    address = f"http://127.0.0.1:{port}/"
    process = subprocess.Popen(
        [sys.executable, "-m", "abandoned_checkouts", "serve", "--port", str(port), "--database", sqlite_url],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                with urlopen(f"{address}healthz", timeout=2) as answer:
                    assert answer.status == 200
                break
            except (URLError, ConnectionError):
                assert process.poll() is None and time.monotonic() < deadline
                time.sleep(0.1)
        with urlopen(f"{address}demo/images/stoneware-mug.svg", timeout=5) as answer:
            assert answer.headers["Content-Type"] == "image/svg+xml"
    finally:
        process.terminate()
        printed, _ = process.communicate(timeout=20)
    for words in (address, "/admin/api/", "graphql.json", "demo-shop.myshopify.com", "shpat_demo"):
        assert words in printed


def test_the_twin_runs_on_a_free_port_and_announces_itself_in_a_file(sqlite_url: str, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    ready.write_text("left from an earlier run")
    command = [sys.executable, "-m", "abandoned_checkouts", "serve", "--twin", "--port", "0", "--database", sqlite_url]
    process = subprocess.Popen(
        [*command, "--ready-file", str(ready)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        deadline = time.monotonic() + 60
        while not ready.exists() or not ready.read_text().startswith("http"):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        address = ready.read_text().strip()
        with urlopen(f"{address}/__twin/clock", timeout=5) as response:
            assert b"currentInstant" in response.read()
        assert_faults_reach_the_connection(address)
    finally:
        process.terminate()
        printed, _ = process.communicate(timeout=20)
    assert f"{address}/__twin/clock" in printed and not address.endswith(":0")


def assert_faults_reach_the_connection(address: str) -> None:
    request = Request(f"{address}/healthz-of-nobody", headers={"X-Twin-Fault": '{"connection": "reset"}'})
    with pytest.raises(ConnectionResetError):
        urlopen(request, timeout=5)
    request.add_header("X-Twin-Fault", '{"connection": "reset-mid-body", "status": 503, "body": "half of it"}')
    with pytest.raises(HTTPError) as half:
        urlopen(request, timeout=5)
    with half.value, pytest.raises(ConnectionResetError):
        half.value.read()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--host", "0.0.0.0"), "add --expose-demo"),
        (("--workers", "2"), "can run in one process only"),
    ],
)
def test_the_twin_is_refused_where_it_would_be_open_or_split(
    run: Run, sqlite_url: str, options: tuple[str, ...], words: str
) -> None:
    done = run("serve", "--twin", *options, "--port", "0", "--database", sqlite_url, code=2)
    assert words in done.stderr and done.stdout == ""


def test_an_instant_that_is_none_is_refused(run: Run, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABANDONED_CHECKOUTS_TWIN_INSTANT", "noon")
    done = run("serve", "--twin", "--port", "0", "--database", sqlite_url, code=2)
    assert "'noon' is not a date and time" in " ".join(done.stderr.replace("│", " ").split())
