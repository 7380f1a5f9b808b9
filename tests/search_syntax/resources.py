"""The fields of the resources whose entries of `extensions.search` were recorded, as far as the entries show them."""

from __future__ import annotations

from search_syntax import Field, FieldSet, Kind

NAMED_ONLY = FieldSet([Field("id", Kind.ID)])
BULK_OPERATIONS = FieldSet(
    [
        Field("created_at", Kind.TIME),
        Field("operation_type", Kind.ENUM, values=("query", "mutation")),
        Field(
            "status",
            Kind.ENUM,
            values=("canceled", "canceling", "completed", "created", "failed", "running"),
        ),
    ]
)
DRAFT_ORDERS = FieldSet([Field("default", Kind.TEXT), Field("tag", Kind.KEYWORD)])
GIFT_CARDS = FieldSet([Field("default", Kind.TEXT), Field("id", Kind.ID)])
INVENTORY_ITEMS = FieldSet([Field("sku", Kind.KEYWORD), Field("updated_at", Kind.TIME)])
FULFILLMENT_ORDERS = FieldSet([Field("id", Kind.ID), Field("updated_at", Kind.TIME)])
METAOBJECTS = FieldSet([Field("id", Kind.ID, positive=True), Field("updated_at", Kind.TIME, indexed=False)])
SELLING_PLAN_GROUPS = FieldSet([Field("default", Kind.TEXT), Field("name", Kind.TEXT)])

# By the last name of the path. Other resources have only named fields, but not those in their entries.
BY_PATH = {
    "bulkOperations": BULK_OPERATIONS,
    "catalog": METAOBJECTS,
    "draftOrders": DRAFT_ORDERS,
    "draftOrdersCount": DRAFT_ORDERS,
    "trackedFalse": INVENTORY_ITEMS,
    "updatedAfterGiftCards": GIFT_CARDS,
    "updatedBefore": INVENTORY_ITEMS,
    "updatedFutureGiftCards": GIFT_CARDS,
    "updatedWindow": FULFILLMENT_ORDERS,
}


def fields_of(path: list[str], query: str) -> FieldSet:
    if path == ["unknownFilter"] and query.startswith("name:"):
        return SELLING_PLAN_GROUPS
    return BY_PATH.get(path[-1], NAMED_ONLY)
