"""Whole numbers from sources: a fraction or a boolean is refused, and not cut to a whole number."""

import pytest

from abandoned_checkouts.checkouts.converters import int_or_none, int_or_zero


@pytest.mark.parametrize("value", [1.5, 1.999999, True, False])
def test_not_a_whole_number(value: float) -> None:
    for convert in (int_or_none, int_or_zero):
        with pytest.raises(ValueError, match=str(value)):
            convert(value)


@pytest.mark.parametrize(("value", "number"), [(None, 0), ("", 0), ("3", 3), (2, 2), (2.0, 2), (-1, -1)])
def test_whole_numbers(value: float | str | None, number: int) -> None:
    assert int_or_zero(value) == number
