"""Access scopes: which fields need which, and what a token without them is answered.

One table says what types and fields require; every field that returns such a type requires the same. Each operation
is checked once, when it is read; what a token may not read is then refused field by field. (Shopify: access scopes.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from graphql import (
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
)

from abandoned_checkouts.shopify.language.errors import texts
from abandoned_checkouts.shopify.language.errors.execution import Refusal

__all__ = [
    "FIELD_ACCESS",
    "PART_OF",
    "TYPE_ACCESS",
    "Coordinate",
    "Required",
    "denied_types",
    "granted",
    "refusal",
    "required_by_field",
    "scope_refusals",
]

# (type name, field name)
Coordinate: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Required:
    """A scope, and the sentence that names it in an error (`requiredAccess`)."""

    scope: str
    sentence: str

    @classmethod
    def of(cls, scope: str, also: str = "") -> Required:
        return cls(scope, f"`{scope}` access scope.{also and f' Also: {also}'}")


_CHECKOUTS = Required.of(
    "read_orders",
    "The user must have manage_abandoned_checkouts permission. When called by Shopify POS, the user must have the "
    "view_abandoned_checkouts retail permission.",
)

# What it takes to read an object of a type, through whichever field.
TYPE_ACCESS: Mapping[str, Required] = {
    "AbandonedCheckout": _CHECKOUTS,
    "Abandonment": Required.of("read_orders"),
    "Customer": Required.of("read_customers"),
    "Order": Required.of("read_orders"),
    "Product": Required.of("read_products"),
    "ProductVariant": Required.of("read_products"),
}

# What single fields take, where their type does not say it.
FIELD_ACCESS: Mapping[Coordinate, Required] = {
    ("QueryRoot", "abandonedCheckoutsCount"): _CHECKOUTS,
    ("Mutation", "abandonmentEmailStateUpdate"): Required.of("write_orders"),
    ("Mutation", "abandonmentUpdateActivitiesDeliveryStatuses"): Required.of("write_marketing_events"),
    ("Mutation", "customerCancelDataErasure"): Required.of("write_customer_data_erasure"),
    ("Mutation", "customerRequestDataErasure"): Required.of("write_customer_data_erasure"),
}

# Objects that have an id of their own but are part of another: whoever may not read the whole may not find the part.
PART_OF: Mapping[str, str] = {"AbandonedCheckoutLineItem": "AbandonedCheckout", "ProductOption": "Product"}

_CONNECTION = "Connection"


def granted(scopes: Iterable[str]) -> frozenset[str]:
    """A token's scopes and what they imply: whoever may write a resource may read it."""
    held = set(scopes)
    held |= {f"read_{scope.removeprefix('write_')}" for scope in held if scope.startswith("write_")}
    return frozenset(held)


def required_by_field(schema: GraphQLSchema) -> dict[Coordinate, Required]:
    """The whole table, field by field, for a schema."""
    table: dict[Coordinate, Required] = {}
    for type_ in schema.type_map.values():
        # Pages are guarded by the field that returns the page; the objects inside it need not be asked again.
        if not isinstance(type_, GraphQLObjectType) or type_.name.endswith((_CONNECTION, "Edge")):
            continue
        for name, field in type_.fields.items():
            required = FIELD_ACCESS.get((type_.name, name)) or _by_type(get_named_type(field.type))
            if required is not None and not type_.name.endswith("Payload"):
                table[type_.name, name] = required
    return table


def _by_type(type_: GraphQLNamedType) -> Required | None:
    return TYPE_ACCESS.get(type_.name.removesuffix(_CONNECTION))


def scope_refusals(table: Mapping[Coordinate, Required], held: frozenset[str]) -> dict[Coordinate, Refusal]:
    """The fields that a token holding the scopes `held` (see `granted`) may not read, with the answer each gives."""
    return {
        (owner, field): refusal(field, required)
        for (owner, field), required in table.items()
        if required.scope not in held
    }


def denied_types(held: frozenset[str]) -> dict[str, Required]:
    """The types that may not be read at all, for fields like `node` that find out what they return."""
    return {name: required for name, required in TYPE_ACCESS.items() if required.scope not in held}


def refusal(field: str, required: Required) -> Refusal:
    return Refusal(
        texts.ACCESS_DENIED,
        field=field,
        requiredAccess=required.sentence,
        documentation=texts.ACCESS_SCOPES_PAGE,
    )
