"""Exactly the keys of a fault are described."""

from abandoned_checkouts.twin.fault_keys import MEANINGS, markdown_table
from abandoned_checkouts.twin.fault_rules import EFFECTS, MATCHES


def test_every_key_is_explained_in_the_order_of_the_rules() -> None:
    assert list(MEANINGS) == ["name", *MATCHES, *EFFECTS]


def test_a_row_of_the_table() -> None:
    assert "\n| `times` | Maximum number of times. |\n" in markdown_table()
