"""Flows, saved searches, settings and erasure by the command line."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import Run
from tests.databases import Databases

SHOP = "acme.myshopify.com"
Within = Callable[..., tuple[str, str]]


@pytest.fixture
def within(run: Run, databases: Databases) -> Within:
    """Runs a command within one shop; returns what it prints and says."""
    url = databases.new("sqlite")

    def run_command(*arguments: str, code: int = 0) -> tuple[str, str]:
        more = () if arguments[:2] == ("shop", "create") else ("--shop", SHOP)
        done = run(*arguments, *more, "--database", url, code=code)
        return done.stdout, done.stderr

    run_command("shop", "create", "--domain", SHOP)
    return run_command


def test_flows(within: Within, tmp_path: Path) -> None:
    number, state, trigger, name = within("flow", "list")[0].strip().split("\t")
    assert (state, trigger, name) == ("off", "abandoned", "Two reminders")
    assert within("flow", "on", name)[0] == f"{number}\ton\t{name}\n"
    file = tmp_path / "flow.yaml"
    file.write_text(within("flow", "show", number)[0])
    assert yaml.safe_load(file.read_text())["name"] == name
    assert within("flow", "put", str(file))[0] == f"{number}\ton\t{name}\n"
    assert within("flow", "off", number)[0] == f"{number}\toff\t{name}\n"
    within("flow", "remove", name)
    assert len(within("flow", "secret")[0].strip()) == 32


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name: a\nsteps: [{wait: soon}]", "steps[0].wait: 'soon' is not a time to wait"),
        ("a: [", "neither YAML nor JSON"),
        (None, "cannot be read: No such file or directory"),
    ],
)
def test_a_flow_that_cannot_be_read_is_told_in_one_line(
    within: Within, tmp_path: Path, text: str | None, problem: str
) -> None:
    file = tmp_path / "flow.yaml"
    if text is not None:
        file.write_text(text)
    said = within("flow", "put", str(file), code=4)[1]
    assert problem in said and said.count("\n") == 1


def test_what_is_not_there_is_told(within: Within) -> None:
    assert "no flow 'x'" in within("flow", "show", "x", code=5)[1]
    assert "no search 'x'" in within("search", "delete", "x", code=5)[1]


def test_saved_searches(within: Within) -> None:
    made = within("search", "save", "Big", "total_price:>100")[0]
    assert made.startswith("gid://shopify/SavedSearch/") and made.endswith("\tBig\n")
    assert within("search", "list")[0] == made.rstrip("\n") + "\ttotal_price:>100\n"
    assert "already" in within("search", "save", "Big", "x", code=5)[1]
    within("search", "delete", "Big")
    assert within("search", "list")[0] == ""


def test_settings(within: Within) -> None:
    address = "https://shop.example/{token}"
    assert within("shop", "set", "checkout_url", address)[0] == f"checkout_url\t{address}\n"
    assert within("shop", "set", "checkout_url", "")[0] == "checkout_url\t\n"
    assert "give a number of days" in within("shop", "set", "recovery_link_days", "many", code=5)[1]
    assert "there is no setting 'colour'" in within("shop", "set", "colour", "red", code=5)[1]


def test_erasure_of_somebody_unknown_still_looks(within: Within) -> None:
    said = within("erase", "--email", "nobody@example.com")[1]
    assert "knows nobody" in said and "erased: 0 customers, 0 checkouts" in said
    within("erase", code=2)
