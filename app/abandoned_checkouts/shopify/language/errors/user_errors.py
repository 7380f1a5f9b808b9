"""The user errors of all mutations: for each, the message, the path of the input field and the code.

They are recorded from Shopify, except rows marked *unrecorded*.
"""

from dataclasses import dataclass
from typing import NamedTuple

from abandoned_checkouts.shopify.language.errors.texts import PROTECTED_DATA_PAGE


@dataclass(frozen=True, slots=True)
class MutationError:
    """One user error. `field` is the path within the mutation's arguments, None for the input as a whole."""

    field: tuple[str, ...] | None
    message: str
    code: str | None = None


class ProblemText(NamedTuple):
    message: str
    field: tuple[str, ...] | None
    code: str | None = None

    def error(self, **values: object) -> MutationError:
        return MutationError(self.field, self.message.format(**values), self.code)


# -- abandonments: the message is the code in lower case -------------------------------------------------------
ABANDONMENT_NOT_FOUND = ProblemText("abandonment_not_found", ("abandonmentId",), "ABANDONMENT_NOT_FOUND")
EMAIL_ABANDONMENT_NOT_FOUND = ProblemText("abandonment_not_found", ("id",), "ABANDONMENT_NOT_FOUND")  # unrecorded
MARKETING_ACTIVITY_NOT_FOUND = ProblemText(
    "marketing_activity_not_found", ("marketingActivityId",), "MARKETING_ACTIVITY_NOT_FOUND"
)  # unrecorded
DELIVERY_STATUS_INFO_NOT_FOUND = ProblemText(
    "delivery_status_info_not_found", ("deliveryStatus",), "DELIVERY_STATUS_INFO_NOT_FOUND"
)  # unrecorded

# -- saved searches --------------------------------------------------------------------------------------------
SAVED_SEARCH_UNKNOWN = ProblemText("Saved Search does not exist", ("input", "id"))
NAME_BLANK = ProblemText("Name can't be blank", ("input", "name"))
NAME_TOO_LONG = ProblemText("Name is too long (maximum is 40 characters)", ("input", "name"))
NAME_TAKEN = ProblemText("Name has already been taken", ("input", "name"))
FILTER_UNKNOWN = ProblemText("Query is invalid, '{name}' is not a valid filter", ("input", "query"))
QUERY_TOO_LONG = ProblemText("Query is too long (maximum is 8192 bytes)", ("input", "query"))  # unrecorded
FILTERS_INCOMPATIBLE = ProblemText("Query has incompatible filters: {names}", ("input", "query"))
FILTER_RESERVED = ProblemText("Search terms is invalid, '{name}' is a reserved filter name", ("input", "query"))
FILTER_RESERVED_IN_UPDATE = ProblemText(FILTER_RESERVED.message, ("input", "searchTerms"))
CUSTOMER_SEARCHES_GONE = ProblemText(
    "Customer saved searches have been deprecated. Use Segmentation API instead.", None
)

# -- webhook subscriptions ---------------------------------------------------------------------------------------
_ADDRESS = ("webhookSubscription", "callbackUrl")
_WEBHOOK_NAME = ("webhookSubscription", "name")
ADDRESS_BLANK = ProblemText("Address can't be blank", _ADDRESS)
ADDRESS_INVALID = ProblemText("Address is invalid", _ADDRESS)
ADDRESS_PROTOCOL = ProblemText("Address protocol {protocol}:// is not supported", _ADDRESS)
ADDRESS_INTERNAL = ProblemText("Address cannot be a Shopify or an internal domain", _ADDRESS)
ADDRESS_TAKEN = ProblemText("Address for this topic has already been taken", _ADDRESS)
ADDRESS_TOO_BIG = ProblemText("Address is too big (maximum is 64 KB)", _ADDRESS)
# A message for each kind of destination, after one of the messages above.
PUBSUB_FORMAT = ProblemText(
    "Address is not a valid GCP pub/sub format. Format should be pubsub://project:topic", _ADDRESS
)
PUBSUB_PROJECT = ProblemText("Address is not a valid GCP project id.", _ADDRESS)
PUBSUB_TOPIC = ProblemText("Address is not a valid GCP topic id.", _ADDRESS)
ARN_INVALID = ProblemText("Address is not a valid AWS ARN", _ADDRESS)
ARN_OF_OTHER_APP = ProblemText(
    "Address is an AWS ARN and includes api_client_id '{named}' instead of '{own}'", _ADDRESS
)
KAFKA_TOPIC = ProblemText("Address is not a valid kafka topic", _ADDRESS)
FORMAT_OF_CLOUD = ProblemText("Format can only be used with format: 'json'", ("webhookSubscription", "format"))
FORMAT_INVALID = ProblemText(
    "Format '{format}' is invalid for this webhook topic. Allowed formats: json", ("webhookSubscription", "format")
)
WEBHOOK_NAME_SHORT = ProblemText("Name is too short (minimum is 1 character)", _WEBHOOK_NAME)
WEBHOOK_NAME_LONG = ProblemText("Name is too long (maximum is 50 characters)", _WEBHOOK_NAME)  # unrecorded
WEBHOOK_NAME_CHARACTERS = ProblemText(
    "Name name field can only contain alphanumeric characters, underscores, and hyphens", _WEBHOOK_NAME
)
WEBHOOK_NAME_TAKEN = ProblemText("Name already exists, no duplicate allowed", _WEBHOOK_NAME)
WEBHOOK_FILTER = ProblemText("{problem}", ("webhookSubscription",))
# From reports of apps, not recorded.
TOPIC_DENIED = ProblemText(
    "You cannot create a webhook subscription with the specified topic", ("webhookSubscription",)
)
TOPIC_PROTECTED = ProblemText(
    "This app is not approved to subscribe to webhook topics containing protected customer data. "
    f"See {PROTECTED_DATA_PAGE} for more details.",
    ("webhookSubscription",),
)
WEBHOOK_UNKNOWN = ProblemText("Webhook subscription does not exist", ("id",))

# -- customers ------------------------------------------------------------------------------------------------
ERASURE_CUSTOMER_UNKNOWN = ProblemText("Customer does not exist", ("customerId",), "DOES_NOT_EXIST")  # unrecorded
NOT_BEING_ERASED = ProblemText("Customer is not being erased", ("customerId",), "NOT_BEING_ERASED")  # unrecorded
