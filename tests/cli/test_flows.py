"""Flows, saved searches, settings and erasure by the command line."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from app.cli import main
from tests.databases import Databases

SHOP = "acme.myshopify.com"
Run = Callable[..., tuple[str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], databases: Databases) -> Run:
    """Runs a command over one store; returns what it prints and says."""
    url = databases.new("sqlite")

    def run_command(*arguments: str, code: int = 0) -> tuple[str, str]:
        more = () if arguments[:2] == ("shop", "create") else ("--shop", SHOP)
        monkeypatch.setattr(sys, "argv", ["abandoned-checkouts", *arguments, *more, "--database", url])
        capfd.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        printed, said = capfd.readouterr()
        assert (end.value.code or 0) == code, (arguments, end.value.code, printed, said)
        assert "Traceback" not in said
        return printed, said

    run_command("shop", "create", "--domain", SHOP)
    return run_command


def test_flows(run: Run, tmp_path: Path) -> None:
    number, state, trigger, name = run("flow", "list")[0].strip().split("\t")
    assert (state, trigger, name) == ("off", "abandoned", "Two reminders")
    assert run("flow", "on", name)[0] == f"{number}\ton\t{name}\n"
    file = tmp_path / "flow.yaml"
    file.write_text(run("flow", "show", number)[0])
    assert yaml.safe_load(file.read_text())["name"] == name
    assert run("flow", "put", str(file))[0] == f"{number}\ton\t{name}\n"
    assert run("flow", "off", number)[0] == f"{number}\toff\t{name}\n"
    run("flow", "remove", name)
    assert len(run("flow", "secret")[0].strip()) == 32


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name: a\nsteps: [{wait: soon}]", "steps[0].wait: 'soon' is not a time to wait"),
        ("a: [", "neither YAML nor JSON"),
        (None, "cannot be read: No such file or directory"),
    ],
)
def test_a_flow_that_cannot_be_read_is_told_in_one_line(
    run: Run, tmp_path: Path, text: str | None, problem: str
) -> None:
    file = tmp_path / "flow.yaml"
    if text is not None:
        file.write_text(text)
    said = run("flow", "put", str(file), code=4)[1]
    assert problem in said and said.count("\n") == 1


def test_what_is_not_there_is_told(run: Run) -> None:
    assert "no flow 'x'" in run("flow", "show", "x", code=5)[1]
    assert "no search 'x'" in run("search", "delete", "x", code=5)[1]


def test_saved_searches(run: Run) -> None:
    made = run("search", "save", "Big", "total_price:>100")[0]
    assert made.startswith("gid://shopify/SavedSearch/") and made.endswith("\tBig\n")
    assert run("search", "list")[0] == made.rstrip("\n") + "\ttotal_price:>100\n"
    assert "already" in run("search", "save", "Big", "x", code=5)[1]
    run("search", "delete", "Big")
    assert run("search", "list")[0] == ""


def test_settings(run: Run) -> None:
    address = "https://shop.example/{token}"
    assert run("shop", "set", "checkout_url", address)[0] == f"checkout_url\t{address}\n"
    assert run("shop", "set", "checkout_url", "")[0] == "checkout_url\t\n"
    assert "give a number of days" in run("shop", "set", "recovery_link_days", "many", code=5)[1]
    assert "there is no setting 'colour'" in run("shop", "set", "colour", "red", code=5)[1]


def test_erasure_of_somebody_unknown_still_looks(run: Run) -> None:
    said = run("erase", "--email", "nobody@example.com")[1]
    assert "knows nobody" in said and "erased: 0 customers, 0 checkouts" in said
    run("erase", code=2)
