"""Faults as data: which requests, deliveries and bulk operations a rule matches, and what then goes wrong.

A rule is a JSON object. Its keys are those of `MATCHES` and `EFFECTS`; the first rule of the list that matches decides.
"""

import fnmatch
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import MomentError, parse_moment
from abandoned_checkouts.checkouts.randomness import Seeded
from abandoned_checkouts.shopify.formats.webhooks.topics import TOPICS, header_topic
from abandoned_checkouts.twin.durations import DurationError, duration_of
from abandoned_checkouts.twin.nearest import nearest
from abandoned_checkouts.work.own_topics import TOPICS as OWN_TOPICS

# What a rule can be about. `bulk` is the download of a result, `bulk operation` its run.
ENDPOINTS = ("graphql", "rest", "oauth", "bulk", "wix", "intake", "control", "recovery", "webhook", "bulk operation")
_OF_REQUESTS = frozenset(ENDPOINTS[:8])
WEBHOOK_FAULTS = ("lost", "twice", "late", "out-of-order", "old-version")
BULK_FAULTS = ("failed", "late", "empty")
CONNECTION_FAULTS = ("reset", "reset-mid-body", "lost-answer")
TOKEN_FAULTS = ("revoked", "expired")
# Real time: a response that takes longer is one that never comes.
_LONGEST_LATENCY = 600_000_000
_LONGEST_BODY = 100_000


class FaultError(ValueError):
    """A rule that is invalid or can never match. The message says where and what to do."""


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
    try:
        return duration_of(_text(value))
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
    """GraphQL errors: `{"message", "code"}`, or just messages."""
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
    """Operations of /__twin: `{"method", "path", "body"}`."""
    if not isinstance(value, list) or not value:
        raise ValueError("must be a list of operations")
    for each in value:
        if not isinstance(each, dict) or set(each) - {"method", "path", "body"} or "path" not in each:
            raise ValueError('must be a list of operations, each with "path" and, if needed, "method" and "body"')
    return tuple(value)


_READERS: Mapping[str, Callable[[object], Any]] = {
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
_WHEN = ("nth", "succeedFirst", "times", "probability", "seed", "from", "until", "ttl")
MATCHES = ("endpoint", "shop", "token", "app", "method", "path", "operation", "topic", *_WHEN)
_OF_GRAPHQL = ("errors", "nulls", "throttled")
_OF_WEBHOOKS, _OF_BULK = ("webhook",), ("bulk",)
_OF_ALL_REQUESTS = (
    *("latency", "status", "body", "retryAfter", "connection", "truncate", "bytesPerSecond", "tokenIs"),
    *("withoutScopes", "withoutApprovals", "replace", "first"),
)
EFFECTS = (*_OF_ALL_REQUESTS, *_OF_GRAPHQL, *_OF_WEBHOOKS, *_OF_BULK, "delay")
# Settings of another effect, which do nothing alone.
_DETAILS = frozenset(("body", "retryAfter", "delay"))


@dataclass(slots=True)
class FaultRule:
    """One rule. `source` is its JSON as it was sent; `matched` counts what fits all but its counts and probability."""

    source: UntypedJson
    values: Mapping[str, Any]
    added_at: int
    matched: int = 0
    applied: int = 0

    @property
    def name(self) -> str:
        return str(self.values.get("name") or ", ".join(key for key in self.source if key in EFFECTS))

    def effect(self, name: str) -> Any:
        """The value of an effect, or None."""
        return self.values.get(name)

    def applies(self, facts: Mapping[str, str | None], now: int) -> bool:
        """Whether the rule matches these facts now. Counts the match."""
        values = self.values
        if now < values.get("from", now) or now > values.get("until", now):
            return False
        if "ttl" in values and now > self.added_at + values["ttl"]:
            return False
        endpoint = facts.get("endpoint")
        if endpoint != values.get("endpoint", endpoint) or not self._is_possible_for(endpoint):
            return False
        for key in ("shop", "token", "app", "method", "path", "operation", "topic"):
            if key in values and not fnmatch.fnmatchcase((facts.get(key) or "").lower(), values[key].lower()):
                return False
        self.matched += 1
        if "nth" in values and self.matched not in values["nth"]:
            return False
        if self.matched <= values.get("succeedFirst", 0):
            return False
        if "times" in values and self.applied >= values["times"]:
            return False
        if "probability" in values and self._chance() >= values["probability"]:
            return False
        self.applied += 1
        return True

    def _is_possible_for(self, endpoint: str | None) -> bool:
        """A rule without an endpoint is about those that have its effects."""
        if any(key in self.values for key in _OF_WEBHOOKS):
            return endpoint == "webhook"
        if any(key in self.values for key in _OF_BULK):
            return endpoint == "bulk operation"
        if any(key in self.values for key in _OF_GRAPHQL):
            return endpoint == "graphql"
        return endpoint in _OF_REQUESTS or (endpoint == "webhook" and self.values.get("endpoint") == "webhook")

    def _chance(self) -> float:
        """The same for the same seed and number of the match."""
        return int.from_bytes(Seeded(self.values.get("seed", 1), self.matched)(6)) / 2**48

    def described(self) -> UntypedJson:
        return {**self.source, "matched": self.matched, "applied": self.applied}


def fault_rule(source: object, now: int, place: str = "") -> FaultRule:
    """The rule in a JSON object. `place` begins its error messages. Raises FaultError."""
    if not isinstance(source, dict):
        raise FaultError(f"{place}a fault must be a JSON object")
    values: dict[str, Any] = {}
    for key, value in source.items():
        if key in ("matched", "applied"):
            continue
        if key not in _READERS:
            raise FaultError(f'{place}"{key[:100]}" is not a field of a fault.{nearest(key, _READERS)}')
        try:
            values[key] = _READERS[key](value)
        except ValueError as problem:
            raise FaultError(f'{place}"{key}" {problem}') from None
    _check(values, now, place)
    return FaultRule(dict(source), values, now)


def _check(values: Mapping[str, Any], now: int, place: str) -> None:
    """Refuse a rule that does nothing or can never match."""
    effects = [key for key in EFFECTS if key in values and key not in _DETAILS]
    if not effects:
        raise FaultError(f"{place}the fault has no effect. Add one of: {', '.join(EFFECTS)}.")
    endpoint = values.get("endpoint")
    for key in effects:
        allowed = _endpoints_of(key)
        if endpoint is not None and endpoint not in allowed:
            raise FaultError(f'{place}"{key}" never happens at "{endpoint}". It is for: {", ".join(allowed)}.')
    if len({_endpoints_of(key) for key in effects if _endpoints_of(key) != _endpoints_of("latency")}) > 1:
        raise FaultError(f"{place}{' and '.join(effects)} never happen together. Write one fault for each.")
    if "operation" in values and endpoint not in (None, "graphql"):
        raise FaultError(f'{place}only requests to "graphql" have an "operation"; the endpoint is "{endpoint}"')
    if "topic" in values:
        if endpoint not in (None, "webhook") or "webhook" not in (*effects, endpoint):
            raise FaultError(f'{place}only deliveries have a "topic"; set "endpoint": "webhook"')
        topics = [*(header_topic(topic) for topic in TOPICS.values()), *OWN_TOPICS.values()]
        if not any(fnmatch.fnmatchcase(topic.lower(), values["topic"].lower()) for topic in topics):
            raise FaultError(f'{place}no event has the topic "{values["topic"]}".{nearest(values["topic"], topics)}')
    if "until" in values and values["until"] < max(now, values.get("from", now)):
        raise FaultError(f'{place}"until" is over already, so that the fault never happens')


def _endpoints_of(effect: str) -> tuple[str, ...]:
    if effect in _OF_WEBHOOKS:
        return ("webhook",)
    if effect in _OF_BULK:
        return ("bulk operation",)
    if effect in _OF_GRAPHQL:
        return ("graphql",)
    if effect in ("status", "latency"):
        return (*ENDPOINTS[:8], "webhook")
    return ENDPOINTS[:8]


class Faults:
    """The rules of a twin, in their order. A rule of one request comes before them."""

    def __init__(self) -> None:
        self.rules: list[FaultRule] = []

    @property
    def name_apps(self) -> bool:
        """Whether a rule names an app, so that the app of a request must be found."""
        return any("app" in rule.values for rule in self.rules)

    def match(self, facts: Mapping[str, str | None], now: int) -> FaultRule | None:
        """The first rule that applies."""
        return next((rule for rule in self.rules if rule.applies(facts, now)), None)

    def state(self) -> object:
        return [[rule.source, rule.added_at, rule.matched, rule.applied] for rule in self.rules]

    def restore(self, state: object) -> None:
        self.rules = []
        for source, added_at, matched, applied in state if isinstance(state, list) else []:
            rule = fault_rule(source, 0)
            rule.added_at, rule.matched, rule.applied = added_at, matched, applied
            self.rules.append(rule)
