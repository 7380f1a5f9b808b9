"""docs/scenarios.md: its table is made from the declared scenarios, and its names are those of the exam."""

import re

from abandoned_checkouts.twin.exam.command import OUTPUT, STATE
from abandoned_checkouts.twin.exam.examination import ROWS
from abandoned_checkouts.twin.exam.receiver_exam import PORT, SECRET
from abandoned_checkouts.twin.scenarios.collection import scenarios
from tests.docs.scenarios_table import scenarios_table
from tests.places import DOCS

PAGE = (DOCS / "scenarios.md").read_text()


def test_the_table_is_current() -> None:
    assert scenarios_table() in PAGE, f"put this table into docs/scenarios.md:\n{scenarios_table()}"


def test_the_names_are_those_of_the_exam() -> None:
    names = set(re.findall(r"`(ABANDONED_CHECKOUTS_[A-Z_]+)`", PAGE))
    own = {f"ABANDONED_CHECKOUTS_{name}" for name in ("URL", "SHOP", "TOKEN", "SINCE")}
    assert names == {OUTPUT, STATE, PORT, SECRET, *own}
    assert f"{ROWS} checkouts" in PAGE


def test_the_cards_are_of_declared_scenarios() -> None:
    cards = PAGE.partition("## Cards of public connectors")[2]
    named = re.findall(r"^\| `([a-z0-9-]+)` \|", cards, re.MULTILINE)
    examined = [name for name, each in scenarios().items() if each.needs != "webhooks"]
    assert named == examined


def test_every_scenario_has_a_public_thread() -> None:
    assert [each.name for each in scenarios().values() if each.thread is None] == []
