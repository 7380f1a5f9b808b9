"""The reasons that readers give for records whose values have unexpected types."""

from typing import Any

import pytest

from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.checkouts.rejected import UNEXPECTED, RejectedRecordError, rejection
from abandoned_checkouts.checkouts.value_checks import flag

MOMENT = "'noon' is not a date and time in ISO 8601"


def read(source: Any) -> Any:
    return parse_moment(source["at"]), source["name"].upper(), flag(source["paid"]), int(source["sum"])


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"at": "noon"}, MOMENT),
        ({"name": 1}, "a value is not of the kind that orders have there: 'int' object has no attribute 'upper'"),
        ({"paid": "perhaps"}, "'perhaps' is neither true nor false"),
        (
            {"sum": float("inf")},
            "a value is not of the kind that orders have there: cannot convert float infinity to integer",
        ),
        (
            {"sum": "{}"},
            "a value is not of the kind that orders have there: invalid literal for int() with base 10: '{}'",
        ),
    ],
)
def test_reasons(changed: dict[str, Any], reason: str) -> None:
    source = {"at": "2026-01-01", "name": "A", "paid": True, "sum": 1, **changed}
    with pytest.raises(UNEXPECTED) as raised:
        read(source)
    made = rejection(raised.value, "orders have", missing="no {}")
    assert (type(made), str(made)) == (RejectedRecordError, reason)


def test_a_missing_key_is_named() -> None:
    with pytest.raises(UNEXPECTED) as raised:
        read({})
    assert str(rejection(raised.value, "orders have", missing="the order has no {}")) == "the order has no 'at'"


def test_only_readable_messages_are_reasons() -> None:
    with pytest.raises(UNEXPECTED) as raised:
        parse_moment("noon")
    made = rejection(raised.value, "carts have", missing="no {}", readable=())
    assert str(made) == f"a value is not of the kind that carts have there: {MOMENT}"
