"""Shopify's webhook topics for the events of the store."""

# Event kind → WebhookSubscriptionTopic. Shopify has no topic for abandonment.
TOPICS = {
    "checkout_created": "CHECKOUTS_CREATE",
    "checkout_updated": "CHECKOUTS_UPDATE",
    "checkout_completed": "CHECKOUTS_UPDATE",
    "checkout_recovered": "CHECKOUTS_UPDATE",
    "checkout_closed": "CHECKOUTS_UPDATE",
    "checkout_deleted": "CHECKOUTS_DELETE",
    "cart_created": "CARTS_CREATE",
    "cart_updated": "CARTS_UPDATE",
    "customer_created": "CUSTOMERS_CREATE",
    "customer_updated": "CUSTOMERS_UPDATE",
    "customer_deleted": "CUSTOMERS_DELETE",
    "customer_disabled": "CUSTOMERS_DISABLE",
    "customer_enabled": "CUSTOMERS_ENABLE",
    "customer_email_marketing_consent_updated": "CUSTOMERS_EMAIL_MARKETING_CONSENT_UPDATE",
    "customer_marketing_consent_updated": "CUSTOMERS_MARKETING_CONSENT_UPDATE",
    "bulk_operation_finished": "BULK_OPERATIONS_FINISH",
}

DELIVERED = frozenset(TOPICS.values())
# An event whose payload equals the last one is not sent on these topics. On other topics, every event is sent.
DEBOUNCED = frozenset(topic for topic in DELIVERED if topic.endswith("_UPDATE"))

# The scopes that subscribing to a noun's topics requires (Shopify: webhook topics).
_SCOPES = {
    "CARTS": "read_orders",
    "CHECKOUTS": "read_orders",
    "CUSTOMERS": "read_customers",
    "ORDERS": "read_orders",
    "PRODUCTS": "read_products",
}
# The nouns whose topics have the payloads of REST resources, which have an XML form. Recorded: PRODUCTS and SHOP have
# one, RETURNS has none. The other nouns are those with a REST resource.
_WITH_XML = frozenset(
    (
        "APP_UNINSTALLED",
        "CARTS",
        "CHECKOUTS",
        "COLLECTIONS",
        "COLLECTION_LISTINGS",
        "CUSTOMERS",
        "CUSTOMER_GROUPS",
        "DISPUTES",
        "DOMAINS",
        "DRAFT_ORDERS",
        "FULFILLMENTS",
        "FULFILLMENT_EVENTS",
        "INVENTORY_ITEMS",
        "INVENTORY_LEVELS",
        "LOCALES",
        "LOCATIONS",
        "ORDERS",
        "ORDER_TRANSACTIONS",
        "PRODUCTS",
        "PRODUCT_LISTINGS",
        "REFUNDS",
        "SHOP",
        "TENDER_TRANSACTIONS",
        "THEMES",
        "VARIANTS",
    )
)
_WITH_CUSTOMER_DATA = frozenset(("CHECKOUTS", "CUSTOMERS", "ORDERS"))


def scope_of(topic: str) -> str | None:
    """The scope that subscribing to a topic requires, or None."""
    return _SCOPES.get(_noun(topic))


def has_customer_data(topic: str) -> bool:
    """Whether a topic's payload is protected customer data."""
    return _noun(topic) in _WITH_CUSTOMER_DATA


def has_xml(topic: str) -> bool:
    """Whether a subscription to the topic can have the format XML."""
    return any(topic == noun or topic.startswith(f"{noun}_") for noun in _WITH_XML)


def _noun(topic: str) -> str:
    return topic.partition("_")[0]


def header_topic(topic: str) -> str:
    """CHECKOUTS_UPDATE → checkouts/update, the value of X-Shopify-Topic. Only the last underscore becomes a slash."""
    noun, _, verb = topic.rpartition("_")
    return f"{noun}/{verb}".lower()
