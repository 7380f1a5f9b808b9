"""The names of access scopes: those of Shopify's page "API access scopes", our own, and the form of Wix's.

A token or app with a scope that does not exist would only be noticed when a field is refused, so unknown names are
refused where scopes are given: in commands, in the twin and in OAuth.
"""

import difflib
import re
from collections.abc import Iterable


def _words(text: str) -> list[str]:
    return text.split()


# The nouns of authenticated scopes. Some have only read_ or only write_; both are accepted.
_NOUNS = _words(
    """
    all_cart_transforms all_checkout_completion_target_customizations all_orders analytics analytics_annotations
    app_proxy apps assigned_fulfillment_orders audit_events cart_transforms cash_tracking channels
    checkout_and_accounts_configurations checkout_branding_settings checkouts companies content
    custom_fulfillment_services custom_pixels customer_data_erasure customer_events customer_merge
    customer_payment_methods customers delivery_customizations delivery_option_generators delivery_promises discounts
    discounts_allocator_functions discovery draft_orders files financial_kyc_information fulfillment_constraint_rules
    fulfillments gates gdpr_data_request gift_card_transactions gift_cards inventory inventory_purchase_orders
    inventory_shipments inventory_shipments_received_items inventory_transfers legal_policies locales locations
    marketing_events marketing_integrated_campaigns markets markets_home merchant_managed_fulfillment_orders
    metaobject_definitions metaobjects mobile_platform_applications online_store_navigation online_store_pages
    order_edits order_submission_rules orders own_subscription_contracts packing_slip_templates payment_customizations
    payment_gateways payment_mandate payment_sessions payment_terms pixels price_rules privacy_settings product_feeds
    product_listings products publications purchase_options reports resource_feedbacks returns script_tags server_pixels
    shipping shopify_credit shopify_payments shopify_payments_accounts shopify_payments_bank_accounts
    shopify_payments_dispute_evidences shopify_payments_disputes shopify_payments_payouts
    shopify_payments_provider_accounts_sensitive store_credit_account_transactions store_credit_accounts taxes
    theme_code themes third_party_fulfillment_orders translations users validations
    """
)
_OF_CUSTOMERS = _words(
    """
    companies customers draft_orders markets metaobjects orders own_subscription_contracts quick_sale
    store_credit_account_transactions store_credit_accounts
    """
)
_UNAUTHENTICATED = _words(
    """
    bulk_operations bundles checkouts content customer_tags customers metaobjects product_inventory product_listings
    product_pickup_locations product_tags selling_plans shop_pay_installments_pricing
    """
)

SCOPES = frozenset(
    f"{prefix}{action}_{noun}"
    for prefix, nouns in (("", _NOUNS), ("customer_", _OF_CUSTOMERS), ("unauthenticated_", _UNAUTHENTICATED))
    for action in ("read", "write")
    for noun in nouns
)
_PARTS = re.compile(r"(customer_(?=read|write)|unauthenticated_)?(read|write)_?(.*)")
# Wix has hundreds of scopes, for example SCOPE.DC-STORES.MANAGE-ORDERS; their form is checked.
_WIX = re.compile(r"[A-Za-z][A-Za-z0-9:_-]*[.:][A-Za-z0-9.:_-]+")


def unknown_scope(scopes: Iterable[str]) -> str | None:
    """A sentence about the first name that is not a scope, with the nearest scope; None if all are known."""
    for scope in scopes:
        if scope in SCOPES or _WIX.fullmatch(scope):
            continue
        return f"{scope[:100]!r} is not a scope. Did you mean {nearest_scope(scope)!r}?"
    return None


def nearest_scope(name: str) -> str:
    """The scope with the nearest noun, and the same action; the scope of orders if no noun is near."""
    plain = name.strip().lower()[:100].replace("-", "_").replace(":", "_").replace(" ", "_")
    found = _PARTS.fullmatch(plain)
    prefix, action, noun = found.groups() if found else (None, None, plain)
    nouns = {"customer_": _OF_CUSTOMERS, "unauthenticated_": _UNAUTHENTICATED}.get(prefix or "", _NOUNS)
    near = difflib.get_close_matches(noun, nouns, 1, 0.6) or ["orders" if "orders" in nouns else nouns[0]]
    return f"{prefix or ''}{action or 'read'}_{near[0]}"
