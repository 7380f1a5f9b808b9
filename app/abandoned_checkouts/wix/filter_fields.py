"""The fields that a query or a search can filter by, with their kinds and operators, and those it can sort by.

Source: the field tables of queryAbandonedCheckouts and searchAbandonedCheckouts (Wix). Paths are those of the REST
API. The SDK replaces its `_id` and `_createdDate` by them; REST clients may send either.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from abandoned_checkouts.access.approvals import Approvals, Protected


class FilterKind(Enum):
    GUID = "guid"
    TEXT = "text"
    DATE = "date"
    STATUS = "status"
    ACTIVITIES = "activities"
    CODES = "codes"


@dataclass(frozen=True, slots=True)
class FilterField:
    """`key` is the name of the field in store/search. `column` is the column to sort by; "" if sorting is not
    allowed."""

    path: str
    kind: FilterKind
    key: str
    operators: frozenset[str]
    column: str = ""


_EQUALITY = "$eq $ne $in $nin $exists $hasSome"
_ORDER = "$gt $gte $lt $lte"
# $contains and $endsWith are documented in older versions only, but the SDK still sends them.
_TEXTS = f"{_EQUALITY} {_ORDER} $isEmpty $startsWith $endsWith $contains"
_DATES = f"{_EQUALITY} {_ORDER}"
_SETS = "$hasSome $hasAll"

# Older names of operators (Wix: the REST reference of these endpoints).
ALIASES = {"$any": "$hasSome", "$begins": "$startsWith", "$all": "$hasAll"}

_BUYER = {
    "id": "uuid",
    "buyerInfo.contactId": "contact_id",
    "buyerInfo.email": "contact_email",
    "buyerInfo.memberId": "member_id",
    "buyerInfo.userId": "user_id",
    "buyerInfo.visitorId": "visitor_id",
}
_DATE_FIELDS = {"createdDate": "abandoned_at", "updatedDate": "updated_at"}


def _field(path: str, kind: FilterKind, key: str, operators: str, column: str = "") -> FilterField:
    return FilterField(path, kind, key, frozenset(operators.split()), column)


def _kind(path: str) -> FilterKind:
    return FilterKind.TEXT if path.endswith("email") else FilterKind.GUID


def _table(fields: Iterable[FilterField]) -> Mapping[str, FilterField]:
    return {field.path: field for field in fields}


QUERY_FIELDS = _table(
    [
        *(
            _field(path, _kind(path), key, _TEXTS, "email" if key == "contact_email" else key)
            for path, key in _BUYER.items()
        ),
        *(_field(path, FilterKind.DATE, key, _DATES, key) for path, key in _DATE_FIELDS.items()),
        _field("status", FilterKind.STATUS, "recovery_state", _EQUALITY, "recovery_state"),
    ]
)

_IDENTITY = "$eq $ne $in $nin"

SEARCH_FIELDS = _table(
    [
        *(_field(path, _kind(path), key, _IDENTITY) for path, key in _BUYER.items()),
        _field("status", FilterKind.STATUS, "recovery_state", _IDENTITY),
        *(_field(path, FilterKind.DATE, key, _DATES, key) for path, key in _DATE_FIELDS.items()),
        _field("contactDetails.firstName", FilterKind.TEXT, "contact_first_name", _TEXTS),
        _field("contactDetails.lastName", FilterKind.TEXT, "contact_last_name", _TEXTS),
        _field("activities.type", FilterKind.ACTIVITIES, "activity_type", _SETS),
        _field("appliedDiscounts.coupon.code", FilterKind.CODES, "coupon_code", _SETS),
    ]
)

# The fields of a free-text search: path → key in store/search.
TEXT_FIELDS = {
    "buyerInfo.email": "contact_email",
    "contactDetails.firstName": "contact_first_name",
    "contactDetails.lastName": "contact_last_name",
}

# Fields with personal data, and the approval that each requires.
_PROTECTED = {
    "buyerInfo.email": Protected.EMAIL,
    "contactDetails.firstName": Protected.NAME,
    "contactDetails.lastName": Protected.NAME,
}


def may_filter(path: str, approvals: Approvals) -> bool:
    """Whether an app may filter, sort and search by a field: otherwise it could find values by trying."""
    return path not in _PROTECTED or approvals.has(_PROTECTED[path])


_SDK_NAMES = {"_id": "id", "_createdDate": "createdDate", "_updatedDate": "updatedDate"}


def wire_path(path: str) -> str:
    return _SDK_NAMES.get(path, path)
