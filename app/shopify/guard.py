"""Who may read what in one request: scopes and approvals together, asked once per operation.

When nothing that an operation touches is refused, it runs unguarded (and may be planned). Otherwise it runs field by
field with the guard around every resolver, so that each refused place is null with an error of its own path.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from graphql import GraphQLResolveInfo, GraphQLSchema

from app.shopify.access import (
    Coordinate,
    Required,
    denied_types,
    granted,
    refusal,
    required_by_field,
    scope_refusals,
)
from app.shopify.errors.execution import Refusal
from app.shopify.gid import InvalidGidError, parse_gid
from app.shopify.protected_data import Approvals, protected_refusals

__all__ = ["Guard", "guard"]

# They return whatever an id names, so what they require depends on the id.
_BY_ID = {("QueryRoot", "node"): "id", ("QueryRoot", "nodes"): "ids"}


class Guard:
    """What one token may not read. Scopes are answered before approvals, as a token without the scope would learn
    nothing else."""

    __slots__ = ("_denied_types", "_refusals")

    def __init__(self, refusals: Mapping[Coordinate, Refusal], denied: Mapping[str, Required]) -> None:
        self._refusals = refusals
        self._denied_types = denied

    def concerns(self, touched: frozenset[Coordinate]) -> bool:
        """Whether an operation that touches these fields has to run guarded."""
        if not self._refusals and not self._denied_types:
            return False
        if self._denied_types and not touched.isdisjoint(_BY_ID):
            return True
        return not touched.isdisjoint(self._refusals)

    def refused(self, owner: str, field: str, arguments: Mapping[str, Any] | None = None) -> Refusal | None:
        """The answer for one field, or None when it may be read."""
        found = self._refusals.get((owner, field))
        if found is not None or not self._denied_types:
            return found
        named = _BY_ID.get((owner, field))
        if named is None:
            return None
        given = (arguments or {}).get(named)
        for text in given if isinstance(given, list) else [given]:
            required = self._denied_types.get(_type_named_by(text))
            if required is not None:
                return refusal(field, required)
        return None

    def resolve(self, next_: Callable[..., Any], source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        """Makes a guard a middleware of graphql-core: pass the guard itself."""
        found = self.refused(info.parent_type.name, info.field_name, arguments)
        if found is not None:
            raise found
        return next_(source, info, **arguments)


def guard(schema: GraphQLSchema, scopes: frozenset[str], approvals: Approvals, now: datetime) -> Guard:
    """The guard for a token with `scopes` of an app with `approvals`. Keep it per token rather than per request."""
    held = granted(scopes)
    by_scope = scope_refusals(required_by_field(schema), held)
    return Guard({**protected_refusals(schema, approvals, now), **by_scope}, denied_types(held))


def _type_named_by(text: Any) -> str:
    try:
        return parse_gid(str(text)).type_name
    except InvalidGidError:
        return ""
