"""The root fields and mutations of GraphQL: the data that each reads or changes."""

from collections.abc import Mapping

from abandoned_checkouts.access.rules import Action, Data

ROOT_FIELDS: Mapping[str, Data] = {
    "abandonedCheckouts": Data.CHECKOUTS,
    "abandonedCheckoutsCount": Data.CHECKOUTS,
    "abandonment": Data.ABANDONMENTS,
    "abandonmentByAbandonedCheckoutId": Data.ABANDONMENTS,
    "app": Data.PUBLIC,
    "appInstallation": Data.PUBLIC,
    # An app sees only its own operations. For `url` and `partialDataUrl`, the rule of bulk files applies.
    "bulkOperation": Data.PUBLIC,
    "bulkOperations": Data.PUBLIC,
    "currentAppInstallation": Data.PUBLIC,
    "currentBulkOperation": Data.PUBLIC,
    "customer": Data.CUSTOMERS,
    "location": Data.LOCATIONS,
    # The rule of the object's type applies.
    "node": Data.PUBLIC,
    "nodes": Data.PUBLIC,
    "order": Data.ORDERS,
    "product": Data.PRODUCTS,
    "productVariant": Data.PRODUCTS,
    "publicApiVersions": Data.PUBLIC,
    "shop": Data.PUBLIC,
    "webhookSubscription": Data.WEBHOOK_SUBSCRIPTIONS,
    "webhookSubscriptions": Data.WEBHOOK_SUBSCRIPTIONS,
    "webhookSubscriptionsCount": Data.WEBHOOK_SUBSCRIPTIONS,
}
MUTATIONS: Mapping[str, Data] = {
    "abandonmentEmailStateUpdate": Data.ABANDONMENTS,
    "abandonmentUpdateActivitiesDeliveryStatuses": Data.MARKETING_ACTIVITIES,
    "bulkOperationCancel": Data.BULK_FILES,
    "bulkOperationRunQuery": Data.BULK_FILES,
    "customerCancelDataErasure": Data.ERASURE,
    "customerRequestDataErasure": Data.ERASURE,
    "savedSearchCreate": Data.SAVED_SEARCHES,
    "savedSearchDelete": Data.SAVED_SEARCHES,
    "savedSearchUpdate": Data.SAVED_SEARCHES,
    "webhookSubscriptionCreate": Data.WEBHOOK_SUBSCRIPTIONS,
    "webhookSubscriptionDelete": Data.WEBHOOK_SUBSCRIPTIONS,
    "webhookSubscriptionUpdate": Data.WEBHOOK_SUBSCRIPTIONS,
}


def operations() -> list[tuple[str, str, Data, Action]]:
    """Each root field and mutation: the kind of operation, its name, data and action."""
    queries = [("query", name, data, Action.READ) for name, data in ROOT_FIELDS.items()]
    return queries + [("mutation", name, data, Action.WRITE) for name, data in MUTATIONS.items()]
