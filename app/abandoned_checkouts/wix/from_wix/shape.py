"""The documented type of each value of a Wix abandonedCheckout (Wix: the entity's reference).

    checked_entity({"id": …, "lineItems": […]})  →  the same without nulls
    checked_entity({"id": 5})  →  RejectedRecordError: unexpected type in id: expected a text, got 5

Keys without a type here can have any value.
"""

from collections.abc import Callable
from typing import Any

from abandoned_checkouts.checkouts.json_shape import (
    AMOUNT,
    MOMENT,
    NUMBER,
    REQUIRED_MOMENT,
    ListShape,
    ObjectShape,
    unexpected_type,
)
from abandoned_checkouts.checkouts.json_types import JsonValue, UntypedJson
from abandoned_checkouts.checkouts.rejected import RejectedRecordError

# Returns the value to store, or None to leave the key out. Raises _MisfitError.
Check = Callable[[object], Any]

# The largest whole number of a column, and of JSON that is written.
_LARGEST = 2**63 - 1
_LARGEST_QUANTITY = 100_000


class _MisfitError(Exception):
    """A value of an unexpected type. Each enclosing object or list adds its key or index to the path."""

    def __init__(self, expected: str, value: object) -> None:
        super().__init__(expected)
        self.expected, self.value = expected, value
        self.path: list[str] = []

    def inside(self, step: str) -> "_MisfitError":
        self.path.insert(0, step)
        return self


def checked_entity(source: JsonValue) -> UntypedJson:
    """Raises RejectedRecordError with the path of the first value of an unexpected type."""
    try:
        checked: UntypedJson = _entity(source)
    except _MisfitError as misfit:
        path = "".join(misfit.path).removeprefix(".")
        raise RejectedRecordError(unexpected_type(path, misfit.expected, misfit.value)) from None
    return checked


def _text(value: object) -> str:
    if type(value) is not str:
        raise _MisfitError("a text", value)
    # PostgreSQL cannot hold a NUL in a text.
    return value.replace("\0", "\ufffd") if "\0" in value else value


def _number(value: object) -> int | float | str:
    """A number or a text, which is converted later."""
    if not isinstance(value, int | float | str) or isinstance(value, bool):
        raise _MisfitError("a number", value)
    if type(value) is int and abs(value) > _LARGEST:
        raise _MisfitError(f"a number of at most {_LARGEST}", value)
    return value


def _pixels(value: object) -> int:
    return _whole_number(value, 0, _LARGEST, "a number of pixels")


def _quantity(value: object) -> int:
    return _whole_number(value, 1, _LARGEST_QUANTITY, f"a quantity from 1 to {_LARGEST_QUANTITY}")


def _whole_number(value: object, least: int, most: int, expected: str) -> int:
    try:
        checked = _number(value)
        number = int(checked)
    except (ValueError, OverflowError):
        raise _MisfitError(expected, value) from None
    if number != checked and not isinstance(checked, str):
        raise _MisfitError(expected, value)
    if not least <= number <= most:
        raise _MisfitError(expected, value)
    return number


def _flag(value: object) -> bool:
    if type(value) is not bool:
        raise _MisfitError("true or false", value)
    return value


def _free(value: object) -> object:
    """A value of an undocumented key: an app of the site can set any."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return [_free(item) for item in value if item is not None]
    if isinstance(value, dict):
        return {_text(name): _free(item) for name, item in value.items() if item is not None}
    if isinstance(value, int) and abs(value) > _LARGEST:
        raise _MisfitError(f"a number of at most {_LARGEST}", value)
    return value


def _object(**checks: Check) -> Check:
    def check(value: object) -> UntypedJson:
        if type(value) is not dict:
            raise _MisfitError("an object", value)
        kept = {}
        for name, item in value.items():
            if item is None:
                continue
            try:
                found = checks.get(name, _free)(item)
            except _MisfitError as misfit:
                raise misfit.inside(f".{name}") from None
            if found is not None:
                kept[_text(name)] = found
        return kept

    return check


def _list(check_item: Check) -> Check:
    def check(value: object) -> list[object]:
        if type(value) is not list:
            raise _MisfitError("a list", value)
        kept = []
        for place, item in enumerate(value):
            if item is None:
                continue
            try:
                kept.append(check_item(item))
            except _MisfitError as misfit:
                raise misfit.inside(f"[{place}]") from None
        return kept

    return check


def _image_or_text(value: object) -> object:
    """An image is an object in the API. The SDK makes it a text without a URL, which is left out."""
    return None if type(value) is str else _image(value)


_image = _object(id=_text, url=_text, height=_pixels, width=_pixels, altText=_text, filename=_text)
_name = _object(original=_text, translated=_text)
_price = _object(amount=_number, convertedAmount=_number, formattedAmount=_text, formattedConvertedAmount=_text)
_line_item = _object(
    id=_text,
    quantity=_quantity,
    catalogReference=_object(catalogItemId=_text, appId=_text),
    productName=_name,
    price=_price,
    priceBeforeDiscounts=_price,
    descriptionLines=_list(
        _object(name=_name, plainText=_name, colorInfo=_object(original=_text, translated=_text, code=_text))
    ),
    image=_image_or_text,
    physicalProperties=_object(weight=_number, sku=_text, shippable=_flag),
)
_discount = _object(
    coupon=_object(id=_text, code=_text, name=_text, amount=_price),
    merchantDiscount=_object(amount=_price, percentage=_number),
    discountRule=_object(id=_text, name=_name, amount=_price),
    discountType=_text,
    lineItemIds=_list(_text),
)
_entity = _object(
    id=_text,
    createdDate=_text,
    updatedDate=_text,
    checkoutId=_text,
    cartId=_text,
    status=_text,
    buyerLanguage=_text,
    buyerInfo=_object(visitorId=_text, memberId=_text, userId=_text, contactId=_text, email=_text),
    contactDetails=_object(
        firstName=_text, lastName=_text, phone=_text, company=_text, vatId=_object(id=_text, type=_text)
    ),
    currency=_text,
    conversionCurrency=_text,
    totalPrice=_price,
    subtotalPrice=_price,
    activities=_list(_object(createdDate=_text, type=_text)),
    checkoutRecoveredDate=_text,
    checkoutUrl=_text,
    lineItems=_list(_line_item),
    appliedDiscounts=_list(_discount),
)

# The values that are converted after the check, by the functions that convert them.
_AMOUNTS = ObjectShape({"amount": AMOUNT, "convertedAmount": AMOUNT})
_DISCOUNT_AMOUNT = ObjectShape({"amount": _AMOUNTS})
_MERCHANT_DISCOUNT = ObjectShape({"amount": _AMOUNTS, "percentage": NUMBER})
CONVERTED_VALUES = ObjectShape(
    {
        "createdDate": MOMENT,
        "updatedDate": MOMENT,
        "checkoutRecoveredDate": MOMENT,
        "activities": ListShape(ObjectShape({"createdDate": REQUIRED_MOMENT}, required=("type", "createdDate"))),
        "totalPrice": _AMOUNTS,
        "subtotalPrice": _AMOUNTS,
        "lineItems": ListShape(ObjectShape({"price": _AMOUNTS, "priceBeforeDiscounts": _AMOUNTS})),
        "appliedDiscounts": ListShape(
            ObjectShape(
                {"coupon": _DISCOUNT_AMOUNT, "discountRule": _DISCOUNT_AMOUNT, "merchantDiscount": _MERCHANT_DISCOUNT}
            )
        ),
    }
)
