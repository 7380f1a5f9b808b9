"""The enums of customers: account state and consent."""

from typing import TYPE_CHECKING, TypeAlias

from abandoned_checkouts.shopify.schema.types.enums import enumeration

if TYPE_CHECKING:
    CustomerConsentCollectedFrom: TypeAlias = str
    CustomerEmailAddressMarketingState: TypeAlias = str
    CustomerEmailAddressOpenTrackingLevel: TypeAlias = str
    CustomerEmailMarketingState: TypeAlias = str
    CustomerMarketingConsentState: TypeAlias = str
    CustomerMarketingOptInLevel: TypeAlias = str
    CustomerProductSubscriberStatus: TypeAlias = str
    CustomerSmsMarketingState: TypeAlias = str
    CustomerState: TypeAlias = str
    OrderSortKeys: TypeAlias = str
else:
    _CONSENT = {
        "NOT_SUBSCRIBED": "The customer never opted in.",
        "PENDING": "The customer opted in but has not confirmed it yet.",
        "SUBSCRIBED": "The customer opted in.",
        "UNSUBSCRIBED": "The customer opted out.",
    }
    _REDACTED = {"REDACTED": "The customer's data was erased."}
    _INVALID = {"INVALID": "The address cannot receive e-mail."}

    CustomerConsentCollectedFrom = enumeration(
        "CustomerConsentCollectedFrom",
        "Where a customer's consent was collected.",
        {"OTHER": "Outside Shopify.", "SHOPIFY": "In Shopify, for example at checkout."},
    )
    CustomerEmailAddressMarketingState = enumeration(
        "CustomerEmailAddressMarketingState",
        "The marketing state of an e-mail address.",
        _CONSENT | _INVALID,
    )
    CustomerEmailAddressOpenTrackingLevel = enumeration(
        "CustomerEmailAddressOpenTrackingLevel",
        "Whether a customer allows tracking of opened e-mails.",
        {
            "OPTED_IN": "The customer allows it.",
            "OPTED_OUT": "The customer forbids it.",
            "UNKNOWN": "The customer has not decided.",
        },
    )
    CustomerEmailMarketingState = enumeration(
        "CustomerEmailMarketingState",
        "The state of a customer's consent to e-mail marketing.",
        _CONSENT | _INVALID | _REDACTED,
    )
    CustomerMarketingConsentState = enumeration(
        "CustomerMarketingConsentState",
        "The state of a customer's consent to marketing on a channel.",
        {
            "NEVER_SUBSCRIBED": "The customer never opted in.",
            "PENDING": "The customer opted in but has not confirmed it yet.",
            "REDACTED": "The customer's data was erased.",
            "SUBSCRIBED": "The customer opted in.",
            "UNSUBSCRIBED": "The customer opted out.",
        },
    )
    CustomerMarketingOptInLevel = enumeration(
        "CustomerMarketingOptInLevel",
        "How a customer opted in to marketing, as defined by M3AAWG.",
        {
            "CONFIRMED_OPT_IN": "Double opt-in: the customer confirmed it from the address itself.",
            "SINGLE_OPT_IN": "Single opt-in, without a confirmation.",
            "UNKNOWN": "Unknown.",
        },
    )
    CustomerProductSubscriberStatus = enumeration(
        "CustomerProductSubscriberStatus",
        "The status of a customer's product subscriptions.",
        {
            "ACTIVE": "At least one subscription is active.",
            "CANCELLED": "The last subscription was cancelled, and no other is active.",
            "EXPIRED": "The last subscription expired, and no other is active.",
            "FAILED": "The last subscription failed, and no other is active.",
            "NEVER_SUBSCRIBED": "The customer never had a subscription.",
            "PAUSED": "The last subscription is paused, and no other is active.",
        },
    )
    CustomerSmsMarketingState = enumeration(
        "CustomerSmsMarketingState",
        "The state of a customer's consent to SMS marketing.",
        _CONSENT | _REDACTED,
    )
    CustomerState = enumeration(
        "CustomerState",
        "The state of a customer's account.",
        {
            "DECLINED": "The customer declined the invitation to create an account.",
            "DISABLED": "The customer has no account, or the account is disabled.",
            "ENABLED": "The customer has an account.",
            "INVITED": "The customer was invited to create an account.",
        },
    )
    OrderSortKeys = enumeration(
        "OrderSortKeys",
        "The sort keys of orders.",
        {
            "CREATED_AT": "By creation time.",
            "CURRENT_TOTAL_PRICE": "By the current total price.",
            "CUSTOMER_NAME": "By the customer's name.",
            "DESTINATION": "By the shipping destination.",
            "FINANCIAL_STATUS": "By payment status.",
            "FULFILLMENT_STATUS": "By fulfillment status.",
            "ID": "By the number in the global id.",
            "ORDER_NUMBER": "By the number in the name.",
            "PO_NUMBER": "By purchase order number.",
            "PROCESSED_AT": "By the time when the order was placed.",
            "RELEVANCE": "By relevance to the search.",
            "TOTAL_ITEMS_QUANTITY": "By the quantity of all items.",
            "TOTAL_PRICE": "By the total price.",
            "UPDATED_AT": "By the time of the last update.",
        },
    )
