"""Erasure by the command line."""

from tests.cli.conftest import Within


def test_erasure_of_somebody_unknown_still_looks(within: Within) -> None:
    said = within("erase", "--email", "nobody@example.com")[1]
    assert "knows nobody" in said and "erased: 0 customers, 0 checkouts" in said
    within("erase", code=2)
