"""The checkouts that a REST request lists: its parameters as a search, its page as a window.

Shopify: limit (50, at most 250), since_id, created_at_min/max, updated_at_min/max, status=open (the default), closed
or any. `order` is the parameter that connectors send. page_info contains all parameters except limit and fields: no
other parameter can be sent with it, and pages have no numbers (recorded).
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import MomentError, parse_moment, to_datetime
from abandoned_checkouts.checkouts.whole_number import whole_number
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, Position, SortOrder
from abandoned_checkouts.store.search.narrowing import narrowed
from search_syntax.meaning import Expression, OneOf, Range, all_of

TABLE = "abandoned_checkouts"
# The largest number of a column.
_LARGEST_NUMBER = 2**63 - 1
DEFAULT_LIMIT, LARGEST_LIMIT = 50, 250

# Parameter → field and operator. `created_after` is documented for the count.
_MOMENTS = {
    "created_at_min": ("created_at", "gte"),
    "created_at_max": ("created_at", "lte"),
    "updated_at_min": ("updated_at", "gte"),
    "updated_at_max": ("updated_at", "lte"),
    "created_after": ("created_at", "gte"),
}
_NUMBERS = ("since_id", "after_id")
_STATUSES = {"open": ("open",), "closed": ("closed",), "any": ()}
_ORDERS = ("id", "created_at", "updated_at")
_PAGING_PAGE = "See https://shopify.dev/api/usage/pagination-rest for more information."
_BESIDE_PAGE_INFO = ("page_info", "limit", "fields")
_KEPT = (*_MOMENTS, *_NUMBERS, "status", "order")


class ParameterError(ValueError):
    """An invalid parameter: its name and the problem."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name} {problem}")
        self.name = name
        self.problem = problem


_BROKEN_PAGE_INFO = ParameterError("page_info", "Invalid value.")


@dataclass(frozen=True, slots=True)
class RestPage:
    """A page of a list. `kept` are the parameters that page_info contains."""

    listing: Listing
    window: PageWindow
    limit: int
    kept: dict[str, str] = field(default_factory=dict)

    def page_info(self, position: Position, direction: str) -> str:
        cursor = {**self.kept, "direction": direction, "last_id": position.id, "last_value": position.value}
        return base64.urlsafe_b64encode(orjson.dumps(cursor)).decode()


def parse_page(parameters: Mapping[str, str], shop_id: int, zone: str, dialect: str) -> RestPage:
    """The page of a request. Raises ParameterError."""
    if "page" in parameters:
        raise ParameterError("page", f"page cannot be passed. {_PAGING_PAGE}")
    limit = _limit(parameters.get("limit"))
    position: Position | None = None
    direction = "next"
    if "page_info" in parameters:
        for name in parameters:
            if name not in _BESIDE_PAGE_INFO:
                raise ParameterError(name, f"{name} cannot be passed when page_info is present. {_PAGING_PAGE}")
        parameters, position, direction = _read_page_info(parameters["page_info"])
    try:
        column, descending = _order(parameters.get("order"))
        meaning = _meaning(parameters, zone)
    except ParameterError:
        if position is None:
            raise
        raise _BROKEN_PAGE_INFO from None
    listing = narrowed(Listing(TABLE, shop_id, SortOrder(column)), meaning, dialect=dialect)
    if direction == "previous":
        window = PageWindow(last=limit, before=position, reverse=descending)
    else:
        window = PageWindow(first=limit, after=position, reverse=descending)
    return RestPage(listing, window, limit, {name: parameters[name] for name in _KEPT if name in parameters})


def _meaning(parameters: Mapping[str, str], zone: str) -> Expression:
    parts: list[Expression] = []
    for name, (column, operator) in _MOMENTS.items():
        if parameters.get(name):
            parts.append(Range(column, operator, _moment(name, parameters[name], zone)))
    for name in _NUMBERS:
        if parameters.get(name):
            parts.append(Range("id", "gt", _number(name, parameters[name])))
    status = parameters.get("status") or "open"
    if status not in _STATUSES:
        raise ParameterError("status", f"is not one of {', '.join(_STATUSES)}")
    if _STATUSES[status]:
        parts.append(OneOf("status", _STATUSES[status]))
    return all_of(parts)


def _moment(name: str, text: str, zone: str) -> datetime:
    try:
        # A plus sign that the client did not encode arrives as a space.
        return to_datetime(parse_moment(text.replace(" ", "+") if "T" in text else text, zone))
    except (MomentError, OverflowError):
        raise ParameterError(name, "is not a date and time in ISO 8601") from None


def _number(name: str, text: str) -> int:
    number = whole_number(text)
    if number is None:
        raise ParameterError(name, "is not a whole number")
    return number


def _limit(text: str | None) -> int:
    if not text:
        return DEFAULT_LIMIT
    return max(1, min(LARGEST_LIMIT, _number("limit", text)))


def _order(text: str | None) -> tuple[str, bool]:
    column, _, direction = (text or "id asc").strip().lower().replace("+", " ").partition(" ")
    if column not in _ORDERS or direction.strip() not in ("", "asc", "desc"):
        raise ParameterError("order", f"is not one of {', '.join(_ORDERS)} with asc or desc")
    return column, direction.strip() == "desc"


def _read_page_info(page_info: str) -> tuple[dict[str, str], Position, str]:
    try:
        cursor: UntypedJson = orjson.loads(base64.urlsafe_b64decode(page_info))
        number, value, direction = cursor.pop("last_id"), cursor.pop("last_value"), cursor.pop("direction")
        kept = {name: text for name, text in cursor.items() if name in _KEPT and isinstance(text, str)}
        if direction not in ("next", "previous") or not all(
            isinstance(each, int) and -_LARGEST_NUMBER <= each <= _LARGEST_NUMBER for each in (number, value)
        ):
            raise TypeError(page_info)
        return kept, Position(value, number), direction
    except (binascii.Error, ValueError, TypeError, KeyError, AttributeError):
        raise _BROKEN_PAGE_INFO from None
