"""Faults: rules that say which requests, deliveries and bulk operations they match, and what then goes wrong.

A rule is a JSON object with keys of `MATCHES` and `EFFECTS`; fault_values checks their values. If several rules match,
the first one is applied.
"""

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.randomness import Seeded
from abandoned_checkouts.shopify.formats.webhooks.topics import TOPICS, header_topic
from abandoned_checkouts.twin.fault_values import ENDPOINTS, READERS
from abandoned_checkouts.twin.nearest import nearest
from abandoned_checkouts.work.own_topics import TOPICS as OWN_TOPICS

_OF_REQUESTS = frozenset(ENDPOINTS[:8])
_WHEN = ("nth", "succeedFirst", "times", "probability", "seed", "from", "until", "ttl")
MATCHES = ("endpoint", "shop", "token", "app", "method", "path", "operation", "topic", *_WHEN)
_OF_GRAPHQL = ("errors", "nulls", "throttled")
_OF_WEBHOOKS, _OF_BULK = ("webhook",), ("bulk",)
_OF_ALL_REQUESTS = (
    *("latency", "status", "body", "retryAfter", "connection", "truncate", "bytesPerSecond", "tokenIs"),
    *("withoutScopes", "withoutApprovals", "replace", "first"),
)
EFFECTS = (*_OF_ALL_REQUESTS, *_OF_GRAPHQL, *_OF_WEBHOOKS, *_OF_BULK, "delay")
# Keys that belong to another effect, and have no effect alone.
_DETAILS = frozenset(("body", "retryAfter", "delay"))


# The keys that never match at these endpoints.
_UNKNOWN: Mapping[str, tuple[str, ...]] = {
    "webhook": ("token", "app", "method", "operation"),
    "bulk operation": ("token", "app", "method", "path", "operation", "topic"),
}
# What people call an effect that has another name here, and how to write it.
_SLOW = ' Use "latency", for example {"latency": "30 seconds"}: the client decides when its time is over.'
_OTHER_NAMES = {"timeout": _SLOW, "slow": _SLOW, "wait": _SLOW, "sleep": _SLOW}
_ELSEWHERE = "Add the fault by PATCH /__twin/faults."


class FaultError(ValueError):
    """The rule is invalid or can never match. The message says where, and what to do."""


@dataclass(slots=True)
class FaultRule:
    """A fault. `source` is its JSON as it was sent. `matched` counts matches before `nth`, `times` and others apply."""

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
        """Whether the effects of the rule can happen at this endpoint. This decides if the rule names no endpoint."""
        if any(key in self.values for key in _OF_WEBHOOKS):
            return endpoint == "webhook"
        if any(key in self.values for key in _OF_BULK):
            return endpoint == "bulk operation"
        if any(key in self.values for key in _OF_GRAPHQL):
            return endpoint == "graphql"
        return endpoint in _OF_REQUESTS or (endpoint == "webhook" and self.values.get("endpoint") == "webhook")

    def _chance(self) -> float:
        """A number from 0 to 1, always the same for a seed and a number of the match."""
        return int.from_bytes(Seeded(self.values.get("seed", 1), self.matched)(6)) / 2**48

    def described(self) -> UntypedJson:
        return {**self.source, "matched": self.matched, "applied": self.applied}


def fault_rule(source: object, now: int, place: str = "") -> FaultRule:
    """The rule from a JSON object. Error messages start with `place`. Raises FaultError."""
    if not isinstance(source, dict):
        raise FaultError(f"{place}a fault must be a JSON object")
    values: dict[str, Any] = {}
    for key, value in source.items():
        if key in ("matched", "applied"):
            continue
        if key not in READERS:
            hint = _OTHER_NAMES.get(key.lower()) or nearest(key, READERS)
            raise FaultError(f'{place}"{key[:100]}" is not a field of a fault.{hint}')
        try:
            values[key] = READERS[key](value)
        except ValueError as problem:
            raise FaultError(f'{place}"{key}" {problem}') from None
    _check(values, now, place)
    return FaultRule(dict(source), values, now)


def rule_of_header(source: object, now: int, endpoint: str) -> FaultRule:
    """The rule from the JSON of the header X-Twin-Fault, which is for the request that has it. Raises FaultError."""
    place = "X-Twin-Fault: "
    for key in source if isinstance(source, dict) else ():
        if key in MATCHES:
            raise FaultError(
                f'{place}"{key}" has no effect in the header, which is for this request only. {_ELSEWHERE}'
            )
        if key in (*_OF_WEBHOOKS, *_OF_BULK, "delay"):
            raise FaultError(f'{place}"{key}" never happens to a request. {_ELSEWHERE}')
        # The operations need no token, but not everyone who can send a request may control the twin.
        if key == "first":
            raise FaultError(f'{place}"first" is not possible in the header. {_ELSEWHERE}')
    rule = fault_rule(source, now, place)
    for key in rule.source:
        if key in _OF_GRAPHQL and endpoint != "graphql":
            raise FaultError(f'{place}"{key}" never happens at "{endpoint}". It is for: graphql.')
    return rule


def _check(values: Mapping[str, Any], now: int, place: str) -> None:
    """Refuse a rule that has no effect or can never match. Raises FaultError."""
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
    kind = "webhook" if "webhook" in effects else "bulk operation" if "bulk" in effects else endpoint
    for key in _UNKNOWN.get(str(kind), ()):
        if key in values:
            raise FaultError(f'{place}a {kind} has no "{key}", so the fault never happens')
    if "until" in values and values["until"] < max(now, values.get("from", now)):
        why = "in the past" if values["until"] < now else 'before "from"'
        raise FaultError(f'{place}"until" is {why}, so the fault never happens')
    first = values.get("succeedFirst", 0)
    if "nth" in values and all(number <= first for number in values["nth"]):
        raise FaultError(f'{place}the first {first} matches succeed, also those of "nth", so the fault never happens')


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
    """The faults of a twin, in their order."""

    def __init__(self) -> None:
        self.rules: list[FaultRule] = []

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
