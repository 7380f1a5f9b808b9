"""Access scopes in GraphQL: the kind of data of each type and field, and the error of a refusal.

access/rules has the scopes that each kind of data requires. A field requires the same as the type that it returns. An
operation is checked once, when it is parsed; each field that a token must not read returns an error. (Shopify: access
scopes.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from graphql import (
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
)

from abandoned_checkouts.access.rules import Action, Data, Rule, missing, rule_of
from abandoned_checkouts.shopify.language.errors import texts
from abandoned_checkouts.shopify.language.errors.execution import Refusal

__all__ = [
    "FIELD_ACCESS",
    "PART_OF",
    "TYPE_ACCESS",
    "Coordinate",
    "Required",
    "denied_types",
    "refusal",
    "required_by_field",
    "scope_refusals",
]

# (type name, field name)
Coordinate: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Required:
    """A rule, and the sentence that describes it in an error (`requiredAccess`)."""

    rule: Rule
    sentence: str

    @classmethod
    def of(cls, data: Data, action: Action = Action.READ, also: str = "") -> Required:
        rule = rule_of(data, action)
        # Recorded: "the `read_shopify_payments` or the `read_shopify_payments_accounts` access scope."
        names = f"`{rule.scopes[0]}`" if len(rule.scopes) == 1 else " or ".join(f"the `{each}`" for each in rule.scopes)
        return cls(rule, f"{names} access scope.{also and f' Also: {also}'}")


_MANAGE = "The user must have manage_abandoned_checkouts permission."
_CHECKOUTS = Required.of(
    Data.CHECKOUTS,
    also=f"{_MANAGE} When called by Shopify POS, the user must have the view_abandoned_checkouts retail permission.",
)
_BULK_FILES = Required.of(Data.BULK_FILES, also=_MANAGE)
_SUBSCRIPTIONS = Required.of(Data.WEBHOOK_SUBSCRIPTIONS)
_CHANGE_SUBSCRIPTIONS = Required.of(Data.WEBHOOK_SUBSCRIPTIONS, Action.WRITE)
_CHANGE_SEARCHES = Required.of(Data.SAVED_SEARCHES, Action.WRITE)
_SHOP_CONTACT = Required.of(Data.SHOP_CONTACT)
_UNSUBSCRIBE_LINKS = Required.of(
    Data.UNSUBSCRIBE_LINKS, also="The user must have permission to create and edit customers."
)
_ERASURE = Required.of(Data.ERASURE, Action.WRITE)

# The rule for each type. It applies to every field that returns the type.
TYPE_ACCESS: Mapping[str, Required] = {
    "AbandonedCheckout": _CHECKOUTS,
    "Abandonment": Required.of(Data.ABANDONMENTS),
    "Customer": Required.of(Data.CUSTOMERS),
    "Location": Required.of(Data.LOCATIONS),
    "Order": Required.of(Data.ORDERS),
    "Product": Required.of(Data.PRODUCTS),
    "ProductVariant": Required.of(Data.PRODUCTS),
    "SavedSearch": Required.of(Data.SAVED_SEARCHES),
    "ShopAddress": _SHOP_CONTACT,
    "WebhookSubscription": _SUBSCRIPTIONS,
}

# The rules for fields whose type has no rule, or another one.
FIELD_ACCESS: Mapping[Coordinate, Required] = {
    ("QueryRoot", "abandonedCheckoutsCount"): _CHECKOUTS,
    ("QueryRoot", "webhookSubscriptionsCount"): _SUBSCRIPTIONS,
    ("BulkOperation", "partialDataUrl"): _BULK_FILES,
    ("BulkOperation", "url"): _BULK_FILES,
    ("Customer", "unsubscribeUrl"): _UNSUBSCRIBE_LINKS,
    ("CustomerEmailAddress", "marketingUnsubscribeUrl"): _UNSUBSCRIBE_LINKS,
    ("CustomerEmailAddress", "openTrackingUrl"): _UNSUBSCRIBE_LINKS,
    ("Shop", "contactEmail"): _SHOP_CONTACT,
    ("Shop", "email"): _SHOP_CONTACT,
    ("Shop", "shopOwnerName"): _SHOP_CONTACT,
    ("Mutation", "abandonmentEmailStateUpdate"): Required.of(Data.ABANDONMENTS, Action.WRITE),
    ("Mutation", "abandonmentUpdateActivitiesDeliveryStatuses"): Required.of(Data.MARKETING_ACTIVITIES, Action.WRITE),
    ("Mutation", "customerCancelDataErasure"): _ERASURE,
    ("Mutation", "customerRequestDataErasure"): _ERASURE,
    ("Mutation", "savedSearchCreate"): _CHANGE_SEARCHES,
    ("Mutation", "savedSearchDelete"): _CHANGE_SEARCHES,
    ("Mutation", "savedSearchUpdate"): _CHANGE_SEARCHES,
    ("Mutation", "webhookSubscriptionCreate"): _CHANGE_SUBSCRIPTIONS,
    ("Mutation", "webhookSubscriptionDelete"): _CHANGE_SUBSCRIPTIONS,
    ("Mutation", "webhookSubscriptionUpdate"): _CHANGE_SUBSCRIPTIONS,
}

# Types with ids that are part of another type, and require what that type requires.
PART_OF: Mapping[str, str] = {"AbandonedCheckoutLineItem": "AbandonedCheckout", "ProductOption": "Product"}

_CONNECTION = "Connection"


def required_by_field(schema: GraphQLSchema) -> dict[Coordinate, Required]:
    """The rule for each field of a schema that has one."""
    table: dict[Coordinate, Required] = {}
    for type_ in schema.type_map.values():
        # The field that returns a connection is checked, so the fields inside it do not have to be.
        if not isinstance(type_, GraphQLObjectType) or type_.name.endswith((_CONNECTION, "Edge")):
            continue
        for name, field in type_.fields.items():
            required = FIELD_ACCESS.get((type_.name, name)) or _by_type(get_named_type(field.type))
            if required is not None and not type_.name.endswith("Payload"):
                table[type_.name, name] = required
    return table


def _by_type(type_: GraphQLNamedType) -> Required | None:
    return TYPE_ACCESS.get(type_.name.removesuffix(_CONNECTION))


def scope_refusals(
    table: Mapping[Coordinate, Required], held: frozenset[str], permissions: frozenset[str] | None = None
) -> dict[Coordinate, Refusal]:
    """The fields that a token must not read, each with its error. `held` are scopes (see `granted`), `permissions`
    those of the token's user."""
    return {
        (owner, field): refusal(field, required)
        for (owner, field), required in table.items()
        if missing(required.rule, held, permissions) is not None
    }


def denied_types(held: frozenset[str], permissions: frozenset[str] | None = None) -> dict[str, Required]:
    """The types that a token must not read, for fields such as `node`, whose type is known only at run time."""
    return {
        name: required
        for name, required in TYPE_ACCESS.items()
        if missing(required.rule, held, permissions) is not None
    }


def refusal(field: str, required: Required) -> Refusal:
    return Refusal(
        texts.ACCESS_DENIED,
        field=field,
        requiredAccess=required.sentence,
        documentation=texts.ACCESS_SCOPES_PAGE,
    )
