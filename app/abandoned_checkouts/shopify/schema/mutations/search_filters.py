"""The filters that Shopify has for each type of resource, which a saved search can use.

From the `query` arguments in Shopify's reference. For a type that is not in the table every name is accepted.
Metafields are searched as metafields.namespace.key.
"""

from collections.abc import Mapping

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

# Recorded: filters that cannot be combined.
INCOMPATIBLE: Mapping[str, tuple[frozenset[str], ...]] = {"PRODUCT": (frozenset(("collection_id", "tag")),)}

# Recorded: filters that are reserved for Shopify.
RESERVED = frozenset(("reference_location_id",))


def is_filter(resource_type: str, name: str) -> bool:
    known = _FILTERS.get(resource_type)
    return known is None or name in known or name.partition(".")[0] in known & {"metafields"}
