"""What fields cost: the constants of Shopify's cost rule, as fitted on recorded answers.

A connection of n costs 2 + C × ⌊2·ln(max(2, n))⌋, where C is 1 + the cost of a node, counted once for `nodes` and
once for `edges { node }`; without a window it costs 2. An object costs 1, whether or not it turns out to be null;
an interface or union costs as much as its dearest possible type. A mutation costs 10, which covers its payload and
the objects directly in it. (Shopify: cost; the rule is logarithmic in `first`, not linear as its guide says.)
"""

from __future__ import annotations

import math

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
    is_interface_type,
    is_object_type,
)

__all__ = [
    "CONNECTION",
    "COUNT",
    "LEAST",
    "MAX_QUERY_COST",
    "MUTATION",
    "OBJECT",
    "is_connection",
    "multiplier",
    "own_cost",
]

MAX_QUERY_COST = 1_000
CONNECTION, COUNT, MUTATION, OBJECT = 2, 10, 10, 1
# Even `{ __typename }` costs this much (recorded).
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
# Exceptions by field: their types cost 1 (or, for counts, 10) elsewhere.
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
    """How often a node is charged in a page of `size`: 1 for 1 or 2, 4 for 10, 9 for 100, 11 for 250."""
    return _MULTIPLIERS[size] if 0 <= size <= 250 else _of(size)


def is_connection(type_: GraphQLNamedType) -> bool:
    return isinstance(type_, GraphQLObjectType) and type_.name.endswith("Connection") and "pageInfo" in type_.fields


def own_cost(parent: GraphQLNamedType, name: str, definition: GraphQLField) -> int:
    """What a field that returns objects costs by itself, pages and mutations apart."""
    type_ = get_named_type(definition.type)
    if type_.name == "Count":
        return OBJECT if (parent.name, name) in _CHEAP_COUNTS else COUNT
    if type_.name in _FREE_TYPES or (parent.name, name) in _FREE_FIELDS or _is_user_error(type_):
        return 0
    return OBJECT


def _is_user_error(type_: GraphQLNamedType) -> bool:
    if not (is_object_type(type_) or is_interface_type(type_)):
        return False
    return type_.name == "DisplayableError" or any(
        interface.name == "DisplayableError" for interface in type_.interfaces
    )
