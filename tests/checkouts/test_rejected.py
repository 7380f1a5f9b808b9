"""The reasons for rejecting records whose values have unexpected types."""

from typing import Any

import pytest

from abandoned_checkouts.checkouts.converters import flag
from abandoned_checkouts.checkouts.json_shape import FLAG, MOMENT, WHOLE_NUMBER, ObjectShape
from abandoned_checkouts.checkouts.moment import MomentError, parse_moment
from abandoned_checkouts.checkouts.money import AmountError
from abandoned_checkouts.checkouts.rejected import UNEXPECTED, RejectedRecordError, json_object, rejection

SHAPE = ObjectShape({"at": MOMENT, "paid": FLAG, "sum": WHOLE_NUMBER}, required=("at",))


def read(source: Any) -> Any:
    return parse_moment(source["at"]), source["name"].upper(), flag(source["paid"]), int(source["sum"])


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"at": "noon"}, "at: 'noon' is not a date and time in ISO 8601"),
        ({"paid": "perhaps"}, "unexpected type in paid: expected true or false, got 'perhaps'"),
        ({"sum": float("inf")}, "unexpected type in sum: expected a whole number, got inf"),
        ({"sum": "{}"}, "unexpected type in sum: expected a whole number, got '{}'"),
        # Not in the shape, so that the place is unknown.
        ({"name": 1}, "unexpected value: 'int' object has no attribute 'upper'"),
    ],
)
def test_reasons_name_the_place(changed: dict[str, Any], reason: str) -> None:
    source = {"at": "2026-01-01", "name": "A", "paid": True, "sum": 1, **changed}
    with pytest.raises(UNEXPECTED) as raised:
        read(source)
    error = rejection(raised.value, source, SHAPE)
    assert (type(error), str(error)) == (RejectedRecordError, reason)


@pytest.mark.parametrize(("source", "reason"), [({}, "at is missing"), ({"at": "2026-01-01"}, "'name' is missing")])
def test_a_missing_key_is_named(source: dict[str, Any], reason: str) -> None:
    with pytest.raises(UNEXPECTED) as raised:
        read(source)
    assert str(rejection(raised.value, source, SHAPE)) == reason


def test_a_rejection_of_a_reader_is_not_changed() -> None:
    own = RejectedRecordError("the quantity is -1")
    assert rejection(own, {"at": "noon"}, SHAPE) is own


@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        (MomentError("'noon' is not a date"), "'noon' is not a date"),
        (AmountError("'x' is not an amount of money"), "'x' is not an amount of money"),
        (KeyError("name"), "'name' is missing"),
        (OverflowError("too large"), "unexpected value: too large"),
    ],
)
def test_a_value_outside_the_shape_has_no_place(problem: Exception, reason: str) -> None:
    assert str(rejection(problem, {"at": "2026-01-01"}, SHAPE)) == reason


def test_a_record_must_be_an_object() -> None:
    assert json_object({"a": 1}) == {"a": 1}
    with pytest.raises(RejectedRecordError, match=r"^unexpected type: expected an object, got a list$"):
        json_object([{}])
