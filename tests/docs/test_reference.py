"""The pages that are made from the code are current."""

import pytest

from abandoned_checkouts.cli.application import COMMANDS
from abandoned_checkouts.control.routes import CONTROL
from abandoned_checkouts.twin.operations import OPERATIONS
from tests.docs.commands_page import every_command
from tests.docs.reference import PAGES, page_of, place_of


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_current(name: str) -> None:
    assert place_of(name).read_text(encoding="utf-8") == page_of(name), "run `make reference`"


def test_every_command_is_on_the_page() -> None:
    assert {words.split()[0] for words, _ in every_command()} == set(COMMANDS)
    assert len([words for words, _ in every_command() if words.startswith("flow codes")]) == 3


def test_every_operation_is_on_its_page() -> None:
    control, twin = (place_of(name).read_text(encoding="utf-8") for name in ("control", "twin"))
    assert all(f"| `{each[0]} /control{each[1]}` |" in control for each in CONTROL)
    assert twin.count("\n| `") == len(OPERATIONS)
