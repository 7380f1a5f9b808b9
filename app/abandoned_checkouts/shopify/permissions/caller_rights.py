"""What a caller may do, worked out once for as long as their token is known: scopes, approvals, limits."""

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
    """What a caller's rights follow from: the store's Access has it."""

    @property
    def shop(self) -> Shop: ...
    @property
    def token_id(self) -> int: ...


@dataclass(frozen=True, slots=True)
class CallerRights:
    """`held` are the scopes with what they imply; `hidden` the types that `node` may not find."""

    caller: Caller
    held: frozenset[str]
    approvals: Approvals
    plan: RateLimit
    hidden: Mapping[str, Exception]

    def refusals(self, schema: GraphQLSchema, now: int) -> Mapping[Coordinate, Refusal]:
        return refused_fields(schema, self.held, self.approvals, now, self.caller.permissions)


def rights_by_caller(default: RateLimit) -> Callable[[Caller], CallerRights]:
    """Finds the rights of a caller; `default` is the rate limit of shops that name no plan."""
    kept: dict[int, CallerRights] = {}

    def rights_of(caller: Caller) -> CallerRights:
        found = kept.get(caller.token_id)
        if found is None or found.caller is not caller:
            if len(kept) >= _MOST:
                kept.clear()
            held, approvals = rules.granted(caller.scopes), approvals_of(caller.app_settings)
            plan = PLANS.get(caller.shop.settings.get("plan", ""), default)
            hidden = hidden_types(held, approvals, caller.permissions)
            found = kept[caller.token_id] = CallerRights(caller, held, approvals, plan, hidden)
        return found

    return rights_of


def refused_fields(
    schema: GraphQLSchema,
    held: frozenset[str],
    approvals: Approvals,
    now: int,
    permissions: frozenset[str] | None = None,
) -> Mapping[Coordinate, Refusal]:
    """The fields that a caller may not read; the rules change at midnight UTC at most."""
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
    """The types that a caller may not find by `node`, each with the answer."""
    denied: Mapping[str, Required] = denied_types(held, permissions)
    return protected_types(approvals) | {name: refusal("node", required) for name, required in denied.items()}
