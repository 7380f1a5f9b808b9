"""The rights of a caller: scopes, approvals and rate limit, computed once per token."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from graphql import GraphQLSchema

from abandoned_checkouts.access import rules
from abandoned_checkouts.access.approvals import Approvals, approvals_of
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

_MOST = 10_000


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


def rights_by_caller(default: RateLimit) -> Callable[[Caller], CallerRights]:
    """A function from a caller to its rights. `default` is the rate limit of shops without a plan in their settings."""
    by_token: dict[int, CallerRights] = {}

    def rights_of(caller: Caller) -> CallerRights:
        found = by_token.get(caller.token_id)
        if found is None or found.caller is not caller:
            if len(by_token) >= _MOST:
                by_token.clear()
            held, approvals = rules.granted(caller.scopes), approvals_of(caller.app_settings)
            plan = PLANS.get(caller.shop.settings.get("plan", ""), default)
            hidden = hidden_types(held, approvals, caller.permissions)
            found = by_token[caller.token_id] = CallerRights(caller, held, approvals, plan, hidden)
        return found

    return rights_of


def refused_fields(
    schema: GraphQLSchema,
    held: frozenset[str],
    approvals: Approvals,
    now: int,
    permissions: frozenset[str] | None = None,
) -> Mapping[Coordinate, Refusal]:
    """The fields that a caller must not read. The rules change only at midnight UTC."""
    return _refusals(schema, held, approvals, now // DAY, permissions)


@lru_cache(maxsize=256)
def _refusals(
    schema: GraphQLSchema, held: frozenset[str], approvals: Approvals, day: int, permissions: frozenset[str] | None
) -> Mapping[Coordinate, Refusal]:
    table = protected_refusals(schema, approvals, to_datetime(day * DAY))
    return table | scope_refusals(required_by_field(schema), held, permissions)


@lru_cache(maxsize=256)
def hidden_types(
    held: frozenset[str], approvals: Approvals, permissions: frozenset[str] | None = None
) -> Mapping[str, Exception]:
    """The types that `node` must not return to a caller, each with its error."""
    denied: Mapping[str, Required] = denied_types(held, permissions)
    return protected_types(approvals) | {name: refusal("node", required) for name, required in denied.items()}
