"""Single values of JSON documents and of spreadsheets."""

from collections.abc import Callable

import pytest

from abandoned_checkouts.checkouts.converters import (
    amount_or_none,
    amount_or_zero,
    comma_separated,
    flag,
    float_or_none,
    int_or_none,
    int_or_zero,
    moment_or_none,
    text_or_none,
    upper_or_none,
)
from abandoned_checkouts.checkouts.moment import HOUR, MomentError
from abandoned_checkouts.checkouts.money import AmountError


@pytest.mark.parametrize("value", [1.5, 1.999999, True, False])
def test_a_fraction_or_a_boolean_is_refused_and_not_cut(value: float) -> None:
    for convert in (int_or_none, int_or_zero):
        with pytest.raises(ValueError, match=f"^{value} is not a whole number$"):
            convert(value)


@pytest.mark.parametrize(("value", "number"), [(None, 0), ("", 0), ("3", 3), (2, 2), (2.0, 2), (-1, -1)])
def test_whole_numbers_are_accepted_as_numbers_and_texts(value: float | str | None, number: int) -> None:
    assert int_or_zero(value) == number
    if value != "":
        assert int_or_none(value) == (None if value is None else number)


@pytest.mark.parametrize(
    ("convert", "value", "expected"),
    [
        (moment_or_none, None, None),
        (moment_or_none, "", None),
        (moment_or_none, "1970-01-01T01:00:00Z", HOUR),
        (lambda text: moment_or_none(text, "Europe/Berlin"), "1970-01-01T01:00:00", 0),
        (moment_or_none, "1970-01-01T01:00:00", HOUR),
        (amount_or_zero, None, 0),
        (amount_or_zero, "", 0),
        (amount_or_zero, "1.5", 15_000),
        (amount_or_zero, 0, 0),
        (amount_or_none, None, None),
        (amount_or_none, 0, 0),
        (amount_or_none, "1.5", 15_000),
        (float_or_none, None, None),
        (float_or_none, "0.06", 0.06),
        (float_or_none, 0, 0.0),
        (text_or_none, None, None),
        (text_or_none, "", None),
        (text_or_none, " a", " a"),
        (upper_or_none, None, None),
        (upper_or_none, "", None),
        (upper_or_none, "eur", "EUR"),
        (comma_separated, None, []),
        (comma_separated, "", []),
        (comma_separated, "vip", ["vip"]),
        (comma_separated, " new, vip ,, gold customer ", ["new", "vip", "gold customer"]),
    ],
)
def test_values_are_converted(convert: Callable[[object], object], value: object, expected: object) -> None:
    assert convert(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, False),
        (True, True),
        (False, False),
        ("true", True),
        (" TRUE ", True),
        ("False", False),
        ("1", True),
        (1, True),
        ("0", False),
        (0, False),
        ("", False),
    ],
)
def test_flags_of_spreadsheets_are_converted(value: object, expected: bool) -> None:
    assert flag(value) is expected


@pytest.mark.parametrize(("value", "shown"), [("yes", "'yes'"), (2, "'2'"), ("x" * 200, f"'{'x' * 100}'")])
def test_an_unknown_flag_is_refused(value: object, shown: str) -> None:
    with pytest.raises(ValueError, match=f"^{shown} is neither true nor false$"):
        flag(value)


def test_errors_of_the_conversion_are_raised() -> None:
    with pytest.raises(MomentError):
        moment_or_none("soon")
    for convert, text in ((amount_or_zero, "much"), (amount_or_none, "")):
        with pytest.raises(AmountError):
            convert(text)
