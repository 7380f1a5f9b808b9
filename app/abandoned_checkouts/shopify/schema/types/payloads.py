"""What mutations answer: the thing that was changed, and what was wrong."""

import strawberry

from abandoned_checkouts.shopify.schema.types.abandonment import Abandonment
from abandoned_checkouts.shopify.schema.types.bulk_operation import BulkOperation
from abandoned_checkouts.shopify.schema.types.saved_search import SavedSearch
from abandoned_checkouts.shopify.schema.types.shop import Shop
from abandoned_checkouts.shopify.schema.types.user_error import (
    AbandonmentEmailStateUpdateUserError,
    AbandonmentUpdateActivitiesDeliveryStatusesUserError,
    BulkOperationUserError,
    CustomerCancelDataErasureUserError,
    CustomerRequestDataErasureUserError,
    UserError,
)
from abandoned_checkouts.shopify.schema.types.webhook_subscription import WebhookSubscription

_ERRORS = "What was wrong; empty where all went well."


@strawberry.type(description="What abandonmentEmailStateUpdate answers.")
class AbandonmentEmailStateUpdatePayload:
    abandonment: Abandonment | None = strawberry.field(description="The abandonment as it is now.")
    user_errors: list[AbandonmentEmailStateUpdateUserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="What abandonmentUpdateActivitiesDeliveryStatuses answers.")
class AbandonmentUpdateActivitiesDeliveryStatusesPayload:
    abandonment: Abandonment | None = strawberry.field(description="The abandonment as it is now.")
    user_errors: list[AbandonmentUpdateActivitiesDeliveryStatusesUserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="What bulkOperationCancel answers.")
class BulkOperationCancelPayload:
    bulk_operation: BulkOperation | None = strawberry.field(description="The operation as it is now.")
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="What bulkOperationRunQuery answers.")
class BulkOperationRunQueryPayload:
    bulk_operation: BulkOperation | None = strawberry.field(description="The operation, which waits for its turn.")
    user_errors: list[BulkOperationUserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="What customerCancelDataErasure answers.")
class CustomerCancelDataErasurePayload:
    customer_id: strawberry.ID | None = strawberry.field(description="Whose data stays.")
    user_errors: list[CustomerCancelDataErasureUserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="What customerRequestDataErasure answers.")
class CustomerRequestDataErasurePayload:
    customer_id: strawberry.ID | None = strawberry.field(description="Whose data is going to be erased.")
    user_errors: list[CustomerRequestDataErasureUserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="What savedSearchCreate answers.")
class SavedSearchCreatePayload:
    saved_search: SavedSearch | None = strawberry.field(description="The search, its query as it was given.")
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="What savedSearchDelete answers.")
class SavedSearchDeletePayload:
    deleted_saved_search_id: strawberry.ID | None = strawberry.field(description="Which search is gone.")
    shop: Shop = strawberry.field(description="The shop that had it.")
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="What savedSearchUpdate answers.")
class SavedSearchUpdatePayload:
    saved_search: SavedSearch | None = strawberry.field(
        description="The search as it is now; where something was wrong, as it would have been."
    )
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="What webhookSubscriptionCreate answers.")
class WebhookSubscriptionCreatePayload:
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)
    webhook_subscription: WebhookSubscription | None = strawberry.field(description="The subscription.")


@strawberry.type(description="What webhookSubscriptionDelete answers.")
class WebhookSubscriptionDeletePayload:
    deleted_webhook_subscription_id: strawberry.ID | None = strawberry.field(description="Which one is gone.")
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="What webhookSubscriptionUpdate answers.")
class WebhookSubscriptionUpdatePayload:
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)
    webhook_subscription: WebhookSubscription | None = strawberry.field(description="The subscription as it is now.")
