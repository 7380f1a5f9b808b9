"""Cursors: a position in a sorted list, as Shopify writes it.

Base64 of compact JSON with the keys last_id and last_value, in that order; not signed, not tied to a query, so a
client may keep one for months (recorded, per sort key: shopify-admin facts, "Cursor contents").
"""

import base64
import binascii
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import orjson

from abandoned_checkouts.checkouts.moment import from_datetime, to_datetime
from abandoned_checkouts.checkouts.money import AmountError, format_price, parse_amount


class MalformedCursorError(ValueError):
    """A text that no list of ours gave out."""


class CursorForm(Enum):
    """How the sort value is written: database sorts as text, ranks as numbers."""

    ID = "id"
    MOMENT = "moment"
    TEXT = "text"
    AMOUNT = "amount"
    RANK = "rank"
    # By relevance, where nothing is ranked: all rows are alike, and go by id.
    UNRANKED = "unranked"
    # A place in a list, which databases keep as a number (recorded: images and variants by position).
    PLACE = "place"

    def written(self, value: Any) -> str | float:
        if self is CursorForm.MOMENT:
            return to_datetime(value).strftime("%Y-%m-%d %H:%M:%S.%f")
        if self is CursorForm.AMOUNT:
            return format_price(value)
        if self is CursorForm.RANK:
            # The store's ranks are the lower the better; Shopify's scores the other way round.
            return 0.0 - float(value)  # a minus sign would write no rank at all as -0.0
        if self is CursorForm.UNRANKED:
            return 1.0  # recorded: the score of what was found by a filter alone
        if self is CursorForm.PLACE:
            return int(value)
        return str(value)

    def read(self, value: object) -> int | float | str:
        """The sort value that was written. What this form never writes is another list's, and raises an error."""
        if self in (CursorForm.ID, CursorForm.PLACE):
            return _whole(int(value) if isinstance(value, str) else value)
        if self is CursorForm.MOMENT:
            if value is None:
                return 0
            # A search-backed list writes milliseconds since 1970 instead; both name the same moment.
            if isinstance(value, int):
                return _whole(_whole(value) * 1000)
            return from_datetime(datetime.fromisoformat(_text(value)).replace(tzinfo=UTC))
        if self is CursorForm.AMOUNT:
            # A text without a point is an id: read as a price, it would silently be behind all of them.
            return parse_amount(_text(value, having=".") if isinstance(value, str) else _number(value))
        if self is CursorForm.RANK:
            return 0.0 - _number(value)
        if self is CursorForm.UNRANKED:
            return _number(value)
        return _text(value)


def encode_cursor(form: CursorForm, value: Any, number: int) -> str:
    """The cursor of a row with that sort value and id."""
    if form is CursorForm.ID:
        text = b'{"last_id":%d,"last_value":"%d"}' % (number, number)
    elif form is CursorForm.MOMENT and not value:
        # A moment still to come, as the end of a bulk operation that runs (recorded).
        text = b'{"last_id":%d}' % number
    else:
        # Shopify's JSON writes a slash as \/ (recorded); in a cursor it makes no difference but in its bytes.
        text = orjson.dumps({"last_id": number, "last_value": form.written(value)}).replace(b"/", b"\\/")
    return base64.b64encode(text).decode()


def decode_cursor(form: CursorForm, text: str) -> tuple[int | float | str, int]:
    """The sort value and the id of the row that a cursor names. Raises MalformedCursorError."""
    try:
        decoded = orjson.loads(base64.b64decode(text, validate=True))
        number = _whole(decoded["last_id"])
        absent = number if form is CursorForm.ID else None
        return form.read(decoded.get("last_value", absent)), number
    except (binascii.Error, ValueError, TypeError, KeyError, AttributeError, OverflowError, AmountError) as problem:
        raise MalformedCursorError(text) from problem


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 1 << 63:
        raise ValueError(value)
    return value


def _number(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TypeError(value)
    return float(value)


def _text(value: object, having: str = "") -> str:
    """No text of a database has a NUL, and PostgreSQL takes none to compare with."""
    if not isinstance(value, str) or having not in value or "\x00" in value:
        raise TypeError(value)
    return value
