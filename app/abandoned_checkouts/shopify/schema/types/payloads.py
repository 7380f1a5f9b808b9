"""The results of mutations: the changed object and the user errors."""

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

_ERRORS = "The errors of the input; empty if there are none."


@strawberry.type(description="The result of `abandonmentEmailStateUpdate`.")
class AbandonmentEmailStateUpdatePayload:
    abandonment: Abandonment | None = strawberry.field(description="The updated abandonment.")
    user_errors: list[AbandonmentEmailStateUpdateUserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="The result of `abandonmentUpdateActivitiesDeliveryStatuses`.")
class AbandonmentUpdateActivitiesDeliveryStatusesPayload:
    abandonment: Abandonment | None = strawberry.field(description="The updated abandonment.")
    user_errors: list[AbandonmentUpdateActivitiesDeliveryStatusesUserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="The result of `bulkOperationCancel`.")
class BulkOperationCancelPayload:
    bulk_operation: BulkOperation | None = strawberry.field(description="The canceled operation.")
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="The result of `bulkOperationRunQuery`.")
class BulkOperationRunQueryPayload:
    bulk_operation: BulkOperation | None = strawberry.field(description="The created operation.")
    user_errors: list[BulkOperationUserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="The result of `customerCancelDataErasure`.")
class CustomerCancelDataErasurePayload:
    customer_id: strawberry.ID | None = strawberry.field(description="The id of the customer whose data is not erased.")
    user_errors: list[CustomerCancelDataErasureUserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="The result of `customerRequestDataErasure`.")
class CustomerRequestDataErasurePayload:
    customer_id: strawberry.ID | None = strawberry.field(
        description="The id of the customer whose data will be erased."
    )
    user_errors: list[CustomerRequestDataErasureUserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="The result of `savedSearchCreate`.")
class SavedSearchCreatePayload:
    saved_search: SavedSearch | None = strawberry.field(
        description="The created saved search, with the query as it was sent."
    )
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="The result of `savedSearchDelete`.")
class SavedSearchDeletePayload:
    deleted_saved_search_id: strawberry.ID | None = strawberry.field(description="The id of the deleted saved search.")
    shop: Shop = strawberry.field(description="The shop of the saved search.")
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="The result of `savedSearchUpdate`.")
class SavedSearchUpdatePayload:
    saved_search: SavedSearch | None = strawberry.field(
        description="The updated saved search; if there are errors, as it would have been."
    )
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="The result of `webhookSubscriptionCreate`.")
class WebhookSubscriptionCreatePayload:
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)
    webhook_subscription: WebhookSubscription | None = strawberry.field(description="The created subscription.")


@strawberry.type(description="The result of `webhookSubscriptionDelete`.")
class WebhookSubscriptionDeletePayload:
    deleted_webhook_subscription_id: strawberry.ID | None = strawberry.field(
        description="The id of the deleted subscription."
    )
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="The result of `webhookSubscriptionUpdate`.")
class WebhookSubscriptionUpdatePayload:
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)
    webhook_subscription: WebhookSubscription | None = strawberry.field(description="The updated subscription.")
