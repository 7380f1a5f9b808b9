"""What a Wix abandonedCheckout is made of, and of which kind each value is (Wix: the entity's reference).

    of_its_shape({"id": …, "lineItems": […]}) → the same without nulls, or "lineItems[0].id is not a text"

Keys that are not known here are kept as they are.
"""

from collections.abc import Callable
from typing import Any

from abandoned_checkouts.checkouts.json_types import JsonValue, UntypedJson
from abandoned_checkouts.checkouts.rejected import RejectedRecordError

# Gives the value as it is kept, None for nothing. Raises _MisfitError.
Check = Callable[[object], Any]

# The largest whole number of the databases, and of what is written as JSON.
_LARGEST = 2**63 - 1
_MOST_PIECES = 100_000


class _MisfitError(Exception):
    """What is wrong, and where: the path grows on the way out."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.path: list[str] = []

    def inside(self, step: str) -> "_MisfitError":
        self.path.insert(0, step)
        return self


def checked_entity(source: JsonValue) -> UntypedJson:
    """Raises RejectedRecordError with the path of the first value that is of another kind."""
    try:
        checked: UntypedJson = _entity(source)
    except _MisfitError as misfit:
        path = "".join(misfit.path).removeprefix(".")
        raise RejectedRecordError(f"{path or 'the checkout'} {misfit.problem}") from None
    return checked


def _text(value: object) -> str:
    if type(value) is not str:
        raise _MisfitError("is not a text")
    # PostgreSQL cannot hold a NUL in a text.
    return value.replace("\0", "\ufffd") if "\0" in value else value


def _number(value: object) -> int | float | str:
    """A number, or the text of one; what it says is read later."""
    if not isinstance(value, int | float | str) or isinstance(value, bool):
        raise _MisfitError("is not a number")
    if type(value) is int and abs(value) > _LARGEST:
        raise _MisfitError("is too large")
    return value


def _pixels(value: object) -> int:
    number = int(_number(value))
    if not 0 <= number <= _LARGEST:
        raise _MisfitError("is not the size of a picture")
    return number


def _pieces(value: object) -> int:
    number = int(_number(value))
    if not 1 <= number <= _MOST_PIECES:
        raise _MisfitError(f"is {number}: a line has 1 to {_MOST_PIECES} pieces")
    return number


def _truth(value: object) -> bool:
    if type(value) is not bool:
        raise _MisfitError("is not true or false")
    return value


def _free(value: object) -> object:
    """Whatever an app of the site put there."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return [_free(item) for item in value if item is not None]
    if isinstance(value, dict):
        return {_text(name): _free(item) for name, item in value.items() if item is not None}
    if isinstance(value, int) and abs(value) > _LARGEST:
        raise _MisfitError("is too large")
    return value


def _object(**checks: Check) -> Check:
    def check(value: object) -> UntypedJson:
        if type(value) is not dict:
            raise _MisfitError("is not an object")
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
            raise _MisfitError("is not a list")
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


def _picture(value: object) -> object:
    """An object on the wire. A text, as the SDK shows it, has no address and is left out."""
    return None if type(value) is str else _image(value)


_image = _object(id=_text, url=_text, height=_pixels, width=_pixels, altText=_text, filename=_text)
_name = _object(original=_text, translated=_text)
_price = _object(amount=_number, convertedAmount=_number, formattedAmount=_text, formattedConvertedAmount=_text)
_line_item = _object(
    id=_text,
    quantity=_pieces,
    catalogReference=_object(catalogItemId=_text, appId=_text),
    productName=_name,
    price=_price,
    priceBeforeDiscounts=_price,
    descriptionLines=_list(
        _object(name=_name, plainText=_name, colorInfo=_object(original=_text, translated=_text, code=_text))
    ),
    image=_picture,
    physicalProperties=_object(weight=_number, sku=_text, shippable=_truth),
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
