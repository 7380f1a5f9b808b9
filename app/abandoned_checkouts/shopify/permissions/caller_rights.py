"""The rights of a caller: scopes, approvals and rate limit, computed once per token."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from graphql import GraphQLSchema

from abandoned_checkouts.access import rules
from abandoned_checkouts.access.approvals import Approvals, approvals_of
from abandoned_checkouts.checkouts.caches import cached
from abandoned_checkouts.checkouts.moment import DAY, to_datetime
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.language.errors.execution import Refusal
from abandoned_checkouts.shopify.permissions.protected_data import (
    protected_refusals,
    protected_types,
)
from abandoned_checkouts.shopify.permissions.rate_limits import PLANS, RateLimit
from abandoned_checkouts.shopify.permissions.scopes import (
    Coordinate,
    Required,
    denied_types,
    refusal,
    required_by_field,
    scope_refusals,
)

_MOST = 2_000
# A caller with its shop, settings and scopes.
_BYTES = 6_000


class Caller(rules.Caller, Protocol):
    """The data of a token that its rights depend on: the store's Access."""

    @property
    def shop(self) -> Shop: ...
    @property
    def token_id(self) -> int: ...


@dataclass(frozen=True, slots=True)
class CallerRights:
    """`held` are the scopes with those they imply; `hidden` the types that `node` must not return, with the errors."""

    caller: Caller
    held: frozenset[str]
    approvals: Approvals
    plan: RateLimit
    hidden: Mapping[str, Exception]

    def refusals(self, schema: GraphQLSchema, now: int) -> Mapping[Coordinate, Refusal]:
        return refused_fields(schema, self.held, self.approvals, now, self.caller.permissions)


class RightsByCaller:
    """Finds the rights of a caller. `default` is the rate limit of shops without a plan in their settings."""

    def __init__(self, default: RateLimit) -> None:
        self._default = default
        self._by_token: dict[int, CallerRights] = {}

    @property
    def bytes(self) -> int:
        """About how many bytes the cache takes."""
        return len(self._by_token) * _BYTES

    def __call__(self, caller: Caller) -> CallerRights:
        found = self._by_token.get(caller.token_id)
        if found is None or found.caller is not caller:
            if len(self._by_token) >= _MOST:
                self._by_token.clear()
            held, approvals = rules.granted(caller.scopes), approvals_of(caller.app_settings)
            plan = PLANS.get(caller.shop.settings.get("plan", ""), self._default)
            hidden = hidden_types(held, approvals, caller.permissions)
            found = self._by_token[caller.token_id] = CallerRights(caller, held, approvals, plan, hidden)
        return found


def refused_fields(
    schema: GraphQLSchema,
    held: frozenset[str],
    approvals: Approvals,
    now: int,
    permissions: frozenset[str] | None = None,
) -> Mapping[Coordinate, Refusal]:
    """The fields that a caller must not read. The rules change only at midnight UTC."""
    return _refusals(schema, held, approvals, now // DAY, permissions)


@cached(128, entry_bytes=60_000)
def _refusals(
    schema: GraphQLSchema, held: frozenset[str], approvals: Approvals, day: int, permissions: frozenset[str] | None
) -> Mapping[Coordinate, Refusal]:
    table = protected_refusals(schema, approvals, to_datetime(day * DAY))
    return table | scope_refusals(required_by_field(schema), held, permissions)


@cached(256, entry_bytes=8_000)
def hidden_types(
    held: frozenset[str], approvals: Approvals, permissions: frozenset[str] | None = None
) -> Mapping[str, Exception]:
    """The types that `node` must not return to a caller, each with its error."""
    denied: Mapping[str, Required] = denied_types(held, permissions)
    return protected_types(approvals) | {name: refusal("node", required) for name, required in denied.items()}
