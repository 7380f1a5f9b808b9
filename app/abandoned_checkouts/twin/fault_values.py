"""The values that the keys of a fault can have: each is checked and converted from JSON."""

from collections.abc import Callable, Mapping
from typing import Any

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import MomentError, parse_moment
from abandoned_checkouts.twin.durations import DurationError, duration_of
from abandoned_checkouts.twin.nearest import nearest

# The values of `endpoint`. `bulk` is the download of a result, `bulk operation` is its run.
ENDPOINTS = ("graphql", "rest", "oauth", "bulk", "wix", "intake", "control", "recovery", "webhook", "bulk operation")
WEBHOOK_FAULTS = ("lost", "twice", "late", "out-of-order", "old-version")
BULK_FAULTS = ("failed", "late", "empty")
CONNECTION_FAULTS = ("reset", "reset-mid-body", "lost-answer")
TOKEN_FAULTS = ("revoked", "expired")
# In microseconds of real time. A client would not wait longer.
_LONGEST_LATENCY = 600_000_000


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("must be a text")
    return value


def _one_of(names: tuple[str, ...]) -> Callable[[object], str]:
    def check(value: object) -> str:
        if value not in names:
            raise ValueError(f"is {value!r}.{nearest(str(value), names)}")
        return str(value)

    return check


def _whole(least: int, most: int) -> Callable[[object], int]:
    def check(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return value

    return check


def _share(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= 1:
        raise ValueError("must be a number greater than 0 and at most 1")
    return float(value)


def _duration(value: object) -> int:
    if not isinstance(value, str) or not value:
        raise ValueError('must be a text with a unit, for example "3 seconds"')
    try:
        return duration_of(value)
    except DurationError as problem:
        raise ValueError(str(problem)) from None


def _latency(value: object) -> int:
    latency = _duration(value)
    if latency > _LONGEST_LATENCY:
        raise ValueError("must be 10 minutes or less")
    return latency


def _instant(value: object) -> int:
    try:
        return parse_moment(_text(value))
    except MomentError:
        raise ValueError('must be an instant, for example "2026-12-01T09:00:00Z"') from None


def _counts(value: object) -> tuple[int, ...]:
    numbers = value if isinstance(value, list) else [value]
    check = _whole(1, 10**9)
    if not numbers:
        raise ValueError("must name at least one request")
    return tuple(check(each) for each in numbers)


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(each, str) for each in value):
        raise ValueError("must be a list of texts")
    return tuple(value)


def _errors(value: object) -> tuple[UntypedJson, ...]:
    """GraphQL errors: messages, or objects with `message` and `code`."""
    if not isinstance(value, list) or not value:
        raise ValueError("must be a list of errors")
    found: list[UntypedJson] = []
    for each in value:
        error: UntypedJson = (
            {"message": each} if isinstance(each, str) else dict(each) if isinstance(each, dict) else {}
        )
        if not isinstance(error.get("message"), str):
            raise ValueError('must be a list of errors with a "message"')
        code = error.pop("code", None)
        found.append({**error, "extensions": {"code": code}} if code else error)
    return tuple(found)


def _flag(value: object) -> bool:
    if value is not True:
        raise ValueError("must be true, or left out")
    return True


def _replacements(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict) or not value or not all(isinstance(each, str) for each in value.values()):
        raise ValueError("must be an object of texts")
    return {str(name): text for name, text in value.items()}


def _calls(value: object) -> tuple[UntypedJson, ...]:
    """Operations of /__twin, each with `path`, and if needed `method` and `body`."""
    if not isinstance(value, list) or not value:
        raise ValueError("must be a list of operations")
    for each in value:
        if not isinstance(each, dict) or set(each) - {"method", "path", "body"} or "path" not in each:
            raise ValueError('must be a list of operations, each with "path" and, if needed, "method" and "body"')
    return tuple(value)


# For each key, the function that checks its JSON value and converts it. It raises ValueError with what is wrong.
READERS: Mapping[str, Callable[[object], Any]] = {
    "name": _text,
    "endpoint": _one_of(ENDPOINTS),
    "shop": _text,
    "token": _text,
    "app": _text,
    "method": _text,
    "path": _text,
    "operation": _text,
    "topic": _text,
    "nth": _counts,
    "succeedFirst": _whole(1, 10**9),
    "times": _whole(1, 10**9),
    "probability": _share,
    "seed": _whole(0, 2**53),
    "from": _instant,
    "until": _instant,
    "ttl": _duration,
    "latency": _latency,
    "status": _whole(400, 599),
    "body": _text,
    "retryAfter": _whole(0, 3600),
    "connection": _one_of(CONNECTION_FAULTS),
    "truncate": _share,
    "bytesPerSecond": _whole(1, 10**9),
    "errors": _errors,
    "nulls": _texts,
    "throttled": _flag,
    "tokenIs": _one_of(TOKEN_FAULTS),
    "withoutScopes": _texts,
    "withoutApprovals": _texts,
    "replace": _replacements,
    "webhook": _one_of(WEBHOOK_FAULTS),
    "bulk": _one_of(BULK_FAULTS),
    "delay": _duration,
    "first": _calls,
}
