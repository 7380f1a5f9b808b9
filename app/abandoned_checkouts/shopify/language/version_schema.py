"""The schema of each version: a copy of the full schema without the elements that the version does not have yet.

The table has the first version of each element. Types are copied with their resolvers, extensions and type resolution,
so that all versions run the same code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeVar, cast

from graphql import (
    GraphQLArgument,
    GraphQLDirective,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLTypeResolver,
    GraphQLUnionType,
    is_introspection_type,
    is_list_type,
    is_non_null_type,
    is_specified_scalar_type,
)

from abandoned_checkouts.shopify.language.system_types import duplicate_type, publish_system_types
from abandoned_checkouts.shopify.language.versions import UNSTABLE, Version

__all__ = ["SINCE", "schema_for"]

# Type, or Type.field, Type.inputField, Type.ENUM_VALUE → the first version that has it. Source: the differences between
# the schemas that Shopify publishes.
SINCE: Mapping[str, str] = {
    "WebhookSubscription.name": "2026-04",
    "WebhookSubscriptionInput.name": "2026-04",
    "WebhookSubscriptionTopic.FULFILLMENT_ORDERS_MANUALLY_REPORTED_PROGRESS_STOPPED": "2026-04",
    "WebhookSubscriptionTopic.FULFILLMENT_ORDERS_PROGRESS_REPORTED": "2026-04",
    "CustomerMarketingConsent": "2026-07",
    "CustomerMarketingConsentState": "2026-07",
    "CustomerPhoneNumber.whatsAppMarketingConsent": "2026-07",
    "CustomerWhatsAppMarketingConsent": "2026-07",
    "Metafield.sizeInBytes": "2026-07",
    "MetafieldOwnerType.TRANSFER": "2026-07",
    "Order.cartToken": "2026-07",
    "Order.checkoutToken": "2026-07",
    "ShopFeatures.buyerExperienceDepositEnabled": "2026-07",
    "ShopFeatures.directConnectionCatalogAssignmentEnabled": "2026-07",
    "ShopFeatures.marketDrivenShipping": "2026-07",
    "ShopFeatures.subCountryMarketsEnabled": "2026-07",
    "WebhookSubscriptionTopic.CUSTOMERS_WHATS_APP_MARKETING_CONSENT_UPDATE": "2026-07",
    "WebhookSubscriptionTopic.INVENTORY_TRANSFERS_UPDATED": "2026-07",
    "CustomerPhoneNumber.smsMarketingConsent": "2026-10",
    "CustomerSmsMarketingConsent": "2026-10",
    "OrderDisplayFulfillmentStatus.FULFILLMENT_NOT_REQUIRED": "2026-10",
    # No stable version has these. "unstable" sorts after every stable version.
    "WebhookSubscriptionTopic.CHECKOUTS_PAID": UNSTABLE,
    "WebhookSubscriptionTopic.PRODUCT_OPERATIONS_FINISH": UNSTABLE,
    "WebhookSubscriptionTopic.VARIANTS_DELETE": UNSTABLE,
    "WebhookSubscriptionTopic.VARIANT_PUBLICATIONS_CREATE": UNSTABLE,
    "WebhookSubscriptionTopic.VARIANT_PUBLICATIONS_DELETE": UNSTABLE,
}


def schema_for(handle: str, full: GraphQLSchema) -> GraphQLSchema:
    """The schema of the version `handle`: the full schema if the version has all elements. Cached."""
    absent = frozenset() if handle == UNSTABLE else _absent(handle)
    return _without(full, absent) if absent else full


def _absent(handle: str) -> frozenset[str]:
    version = Version.parse(handle)
    if version is None:
        raise ValueError(f"not a version: {handle}")
    return frozenset(name for name, since in SINCE.items() if handle < since)


@lru_cache(maxsize=16)
def _without(full: GraphQLSchema, absent: frozenset[str]) -> GraphQLSchema:
    return _Cut(full, absent).schema()


_Type = TypeVar("_Type", bound=GraphQLNamedType)
_Element = TypeVar("_Element")


class _Cut:
    """A copy of a schema without some of its elements.

    Types are copied attribute by attribute, because Strawberry's types have classes of their own. Then every reference
    to a type is replaced by one to its copy.
    """

    def __init__(self, full: GraphQLSchema, absent: frozenset[str]) -> None:
        self._full = full
        self._absent = absent
        self._types = {
            name: type_ if is_introspection_type(type_) or is_specified_scalar_type(type_) else duplicate_type(type_)
            for name, type_ in full.type_map.items()
            if name not in absent
        }

    def schema(self) -> GraphQLSchema:
        for name, type_ in self._types.items():
            if type_ is not self._full.type_map[name]:
                self._connect(type_)
        full = self._full
        cut = GraphQLSchema(
            query=self._root(full.query_type),
            mutation=self._root(full.mutation_type),
            subscription=self._root(full.subscription_type),
            types=tuple(type_ for type_ in self._types.values() if not is_introspection_type(type_)),
            directives=[self._directive(directive) for directive in full.directives],
            description=full.description,
            extensions=full.extensions,
            assume_valid=True,
        )
        # Strawberry stores its schema as an attribute of graphql-core's, where resolvers find it.
        for name, value in vars(full).items():
            vars(cut).setdefault(name, value)
        return publish_system_types(cut)

    def _directive(self, directive: GraphQLDirective) -> GraphQLDirective:
        config: dict[str, Any] = {**directive.to_kwargs(), "args": self._arguments(directive.name, directive.args)}
        return GraphQLDirective(**config)

    def _connect(self, type_: GraphQLNamedType) -> None:
        # These are cached properties of graphql-core. Assigning to them replaces the cached value.
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            type_.interfaces = self._copies(type_.interfaces)
            type_.fields = {
                name: GraphQLField(
                    **{
                        **field.to_kwargs(),
                        "type_": self._reference(field.type),
                        "args": self._arguments(f"{type_.name}.{name}", field.args),
                    }
                )
                for name, field in self._kept(type_.name, type_.fields).items()
            }
        elif isinstance(type_, GraphQLUnionType):
            type_.types = self._copies(type_.types)
            type_.resolve_type = _resolving_as(cast(GraphQLUnionType, self._full.type_map[type_.name]))
        elif isinstance(type_, GraphQLInputObjectType):
            type_.fields = {
                name: GraphQLInputField(**{**field.to_kwargs(), "type_": self._reference(field.type)})
                for name, field in self._kept(type_.name, type_.fields).items()
            }
        elif isinstance(type_, GraphQLEnumType):
            type_.values = self._kept(type_.name, type_.values)
            vars(type_).pop("_value_lookup", None)

    def _arguments(self, owner: str, arguments: Mapping[str, GraphQLArgument]) -> dict[str, GraphQLArgument]:
        return {
            name: GraphQLArgument(**{**argument.to_kwargs(), "type_": self._reference(argument.type)})
            for name, argument in self._kept(owner, arguments).items()
        }

    def _kept(self, owner: str, elements: Mapping[str, _Element]) -> dict[str, _Element]:
        return {name: element for name, element in elements.items() if f"{owner}.{name}" not in self._absent}

    def _copies(self, types: Iterable[_Type]) -> tuple[_Type, ...]:
        return tuple(cast(_Type, self._types[type_.name]) for type_ in types if type_.name in self._types)

    def _root(self, type_: GraphQLObjectType | None) -> GraphQLObjectType | None:
        return cast(GraphQLObjectType, self._types[type_.name]) if type_ else None

    def _reference(self, type_: Any) -> Any:
        if is_list_type(type_):
            return GraphQLList(self._reference(type_.of_type))
        if is_non_null_type(type_):
            return GraphQLNonNull(self._reference(type_.of_type))
        return self._types[type_.name]


def _resolving_as(full: GraphQLUnionType) -> GraphQLTypeResolver | None:
    """Strawberry identifies the types of a union by identity, so the union of the full schema resolves them."""
    resolve = full.resolve_type
    return None if resolve is None else lambda value, info, _: resolve(value, info, full)
