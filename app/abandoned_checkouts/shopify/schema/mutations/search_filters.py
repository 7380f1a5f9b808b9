"""The filters that Shopify has for each type of resource, which a saved search can use.

From the `query` arguments in Shopify's reference. For a type that is not in the table every name is accepted.
Metafields are searched as metafields.namespace.key.
"""

from collections.abc import Collection, Mapping

_TIMES = "created_at updated_at"

_FILTERS: Mapping[str, frozenset[str]] = {
    kind: frozenset(names.split())
    for kind, names in {
        "COLLECTION": f"collection_type handle id product_id product_publication_status publishable_status "
        f"published_at published_status title {_TIMES}",
        "DRAFT_ORDER": f"created_at customer_id id source status tag {_TIMES}",
        "FILE": f"filename id ids media_type original_upload_size product_id status used_in {_TIMES}",
        "ORDER": f"cart_token channel channel_id chargeback_status checkout_token confirmation_number created_at "
        f"credit_card_last4 current_total_price customer_id delivery_method discount_code earliest_fulfill_by email "
        f"financial_status fraud_protection_level fulfillment_location_id fulfillment_status gateway id location_id "
        f"metafields name payment_id payment_provider_id po_number processed_at return_status risk_level "
        f"sales_channel sku source_identifier source_name status subtotal_line_items_quantity tag tag_not test "
        f"total_weight {_TIMES}",
        "PAGE": f"handle id published_at published_status title {_TIMES}",
        "PRODUCT": f"barcode bundles category_id collection_id combined_listing_role delivery_profile_id "
        f"error_feedback gift_card handle has_only_composites has_only_default_variant has_variant_with_components "
        f"id inventory_total is_price_reduced metafields out_of_stock_somewhere price "
        f"product_configuration_owner product_publication_status product_type publication_ids publishable_status "
        f"published_at published_status sku status tag tag_not title variant_id variant_title vendor {_TIMES}",
        "URL_REDIRECT": f"id path target {_TIMES}",
    }.items()
}

# Recorded: a filter, and those that cannot be combined with it, in the order of the message.
_INCOMPATIBLE: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "PRODUCT": ("collection_id", ("tag", "published_status", "error_feedback")),
}

# Recorded: filters that are reserved for Shopify.
RESERVED = frozenset(("reference_location_id",))


# Names of Shopify's own searches, which no other search can have (recorded; price rules are from the same source).
_RESERVED_NAMES: Mapping[str, str] = {
    "COLLECTION": "all collections",
    "DISCOUNT_REDEEM_CODE": "all codes",
    "DRAFT_ORDER": "all drafts",
    "FILE": "all files",
    "ORDER": "all",
    "PRICE_RULE": "all price rules",
    "PRODUCT": "all products",
}


def is_reserved_name(resource_type: str, name: str) -> bool:
    """In any case; spaces around a name make it another name (recorded)."""
    return _RESERVED_NAMES.get(resource_type) == name.lower()


def incompatible_filters(resource_type: str, filters: Collection[str]) -> list[str]:
    """All filters of a search that cannot be combined; empty if it has none."""
    main, others = _INCOMPATIBLE.get(resource_type, ("", ()))
    found = [name for name in others if name in filters]
    return [main, *found] if found and main in filters else []


def is_filter(resource_type: str, name: str) -> bool:
    known = _FILTERS.get(resource_type)
    return known is None or name in known or name.partition(".")[0] in known & {"metafields"}
