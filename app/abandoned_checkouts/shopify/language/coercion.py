"""The input values that each scalar accepts, and Shopify's messages for others.

There is one rule per scalar, for literals in documents and for JSON values of variables. Values are only checked here;
the schema's scalars convert them. (Shopify: GraphQL errors.)
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from abandoned_checkouts.checkouts.moment import MomentError, parse_moment
from abandoned_checkouts.shopify.language.errors import texts
from abandoned_checkouts.shopify.language.errors.texts import Text
from abandoned_checkouts.shopify.values.gid import is_gid

__all__ = ["CoercionProblem", "is_global_id", "scalar_problem", "scalar_rule", "shown"]

_ARN = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:\d*:\S+")
_INT = re.compile(r"-?\d+")
_MAX_INT, _MAX_UNSIGNED = 2**31 - 1, 2**64 - 1


@dataclass(frozen=True, slots=True)
class CoercionProblem:
    """Why a value is not accepted. `has_message`: Shopify repeats the explanation under the key `message`, as it does
    for its own scalars but not for the built-in ones."""

    explanation: str
    has_message: bool = True


def shown(value: object) -> str:
    """A value in an explanation: JSON as graphql-ruby prints it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def is_global_id(value: object) -> bool:
    """Whether `value` is a well-formed global id. Resolvers check whether the object exists."""
    return isinstance(value, str) and is_gid(value)


def scalar_problem(name: str, value: object) -> CoercionProblem | None:
    """The problem of `value` (JSON, not None) as the scalar `name`, or None. Unknown scalars accept every value."""
    return scalar_rule(name)(value)


def scalar_rule(name: str) -> Callable[[object], CoercionProblem | None]:
    """The function that finds the problem of a value as the scalar `name`."""
    return _RULES.get(name, _none)


def _none(_: object) -> None:
    """The problem of a value that a scalar accepts, as all values of unknown scalars."""


def _problem(text: Text, value: object) -> CoercionProblem:
    return CoercionProblem(text.words.format(value=value if isinstance(value, str) else shown(value)))


def _global_id(value: object) -> CoercionProblem | None:
    return None if isinstance(value, str) and is_gid(value) else _problem(texts.INVALID_GLOBAL_ID, value)


def _date_time(value: object) -> CoercionProblem | None:
    # A date without a time is midnight. Python's parser treats a NUL as the end of the text.
    if isinstance(value, str) and "\0" not in value:
        try:
            parse_moment(value.strip())
        except MomentError:
            return _problem(texts.INVALID_DATE_TIME, value)
        return None
    return _problem(texts.INVALID_DATE_TIME, value)


def _decimal(value: object) -> CoercionProblem | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return _problem(texts.INVALID_DECIMAL, value)
    try:
        finite = Decimal(str(value)).is_finite()
    except InvalidOperation:
        finite = False
    return None if finite else _problem(texts.INVALID_DECIMAL, value)


def _url(value: object) -> CoercionProblem | None:
    if not isinstance(value, str):
        return _problem(texts.URL_WITHOUT_SCHEME, value)
    try:
        parts = urlsplit(value)
    except ValueError:
        return _problem(texts.URL_WITHOUT_HOST, value)
    if not parts.scheme:
        return _problem(texts.URL_WITHOUT_SCHEME, value)
    return None if parts.hostname or parts.netloc else _problem(texts.URL_WITHOUT_HOST, value)


def _arn(value: object) -> CoercionProblem | None:
    matches = isinstance(value, str) and _ARN.fullmatch(value) is not None
    return None if matches else _problem(texts.INVALID_ARN, value)


def _unsigned(value: object) -> CoercionProblem | None:
    digits = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not _INT.fullmatch(digits):
        return _problem(texts.UNSIGNED_INVALID, value)
    # The length is compared first, because Python does not parse integers with thousands of digits.
    in_range = len(digits) <= 20 and 0 <= int(digits) <= _MAX_UNSIGNED
    return None if in_range else _problem(texts.UNSIGNED_OUT_OF_RANGE, value)


def _builtin(name: str, accepts: Callable[[object], bool]) -> Callable[[object], CoercionProblem | None]:
    def rule(value: object) -> CoercionProblem | None:
        if accepts(value):
            return None
        return CoercionProblem(texts.NOT_COERCED.words.format(value=shown(value), typeName=name), has_message=False)

    return rule


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -_MAX_INT - 1 <= value <= _MAX_INT


def _is_float(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


_RULES: dict[str, Callable[[object], CoercionProblem | None]] = {
    "ID": _global_id,
    "ARN": _arn,
    "Boolean": _builtin("Boolean", lambda value: isinstance(value, bool)),
    "DateTime": _date_time,
    "Decimal": _decimal,
    "Float": _builtin("Float", _is_float),
    "FormattedString": _builtin("FormattedString", _is_text),
    "HTML": _builtin("HTML", _is_text),
    "Int": _builtin("Int", _is_int),
    "Money": _decimal,
    "String": _builtin("String", _is_text),
    "URL": _url,
    "UnsignedInt64": _unsigned,
}
