"""Puts unexpected values at every path of a checkout: each is kept, left out, or rejected with its path."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import orjson
import pytest

from abandoned_checkouts.checkouts.rejected import RejectedRecordError
from abandoned_checkouts.wix.from_wix.checkout import checkout_from_wix
from abandoned_checkouts.wix.from_wix.shape import checked_entity
from tests.wix.entities import entity_of
from tests.wix.site import SAMPLE

Json = dict[str, Any]
Path = tuple[str | int, ...]

AMOUNT = {"amount": "5", "convertedAmount": "5", "formattedAmount": "$5.00", "formattedConvertedAmount": "$5.00"}
WHOLE: Json = {
    **SAMPLE,
    "contactDetails": {**SAMPLE["contactDetails"], "phone": "+15551234", "company": "Acme"},
    "subtotalPrice": {"amount": "255", "convertedAmount": "255"},
    "checkoutRecoveredDate": "2023-05-03T08:33:33.809Z",
    "checkoutUrl": "http://www.wixapis.com/x",
    "lineItems": [
        {
            **SAMPLE["lineItems"][0],
            "priceBeforeDiscounts": {"amount": "90", "convertedAmount": "90"},
            "descriptionLines": [
                {"name": {"original": "Size"}, "plainText": {"original": "L"}},
                {"name": {"original": "Colour"}, "colorInfo": {"original": "Red", "code": "#f00"}},
            ],
        }
    ],
    "appliedDiscounts": [
        {"coupon": {"id": "c1", "code": "TEN", "name": "Ten", "amount": AMOUNT}, "discountType": "GLOBAL"},
        {"merchantDiscount": {"amount": AMOUNT, "percentage": 10}, "discountType": "SHIPPING"},
        {
            "discountRule": {"id": "r1", "name": {"original": "Rule"}, "amount": AMOUNT},
            "discountType": "SPECIFIC_ITEMS",
            "lineItemIds": [SAMPLE["lineItems"][0]["id"]],
        },
    ],
}
UNEXPECTED: list[Any] = [
    None,
    "",
    0,
    -1,
    5,
    1e30,
    10**30,
    True,
    False,
    [],
    {},
    [None],
    ["x"],
    {"a": None},
    {"a": [None, 10**30]},
]
UNEXPECTED += [
    "x",
    "a\0b",
    "-5",
    "1e5",
    "NaN",
    "9" * 40,
    "2023-13-45",
    "9999-12-31T23:59:59.999Z",
    "0001-01-01T00:00:00Z",
]


def paths_in(value: Any, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    for name in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from paths_in(value[name], (*path, name))


def put(document: Any, path: Path, value: Any) -> Json:
    """A copy of `document` with `value` at `path`."""
    changed: Any = deepcopy(document)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return dict(changed)


def has_null(value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return value is None or any(map(has_null, inner))


@pytest.mark.parametrize("path", list(paths_in(WHOLE)), ids=lambda path: ".".join(map(str, path)))
def test_an_unexpected_value_is_stored_or_rejected(path: Path) -> None:
    """A stored value is returned without nulls: a null in a list breaks Wix's SDK (trap 11)."""
    for value in UNEXPECTED:
        try:
            checkout = checkout_from_wix(put(WHOLE, path, value))
        except RejectedRecordError:
            continue
        entity = entity_of(checkout)
        assert not has_null(entity), value
        assert b"\\u0000" not in orjson.dumps(entity), value


def test_a_valid_checkout_is_not_changed() -> None:
    assert checked_entity(WHOLE) == WHOLE


REJECTED: list[tuple[Path, Any, str]] = [
    (("buyerInfo", "email"), 5, "unexpected type in buyerInfo.email: expected a text, got 5"),
    (("buyerInfo",), "John", "unexpected type in buyerInfo: expected an object, got 'John'"),
    (("lineItems", 0, "quantity"), 0, "lineItems[0].quantity: expected a quantity from 1 to 100000, got 0"),
    (("lineItems", 0, "quantity"), True, "lineItems[0].quantity: expected a number, got True"),
    (("lineItems", 0, "price", "amount"), [], "lineItems[0].price.amount: expected a number, got a list"),
    (("lineItems", 0, "physicalProperties", "shippable"), 1, "shippable: expected true or false, got 1"),
    (("appliedDiscounts",), {}, "unexpected type in appliedDiscounts: expected a list, got an object"),
    (("lineItems", 0, "priceBeforeDiscounts", "amount"), "900000000000000", "too large to be stored"),
    (("appliedDiscounts", 0, "coupon", "amount", "amount"), "-922000000000000", "too large to be stored"),
    (("appliedDiscounts", 1, "merchantDiscount", "amount", "amount"), "1e99", "not an amount of money"),
]


@pytest.mark.parametrize(("path", "value", "reason"), REJECTED, ids=[reason for *_, reason in REJECTED])
def test_the_reason_contains_the_path(path: Path, value: Any, reason: str) -> None:
    with pytest.raises(RejectedRecordError) as problem:
        checkout_from_wix(put(WHOLE, path, value))
    assert reason in str(problem.value)


def test_nulls_and_images_without_a_url_are_left_out() -> None:
    line = {
        **SAMPLE["lineItems"][0],
        "image": "wix:image://v1/a.jpg",
        "productName": {"original": "B", "translated": None},
    }
    [found] = entity_of(checkout_from_wix({**SAMPLE, "lineItems": [None, line]}))["lineItems"]
    assert "image" not in found and found["productName"] == {"original": "B"}
