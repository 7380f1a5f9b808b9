"""The command line, run as people run it: what it prints, where, and how it ends."""

import re
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen
from uuid import UUID

import orjson
import pytest

from tests.cli.conftest import Run
from tests.databases import Databases
from tests.intake.samples import rest_checkout
from tests.places import ROOT


@pytest.fixture
def url(databases: Databases) -> str:
    return databases.new("sqlite")


def test_a_shop_its_token_and_its_end(run: Run, url: str) -> None:
    named = ("--domain", "Acme.myshopify.com", "--currency", "eur", "--timezone", "Europe/Berlin")
    made = run("shop", "create", *named, "--database", url)
    assert made.stdout == "acme.myshopify.com\tEUR\tEurope/Berlin\n"
    shop = ("--shop", "acme.myshopify.com", "--database", url)
    token = run("token", "create", *shop, "--scopes", "read_orders, write_customers")
    assert re.fullmatch(r"shpat_[0-9a-f]{32}\n", token.stdout) and token.stderr == ""
    number, hint, _, scopes = run("token", "list", *shop).stdout.strip().split("\t")
    assert (hint[-4:], scopes) == (token.stdout.strip()[-4:], "read_orders,write_customers")
    assert token.stdout.strip() not in run("token", "list", *shop).stdout
    run("token", "revoke", number, *shop)
    assert run("token", "list", *shop).stdout == ""
    assert run("token", "revoke", number, *shop, code=5).stderr.count("\n") == 1
    *told, site_id = run("shop", "list", "--database", url).stdout.strip().split("\t")
    assert told == ["acme.myshopify.com", "EUR", "Europe/Berlin", "shopify"] and UUID(site_id)


def test_demo_out_and_in_again(run: Run, url: str, databases: Databases, tmp_path: Path) -> None:
    assert "shpat_demo" in run("demo", "--checkouts", "30", "--database", url).stderr
    assert run("demo", "--checkouts", "30", "--if-empty", "--database", url).stderr == ""
    taken = tmp_path / "taken.jsonl"
    run("export", "--shop", "demo-shop.myshopify.com", "--out", str(taken), "--database", url)
    to_screen = run("export", "--format", "csv", "--database", url).stdout
    assert to_screen.startswith("Name,Id,Email") and len(taken.read_bytes().splitlines()) == 30
    other = databases.new("sqlite")
    assert "30 created" in run("import", str(taken), "--shop", "copy.example.com", "--database", other).stderr
    assert "30 unchanged" in run("import", str(taken), "--database", other).stderr


def test_import_tells_each_rejected_record_and_ends_with_1(run: Run, url: str, tmp_path: Path) -> None:
    file = tmp_path / "some.jsonl"
    file.write_bytes(orjson.dumps(rest_checkout(1)) + b"\n{}\nnonsense\n")
    done = run("import", str(file), "--shop", "acme.myshopify.com", "--database", url, code=1)
    told = done.stderr.splitlines()
    assert [line.split(": ")[2] for line in told[:2]] == ["line 2", "line 3"]
    assert "1 created" in told[2] and "2 rejected" in told[2]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("export", "--shop", "nobody.example.com"), 5, "no shop nobody.example.com"),
        (("import", "/no/such/file.jsonl", "--shop", "a.example.com"), 4, "No such file"),
        (("import", __file__), 5, "--shop DOMAIN"),
        (("shop", "create", "--domain", "no domain"), 5, "not a shop's domain"),
        (("shop", "create", "--domain", "a.example.com", "--timezone", "Mars"), 5, "not a time zone"),
        (("token", "list", "--shop", "nobody.example.com"), 5, "no shop"),
        (("token", "create", "--shop", "a.example.com", "--scopes", "read"), 2, "'read' is no scope"),
        (("token", "create", "--shop", "a.example.com", "--scopes", " , "), 2, "name at least one"),
        (("shop", "create", "--domain", "a.example.com", "--currency", "euro"), 2, "'euro' is no currency"),
        (("shop", "create"), 2, "Missing option '--domain'; `abandoned-checkouts shop create --help` shows how"),
        (("demo", "--checkouts", "none"), 2, "Invalid value for '--checkouts'"),
        (("demo", "--seed", "9" * 30), 2, "Invalid value for '--seed'"),
        (("serve", "--port", "70000"), 2, "Invalid value for '--port'"),
        (("serve", "--host", "256.1.1.1"), 6, "cannot listen on port 8000 of 256.1.1.1"),
        (("bulk", "run", "/no/such/file", "--out", "/tmp/never"), 4, "/no/such/file cannot be read: No such file"),
        (("bulk", "run", "/dev/null", "--out", "/tmp/never", "--api-version", "1"), 2, "give 20"),
        (("explain", "/no/such/file", "--shop", "a.example.com"), 4, "/no/such/file cannot be read"),
    ],
)
def test_what_goes_wrong_is_said_in_one_line(
    run: Run, url: str, arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = run(*arguments, "--database", url, code=code)
    assert words in done.stderr and done.stderr.count("\n") == 1 and done.stdout == ""


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("nonsense", "not a database URL"),
        ("mysql://localhost/x", "no store is kept in 'mysql'"),
        ("sqlite+aiosqlite:////nowhere/store.sqlite3", "there is no store at /nowhere/store.sqlite3"),
        ("sqlite+aiosqlite:///{damaged}", "damaged"),
        ("postgresql+asyncpg://nobody@127.0.0.1:1/none", "Connect call failed"),
    ],
)
def test_a_store_that_cannot_be_used(run: Run, tmp_path: Path, address: str, words: str) -> None:
    damaged = tmp_path / "damaged.sqlite3"
    damaged.write_bytes(b"this is no store at all, whatever its name says" * 40)
    done = run("shop", "list", "--database", address.format(damaged=damaged), code=3)
    assert words in done.stderr and done.stderr.count("\n") == 1, done.stderr


def test_a_token_without_end_is_none(run: Run, url: str) -> None:
    run("shop", "create", "--domain", "a.example.com", "--database", url)
    done = run("token", "revoke", "9" * 30, "--shop", "a.example.com", "--database", url, code=5)
    assert "has no such token" in done.stderr and done.stderr.count("\n") == 1


def test_a_port_that_is_taken_is_said_before_anything_else(run: Run, url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        done = run("serve", "--port", port, "--database", url, code=6)
    assert "another program listens there" in done.stderr and "--port" in done.stderr
    assert done.stdout == "" and done.stderr.count("\n") == 1


def test_a_store_of_a_newer_program_is_left_alone(run: Run, url: str) -> None:
    with sqlite3.connect(url.partition(":///")[2]) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    done = run("shop", "list", "--database", url, code=3)
    assert "version 9999" in done.stderr and "update the program" in done.stderr and done.stderr.count("\n") == 1


def test_a_wrong_setting_names_its_variable(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABANDONED_CHECKOUTS_PORT", "eighty")
    assert "ABANDONED_CHECKOUTS_PORT is 'eighty'" in run("shop", "list", code=2).stderr


def test_schema_prints_the_schema_and_nothing_else(run: Run) -> None:
    assert "type AbandonedCheckout implements Navigable & Node {" in run("schema").stdout


def test_serve_says_where_everything_is_and_answers(run: Run, url: str) -> None:
    run("demo", "--checkouts", "10", "--database", url)
    process = subprocess.Popen(
        [sys.executable, "-m", "abandoned_checkouts", "serve", "--port", "18431", "--database", url],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                with urlopen("http://127.0.0.1:18431/healthz", timeout=2) as answer:
                    assert answer.status == 200
                break
            except (URLError, ConnectionError):
                assert process.poll() is None and time.monotonic() < deadline
                time.sleep(0.1)
        with urlopen("http://127.0.0.1:18431/demo/images/stoneware-mug.svg", timeout=5) as answer:
            assert answer.headers["Content-Type"] == "image/svg+xml"
    finally:
        process.terminate()
        told, _ = process.communicate(timeout=20)
    for words in ("http://127.0.0.1:18431/", "/admin/api/", "graphql.json", "demo-shop.myshopify.com", "shpat_demo"):
        assert words in told
