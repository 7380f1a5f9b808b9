"""Cursors: positions in a sorted list, in Shopify's format.

A cursor is base64 of compact JSON with the keys last_id and last_value, in that order. It is neither signed nor bound
to a query, so that a client can keep it for months (recorded, per sort key: shopify-admin facts, "Cursor contents").
"""

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import Enum
from itertools import chain
from typing import Any

import orjson

from abandoned_checkouts.checkouts.moment import from_datetime, to_datetime
from abandoned_checkouts.checkouts.money import AmountError, format_price, parse_amount

_BY_ID = b'{"last_id":%d,"last_value":"%d"}'


class MalformedCursorError(ValueError):
    """A text that is not a cursor of this sort key."""


class CursorForm(Enum):
    """The format of the sort value in a cursor."""

    ID = "id"
    MOMENT = "moment"
    TEXT = "text"
    AMOUNT = "amount"
    RANK = "rank"
    # By relevance without a search text: all rows have the same score and are sorted by id.
    UNRANKED = "unranked"
    # A position in a list: a number (recorded for images and variants).
    PLACE = "place"

    def encode(self, value: Any) -> str | float:
        if self is CursorForm.MOMENT:
            # Not strftime, which writes the year 999 with three digits on Linux. Such a text cannot be decoded.
            return to_datetime(value).replace(tzinfo=None).isoformat(" ", "microseconds")
        if self is CursorForm.AMOUNT:
            return format_price(value)
        if self is CursorForm.RANK:
            # In the store, a lower rank is better; Shopify's scores are better if higher.
            return 0.0 - float(value)  # not -value, which is -0.0 for 0
        if self is CursorForm.UNRANKED:
            return 1.0  # recorded: the score of results that only a filter finds
        if self is CursorForm.PLACE:
            return int(value)
        return str(value)

    def decode(self, value: object) -> int | float | str:
        """The sort value. Raises an error for a value that this form never encodes: it is another sort key's."""
        if self in (CursorForm.ID, CursorForm.PLACE):
            return _whole(int(value) if isinstance(value, str) else value)
        if self is CursorForm.MOMENT:
            if value is None:
                return 0
            # Lists of Shopify's search index have milliseconds since 1970 instead.
            if isinstance(value, int):
                return _whole(_whole(value) * 1000)
            return from_datetime(datetime.fromisoformat(_text(value)).replace(tzinfo=UTC))
        if self is CursorForm.AMOUNT:
            # A text without a point is an id. Decoded as a price, it would come after all prices.
            return parse_amount(_text(value, having=".") if isinstance(value, str) else _number(value))
        if self is CursorForm.RANK:
            return 0.0 - _number(value)
        if self is CursorForm.UNRANKED:
            return _number(value)
        return _text(value)


def encode_cursor(form: CursorForm, value: Any, number: int) -> str:
    """The cursor of a row with that sort value and id."""
    if form is CursorForm.ID:
        text = _BY_ID % (number, number)
    elif form is CursorForm.MOMENT and not value:
        # No value yet, for example the end of a running bulk operation (recorded).
        text = b'{"last_id":%d}' % number
    else:
        # Shopify's JSON escapes a slash as \/ (recorded).
        text = orjson.dumps({"last_id": number, "last_value": form.encode(value)}).replace(b"/", b"\\/")
    return binascii.b2a_base64(text, newline=False).decode()


def encode_id_cursors(numbers: Sequence[int]) -> list[str]:
    """The cursors of rows of a list that is sorted by id. The same as `encode_cursor` for each row, in half the time:
    texts of equal length are encoded together."""
    if not numbers:
        return []
    first, last = numbers[0], numbers[-1]
    if first <= 0 or last <= 0 or len(str(first)) != len(str(last)):
        return [encode_cursor(CursorForm.ID, number, number) for number in numbers]
    # Base64 has four characters for three bytes. With zeros up to the next three bytes, each text begins with a
    # character; the characters of the zeros are then replaced by the padding.
    padding = -len(_BY_ID % (numbers[0], numbers[0])) % 3
    texts = ((_BY_ID + b"\0" * padding) * len(numbers)) % tuple(chain.from_iterable(zip(numbers, numbers, strict=True)))
    encoded = binascii.b2a_base64(texts, newline=False).decode()
    size, end = len(encoded) // len(numbers), "=" * padding
    return [encoded[start : start + size - padding] + end for start in range(0, len(encoded), size)]


def decode_cursor(form: CursorForm, text: str) -> tuple[int | float | str, int]:
    """The sort value and the id of the cursor's row. Raises MalformedCursorError."""
    try:
        decoded = orjson.loads(base64.b64decode(text, validate=True))
        number = _whole(decoded["last_id"])
        absent = number if form is CursorForm.ID else None
        return form.decode(decoded.get("last_value", absent)), number
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
    """PostgreSQL does not accept a NUL in a text."""
    if not isinstance(value, str) or having not in value or "\x00" in value:
        raise TypeError(value)
    return value
