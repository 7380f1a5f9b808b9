"""The costs of fields: the constants of Shopify's rule, fitted to recorded responses.

A connection of n costs 2 + C × ⌊2·ln(max(2, n))⌋. C is 1 + the cost of a node, and counts once for `nodes` and once for
`edges { node }`. Without first or last, a connection costs 2. An object costs 1, even if it is null. An interface or
union costs as much as its most expensive possible type. A mutation costs 10, including its payload and the objects
directly in it. (Shopify: cost. The rule is logarithmic in `first`; Shopify's guide says linear.)
"""

from __future__ import annotations

import math

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_interface_type,
    is_list_type,
    is_object_type,
)

__all__ = [
    "CONNECTION",
    "COUNT",
    "LEAST",
    "MAX_QUERY_COST",
    "MUTATION",
    "OBJECT",
    "actual_cost_of",
    "is_connection",
    "multiplier",
    "own_cost",
]

MAX_QUERY_COST = 1_000
CONNECTION, COUNT, MUTATION, OBJECT = 2, 10, 10, 1
# The cost of `{ __typename }` (recorded).
LEAST = 1

# Objects that Shopify does not charge for. Recorded answers that leave no choice: money everywhere, page info, user
# errors and the two consent states; an e-mail address, a phone number, SEO, a selected option and an attribute do
# cost 1 each.
_FREE_TYPES = frozenset(
    {
        "CurrencyFormats",
        "CustomerEmailMarketingConsentState",
        "CustomerSmsMarketingConsentState",
        "MoneyBag",
        "MoneyV2",
        "PageInfo",
        "ShopAddress",
    }
)
# Fields that are free although their types cost 1 elsewhere.
_FREE_FIELDS = frozenset(
    {
        ("Customer", "defaultAddress"),
        ("InventoryItem", "measurement"),
        ("WebhookSubscription", "apiVersion"),
        ("WebhookSubscription", "endpoint"),
    }
)


def _of(size: int) -> int:
    return math.floor(2 * math.log(max(2, size)))


_CHEAP_COUNTS = frozenset(
    {
        ("Product", "sellingPlanGroupsCount"),
        ("Product", "variantsCount"),
        ("ProductVariant", "sellingPlanGroupsCount"),
    }
)

_MULTIPLIERS = tuple(_of(size) for size in range(251))


def multiplier(size: int) -> int:
    """The factor for the nodes of a page of `size`: 1 for 1 or 2, 4 for 10, 9 for 100, 11 for 250."""
    return _MULTIPLIERS[size] if 0 <= size <= 250 else _of(size)


def is_connection(type_: GraphQLNamedType) -> bool:
    return isinstance(type_, GraphQLObjectType) and type_.name.endswith("Connection") and "pageInfo" in type_.fields


def own_cost(parent: GraphQLNamedType, name: str, definition: GraphQLField) -> int:
    """The cost of a field that returns objects, without its selections; not for connections and mutations."""
    type_ = get_named_type(definition.type)
    if type_.name == "Count":
        return OBJECT if (parent.name, name) in _CHEAP_COUNTS else COUNT
    if type_.name in _FREE_TYPES or (parent.name, name) in _FREE_FIELDS or _is_user_error(type_):
        return 0
    return OBJECT


def actual_cost_of(parent: GraphQLNamedType, name: str, definition: GraphQLField) -> int:
    """The points that a field adds to the actual cost, without its selections. 0 for most fields that return no
    objects.

    It is the requested cost, with three exceptions. `__typename` costs 1. `pageInfo` of a page with rows costs 1. In
    introspection, lists are free, and every other field costs 1 except `name`: `{ __type(name: "A") { kind } }` is 2.
    """
    if name == "__typename":
        return OBJECT
    type_ = get_named_type(definition.type)
    if parent.name.startswith("__"):
        return 0 if name == "name" or is_list_type(get_nullable_type(definition.type)) else OBJECT
    if name == "pageInfo" and is_connection(parent):
        return OBJECT
    return own_cost(parent, name, definition) if is_composite_type(type_) else 0


def _is_user_error(type_: GraphQLNamedType) -> bool:
    if not (is_object_type(type_) or is_interface_type(type_)):
        return False
    return type_.name == "DisplayableError" or any(
        interface.name == "DisplayableError" for interface in type_.interfaces
    )
