"""Whatever stands in whatever place of a told checkout: it is kept, left out or refused with its path."""

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
ODD: list[Any] = [
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
ODD += ["x", "a\0b", "-5", "1e5", "NaN", "9" * 40, "2023-13-45", "9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00Z"]


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    for name in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from places(value[name], (*path, name))


def put(value: Any, path: Path, odd: Any) -> Json:
    changed: Any = deepcopy(value)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = odd
    return dict(changed)


def nulls(value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return value is None or any(map(nulls, inner))


@pytest.mark.parametrize("path", list(places(WHOLE)), ids=lambda path: ".".join(map(str, path)))
def test_an_odd_value_is_kept_or_refused(path: Path) -> None:
    """And what is kept can be stored and told, without nulls: one in a list breaks Wix's SDK (trap 11)."""
    for odd in ODD:
        try:
            told = checkout_from_wix(put(WHOLE, path, odd))
        except RejectedRecordError:
            continue
        entity = entity_of(told)
        assert not nulls(entity), odd
        assert b"\\u0000" not in orjson.dumps(entity), odd


def test_what_is_of_its_shape_stays_as_it_is() -> None:
    assert checked_entity(WHOLE) == WHOLE


REFUSED: list[tuple[Path, Any, str]] = [
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


@pytest.mark.parametrize(("path", "odd", "reason"), REFUSED, ids=[reason for *_, reason in REFUSED])
def test_the_reason_names_the_place(path: Path, odd: Any, reason: str) -> None:
    with pytest.raises(RejectedRecordError) as problem:
        checkout_from_wix(put(WHOLE, path, odd))
    assert reason in str(problem.value)


def test_nulls_and_pictures_without_an_address_are_left_out() -> None:
    line = {
        **SAMPLE["lineItems"][0],
        "image": "wix:image://v1/a.jpg",
        "productName": {"original": "B", "translated": None},
    }
    [found] = entity_of(checkout_from_wix({**SAMPLE, "lineItems": [None, line]}))["lineItems"]
    assert "image" not in found and found["productName"] == {"original": "B"}
