"""The enumerations of customers: their state, their consents."""

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
else:
    _CONSENT = {
        "NOT_SUBSCRIBED": "Never agreed.",
        "PENDING": "Agreed, but has yet to confirm it.",
        "SUBSCRIBED": "Agreed.",
        "UNSUBSCRIBED": "Agreed once and took it back.",
    }
    _REDACTED = {"REDACTED": "The customer's data was erased."}
    _INVALID = {"INVALID": "The address cannot receive mail."}

    CustomerConsentCollectedFrom = enumeration(
        "CustomerConsentCollectedFrom",
        "Where a customer agreed to marketing.",
        {"OTHER": "Outside Shopify.", "SHOPIFY": "In Shopify, as at the checkout."},
    )
    CustomerEmailAddressMarketingState = enumeration(
        "CustomerEmailAddressMarketingState",
        "Whether an e-mail address may receive marketing.",
        _CONSENT | _INVALID,
    )
    CustomerEmailAddressOpenTrackingLevel = enumeration(
        "CustomerEmailAddressOpenTrackingLevel",
        "Whether it may be recorded that a mail was opened.",
        {
            "OPTED_IN": "The customer agreed to it.",
            "OPTED_OUT": "The customer refused it.",
            "UNKNOWN": "The customer has not said.",
        },
    )
    CustomerEmailMarketingState = enumeration(
        "CustomerEmailMarketingState",
        "Whether a customer may receive marketing by e-mail.",
        _CONSENT | _INVALID | _REDACTED,
    )
    CustomerMarketingConsentState = enumeration(
        "CustomerMarketingConsentState",
        "Whether a customer agreed to marketing on a channel.",
        {
            "NEVER_SUBSCRIBED": "Never agreed.",
            "PENDING": "Agreed, but has yet to confirm it.",
            "REDACTED": "The customer's data was erased.",
            "SUBSCRIBED": "Agreed.",
            "UNSUBSCRIBED": "Agreed once and took it back.",
        },
    )
    CustomerMarketingOptInLevel = enumeration(
        "CustomerMarketingOptInLevel",
        "How a customer agreed to marketing, in the terms of M3AAWG.",
        {
            "CONFIRMED_OPT_IN": "Twice: the agreement was confirmed from the address itself.",
            "SINGLE_OPT_IN": "Once.",
            "UNKNOWN": "Nobody knows.",
        },
    )
    CustomerProductSubscriberStatus = enumeration(
        "CustomerProductSubscriberStatus",
        "How a customer's subscriptions to products stand.",
        {
            "ACTIVE": "At least one runs.",
            "CANCELLED": "The last one was cancelled; none runs.",
            "EXPIRED": "The last one ran out; none runs.",
            "FAILED": "The last one failed; none runs.",
            "NEVER_SUBSCRIBED": "There has never been one.",
            "PAUSED": "The last one is paused; none runs.",
        },
    )
    CustomerSmsMarketingState = enumeration(
        "CustomerSmsMarketingState",
        "Whether a customer may receive marketing by text message.",
        _CONSENT | _REDACTED,
    )
    CustomerState = enumeration(
        "CustomerState",
        "How a customer's account with the shop stands.",
        {
            "DECLINED": "Invited to make an account, and declined.",
            "DISABLED": "Without an account, or with one that is switched off.",
            "ENABLED": "With an account.",
            "INVITED": "Invited to make an account.",
        },
    )
