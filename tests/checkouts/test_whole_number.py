"""Whole numbers in texts of a client."""

import pytest

from abandoned_checkouts.checkouts.whole_number import whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("007", 7),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("", None),
        ("-1", None),
        ("1.0", None),
        (" 1", None),
        ("1_0", None),
        ("²", None),
        ("١", None),
    ],
)
def test_only_1_to_18_ascii_digits_are_a_whole_number(text: str, number: int | None) -> None:
    assert whole_number(text) == number
