"""The mutation root."""

from typing import Annotated

import strawberry

from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.shopify.schema.mutations import abandonment, bulk_operation, customer_erasure, saved_search
from abandoned_checkouts.shopify.schema.mutations import webhook_subscription as subscribe
from abandoned_checkouts.shopify.schema.resolving.fields import computed
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.shopify.schema.resolving.root_fields import typed_gid
from abandoned_checkouts.shopify.schema.roots.app_lists import Id
from abandoned_checkouts.shopify.schema.types import payloads, user_error
from abandoned_checkouts.shopify.schema.types.abandonment import Abandonment
from abandoned_checkouts.shopify.schema.types.abandonment_enums import AbandonmentDeliveryState, AbandonmentEmailState
from abandoned_checkouts.shopify.schema.types.bulk_operation import BulkOperation
from abandoned_checkouts.shopify.schema.types.enums import word
from abandoned_checkouts.shopify.schema.types.inputs import (
    SavedSearchCreateInput,
    SavedSearchDeleteInput,
    SavedSearchUpdateInput,
    WebhookSubscriptionInput,
    webhook_columns,
)
from abandoned_checkouts.shopify.schema.types.saved_search import SavedSearch, SentQuery
from abandoned_checkouts.shopify.schema.types.scalars import DateTime
from abandoned_checkouts.shopify.schema.types.shop import shop_of
from abandoned_checkouts.shopify.schema.types.webhook_subscription import WebhookSubscription
from abandoned_checkouts.shopify.schema.types.webhook_topics import WebhookSubscriptionTopic
from abandoned_checkouts.shopify.values.app_namespace import resolved_search
from abandoned_checkouts.shopify.values.storable import storable
from abandoned_checkouts.store.engine.rows import Row

SentAt = Annotated[DateTime | None, strawberry.argument(description="When it was sent; by default the current time.")]
Reason = Annotated[str | None, strawberry.argument(description="The reason.")]
AbandonmentId = Annotated[strawberry.ID, strawberry.argument(description="The global id of the abandonment.")]
ActivityId = Annotated[strawberry.ID, strawberry.argument(description="The global id of the marketing activity.")]
CustomerId = Annotated[strawberry.ID, strawberry.argument(description="The global id of the customer.")]
MailState = Annotated[AbandonmentEmailState, strawberry.argument(description="The state of the e-mail.")]
DeliveryStatus = Annotated[
    AbandonmentDeliveryState, strawberry.argument(description="The delivery state of the message.")
]
Grouped = Annotated[
    bool, strawberry.argument(description="Whether nested objects must follow their parent in the result.")
]
BulkQuery = Annotated[str, strawberry.argument(description="The query. It must contain a connection.")]
Topic = Annotated[WebhookSubscriptionTopic, strawberry.argument(description="The topic of the events.")]
NewSubscription = Annotated[
    WebhookSubscriptionInput, strawberry.argument(description="The settings of the subscription.")
]
NewSearch = Annotated[SavedSearchCreateInput, strawberry.argument(description="The saved search to create.")]
OldSearch = Annotated[SavedSearchDeleteInput, strawberry.argument(description="The saved search to delete.")]
SearchChange = Annotated[SavedSearchUpdateInput, strawberry.argument(description="The changes to the saved search.")]


@strawberry.type(description="The root of all mutations.")
class Mutation:
    @computed(
        description="Report the state of an abandonment e-mail.",
        deprecated="Use `abandonmentUpdateActivitiesDeliveryStatuses`.",
    )
    async def abandonment_email_state_update(
        self,
        info: strawberry.Info,
        email_state: MailState,
        id: AbandonmentId,
        email_sent_at: SentAt = strawberry.UNSET,
        email_state_change_reason: Reason = strawberry.UNSET,
    ) -> payloads.AbandonmentEmailStateUpdatePayload | None:
        request: Request = info.context
        number = typed_gid(id, "Abandonment").number
        errors = await abandonment.update_email_state(
            request, number, word(email_state), _moment(email_sent_at), storable(email_state_change_reason or None)
        )
        return payloads.AbandonmentEmailStateUpdatePayload(
            abandonment=None if errors else await _abandonment(request, number),
            user_errors=user_error.coded_errors(user_error.AbandonmentEmailStateUpdateUserError, errors),
        )

    @computed(description="Report the delivery state of a marketing activity's message about an abandonment.")
    async def abandonment_update_activities_delivery_statuses(
        self,
        info: strawberry.Info,
        abandonment_id: AbandonmentId,
        delivery_status: DeliveryStatus,
        marketing_activity_id: ActivityId,
        delivered_at: SentAt = strawberry.UNSET,
        delivery_status_change_reason: Reason = strawberry.UNSET,
    ) -> payloads.AbandonmentUpdateActivitiesDeliveryStatusesPayload | None:
        request: Request = info.context
        number = typed_gid(abandonment_id, "Abandonment").number
        errors = await abandonment.update_delivery_status(
            request,
            number,
            typed_gid(marketing_activity_id, "MarketingActivity").number,
            word(delivery_status),
            _moment(delivered_at),
            storable(delivery_status_change_reason or None),
        )
        kind = user_error.AbandonmentUpdateActivitiesDeliveryStatusesUserError
        return payloads.AbandonmentUpdateActivitiesDeliveryStatusesPayload(
            abandonment=None if errors else await _abandonment(request, number),
            user_errors=user_error.coded_errors(kind, errors),
        )

    @computed(description="Cancel a bulk operation.")
    async def bulk_operation_cancel(self, info: strawberry.Info, id: Id) -> payloads.BulkOperationCancelPayload | None:
        row, errors = await bulk_operation.cancel(info.context, typed_gid(id, "BulkOperation").number)
        return payloads.BulkOperationCancelPayload(
            bulk_operation=None if row is None else BulkOperation(row=row), user_errors=user_error.user_errors(errors)
        )

    @computed(description="Run a query over the whole shop, in the background.")
    async def bulk_operation_run_query(
        self, info: strawberry.Info, query: BulkQuery, group_objects: Grouped = False
    ) -> payloads.BulkOperationRunQueryPayload | None:
        row, errors = await bulk_operation.run_query(
            info.context, info._raw_info.schema, storable(query), group_objects
        )
        return payloads.BulkOperationRunQueryPayload(
            bulk_operation=None if row is None else BulkOperation(row=row),
            user_errors=user_error.coded_errors(user_error.BulkOperationUserError, errors),
        )

    @computed(description="Cancel the erasure of a customer's data.")
    async def customer_cancel_data_erasure(
        self, info: strawberry.Info, customer_id: CustomerId
    ) -> payloads.CustomerCancelDataErasurePayload | None:
        errors = await customer_erasure.cancel(info.context, typed_gid(customer_id, "Customer").number)
        return payloads.CustomerCancelDataErasurePayload(
            customer_id=None if errors else customer_id,
            user_errors=user_error.coded_errors(user_error.CustomerCancelDataErasureUserError, errors),
        )

    @computed(description="Request the erasure of a customer's data.")
    async def customer_request_data_erasure(
        self, info: strawberry.Info, customer_id: CustomerId
    ) -> payloads.CustomerRequestDataErasurePayload | None:
        errors = await customer_erasure.create(info.context, typed_gid(customer_id, "Customer").number)
        return payloads.CustomerRequestDataErasurePayload(
            customer_id=None if errors else customer_id,
            user_errors=user_error.coded_errors(user_error.CustomerRequestDataErasureUserError, errors),
        )

    @computed(description="Create a saved search.")
    async def saved_search_create(
        self, info: strawberry.Info, input: NewSearch
    ) -> payloads.SavedSearchCreatePayload | None:
        request: Request = info.context
        name, query = storable(input.name), resolved_search(storable(input.query), request.access.app_id)
        row, errors = await saved_search.create(request, word(input.resource_type), name, query)
        return payloads.SavedSearchCreatePayload(
            saved_search=_echo(row, query), user_errors=user_error.user_errors(errors)
        )

    @computed(description="Delete a saved search.")
    async def saved_search_delete(
        self, info: strawberry.Info, input: OldSearch
    ) -> payloads.SavedSearchDeletePayload | None:
        request: Request = info.context
        errors = await saved_search.remove(request, typed_gid(input.id, "SavedSearch").number)
        return payloads.SavedSearchDeletePayload(
            deleted_saved_search_id=None if errors else input.id,
            shop=shop_of(request.shop),
            user_errors=user_error.user_errors(errors),
        )

    @computed(description="Change a saved search.")
    async def saved_search_update(
        self, info: strawberry.Info, input: SearchChange
    ) -> payloads.SavedSearchUpdatePayload | None:
        number = typed_gid(input.id, "SavedSearch").number
        name, query = (None if value is strawberry.UNSET else storable(value) for value in (input.name, input.query))
        request: Request = info.context
        query = None if query is None else resolved_search(query, request.access.app_id)
        row, errors = await saved_search.change(request, number, name, query)
        return payloads.SavedSearchUpdatePayload(
            saved_search=_echo(row, query), user_errors=user_error.user_errors(errors)
        )

    @computed(description="Create a webhook subscription.")
    async def webhook_subscription_create(
        self, info: strawberry.Info, topic: Topic, webhook_subscription: NewSubscription
    ) -> payloads.WebhookSubscriptionCreatePayload | None:
        request: Request = info.context
        columns = storable(webhook_columns(webhook_subscription, request.access.app_id))
        row, errors = await subscribe.create(request, word(topic), columns)
        return payloads.WebhookSubscriptionCreatePayload(
            user_errors=user_error.user_errors(errors), webhook_subscription=_subscription(row)
        )

    @computed(description="Delete a webhook subscription.")
    async def webhook_subscription_delete(
        self, info: strawberry.Info, id: Id
    ) -> payloads.WebhookSubscriptionDeletePayload | None:
        errors = await subscribe.remove(info.context, typed_gid(id, "WebhookSubscription").number)
        return payloads.WebhookSubscriptionDeletePayload(
            deleted_webhook_subscription_id=None if errors else id, user_errors=user_error.user_errors(errors)
        )

    @computed(description="Change a webhook subscription.")
    async def webhook_subscription_update(
        self, info: strawberry.Info, id: Id, webhook_subscription: NewSubscription
    ) -> payloads.WebhookSubscriptionUpdatePayload | None:
        request: Request = info.context
        columns = storable(webhook_columns(webhook_subscription, request.access.app_id))
        row, errors = await subscribe.change(request, typed_gid(id, "WebhookSubscription").number, columns)
        return payloads.WebhookSubscriptionUpdatePayload(
            user_errors=user_error.user_errors(errors), webhook_subscription=_subscription(row)
        )


def _moment(text: str | None) -> int | None:
    return parse_moment(text.strip()) if isinstance(text, str) else None


async def _abandonment(request: Request, number: int | None) -> Abandonment | None:
    row = None if number is None else await request.row("abandonments", "id", number)
    return None if row is None else Abandonment(row=row)


def _echo(row: Row | None, sent: str | None) -> SavedSearch | None:
    """The saved search with its query as it was sent (recorded)."""
    if row is None or row["query"] != sent:
        return None if row is None else SavedSearch(row=row)
    return SavedSearch(row={**row, "query": SentQuery(sent)})


def _subscription(row: Row | None) -> WebhookSubscription | None:
    return None if row is None else WebhookSubscription(row=row)
