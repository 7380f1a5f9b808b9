"""Which events of the store are which topics of Shopify's."""

# Event kind → WebhookSubscriptionTopic. Shopify has no topic for abandonment: checkouts/update tells the rest.
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
# A repeated telling of the same state is left out on these topics only: a deletion is news each time.
DEBOUNCED = frozenset(topic for topic in DELIVERED if topic.endswith("_UPDATE"))

# What a token needs to subscribe to a noun's topics (Shopify: webhook topics), and which of them tell of people.
_SCOPES = {
    "CARTS": "read_orders",
    "CHECKOUTS": "read_orders",
    "CUSTOMERS": "read_customers",
    "ORDERS": "read_orders",
    "PRODUCTS": "read_products",
}
_OF_PEOPLE = frozenset(("CHECKOUTS", "CUSTOMERS", "ORDERS"))


def scope_of(topic: str) -> str | None:
    """The scope without which nobody may be told of a topic."""
    return _SCOPES.get(_noun(topic))


def has_customer_data(topic: str) -> bool:
    """Whether a topic's payload is protected customer data."""
    return _noun(topic) in _OF_PEOPLE


def _noun(topic: str) -> str:
    return topic.partition("_")[0]


def header_topic(topic: str) -> str:
    """CHECKOUTS_UPDATE → checkouts/update, as X-Shopify-Topic has it; only the last underscore is a slash."""
    noun, _, verb = topic.rpartition("_")
    return f"{noun}/{verb}".lower()
