"""A customer's e-mail address and phone number, each with the consent to marketing."""

import strawberry

from abandoned_checkouts.checkouts.customer_links import customer_link
from abandoned_checkouts.checkouts.moment import format_utc_or_none
from abandoned_checkouts.shopify.schema.resolving.fields import TYPES, Backed, backed, column, computed, embedded
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.shopify.schema.types.customer_enums import (
    CustomerConsentCollectedFrom,
    CustomerEmailAddressMarketingState,
    CustomerEmailAddressOpenTrackingLevel,
    CustomerEmailMarketingState,
    CustomerMarketingConsentState,
    CustomerMarketingOptInLevel,
    CustomerSmsMarketingState,
)
from abandoned_checkouts.shopify.schema.types.location import Location
from abandoned_checkouts.shopify.schema.types.scalars import URL, DateTime

_SMS_SUCCESSOR = "Use `smsMarketingConsent`."
_SOURCE_LOCATION = "The location where the consent was collected; null if it was collected online or if unknown."


def upper(value: str | None) -> str | None:
    return None if value is None else str(value).upper()


def valid_email(address: str | None) -> bool:
    """Whether the text has the form of an e-mail address. The address need not exist."""
    name, at, host = str(address or "").rpartition("@")
    return bool(name and at and "." in host.strip(".") and not any(mark.isspace() for mark in name + host))


def unsubscribe_link(request: Request, number: int) -> str:
    return customer_link(request.base, request.shop, "unsubscribe", number)


def _tracking_link(request: Request, number: int) -> str:
    return customer_link(request.base, request.shop, "open_tracking", number)


def _address_state(state: str) -> str:
    """UNSUBSCRIBED for erased data, because the enum of addresses has no value REDACTED."""
    text = str(state).upper()
    return "UNSUBSCRIBED" if text == "REDACTED" else text


def _consent_state(state: str) -> str:
    text = str(state).upper()
    return "NEVER_SUBSCRIBED" if text == "NOT_SUBSCRIBED" else text


def _level_or_unknown(level: str | None) -> str:
    return upper(level) or "UNKNOWN"


@backed(description="A customer's e-mail address, with the consent to marketing.")
class CustomerEmailAddress(Backed):
    email_address: str = column("email", description="The e-mail address.")
    marketing_opt_in_level: CustomerMarketingOptInLevel | None = column(
        "opt_in_level", compute=upper, description="How the customer opted in to marketing."
    )
    marketing_state: CustomerEmailAddressMarketingState = column(
        "state", compute=_address_state, description="The marketing state of the address."
    )
    marketing_unsubscribe_url: URL = column(
        "id", compute=unsubscribe_link, uses_request=True, description="The URL where the customer unsubscribes."
    )
    marketing_updated_at: DateTime | None = column(
        "updated_at", compute=format_utc_or_none, description="When the consent last changed."
    )
    open_tracking_level: CustomerEmailAddressOpenTrackingLevel = column(
        "id", compute=lambda _: "UNKNOWN", description="Whether the customer allows tracking of opened e-mails."
    )
    open_tracking_url: URL = column(
        "id",
        compute=_tracking_link,
        uses_request=True,
        description="The URL of an image for e-mails to the customer. This server counts how often it is loaded.",
    )
    valid_format: bool = column("email", compute=valid_email, description="Whether the address has a valid format.")

    @computed(description=_SOURCE_LOCATION)
    def source_location(self) -> Location | None:
        return None


@backed(description="A customer's consent to e-mail marketing.")
class CustomerEmailMarketingConsentState(Backed):
    consent_updated_at: DateTime | None = column(
        "updated_at", compute=format_utc_or_none, description="When the consent last changed."
    )
    marketing_opt_in_level: CustomerMarketingOptInLevel | None = column(
        "opt_in_level", compute=upper, description="How the customer opted in."
    )
    marketing_state: CustomerEmailMarketingState = column(
        "state", compute=upper, description="The state of the consent to e-mail marketing."
    )

    @computed(description=_SOURCE_LOCATION)
    def source_location(self) -> Location | None:
        return None


@strawberry.interface(description="A customer's consent to marketing on one channel.")
class CustomerMarketingConsent:
    collected_from: CustomerConsentCollectedFrom | None = column(
        "collected_from", compute=upper, description="Where the consent was collected."
    )
    opt_in_level: CustomerMarketingOptInLevel | None = column(
        "opt_in_level", compute=upper, description="How the customer opted in."
    )
    state: CustomerMarketingConsentState = column(
        "state", compute=_consent_state, description="The state of the consent."
    )
    updated_at: DateTime | None = column(
        "updated_at", compute=format_utc_or_none, description="When the consent last changed."
    )

    @computed(description=_SOURCE_LOCATION)
    def source_location(self) -> Location | None:
        return None


@backed(description="A customer's consent to SMS marketing.")
class CustomerSmsMarketingConsent(Backed, CustomerMarketingConsent):
    pass


@backed(description="A customer's consent to marketing by WhatsApp.")
class CustomerWhatsAppMarketingConsent(Backed, CustomerMarketingConsent):
    pass


@backed(description="A customer's consent to SMS marketing.")
class CustomerSmsMarketingConsentState(Backed):
    consent_collected_from: CustomerConsentCollectedFrom | None = column(
        "collected_from", compute=upper, description="Where the consent was collected."
    )
    consent_updated_at: DateTime | None = column(
        "updated_at", compute=format_utc_or_none, description="When the consent last changed."
    )
    marketing_opt_in_level: CustomerMarketingOptInLevel = column(
        "opt_in_level", compute=_level_or_unknown, description="How the customer opted in."
    )
    marketing_state: CustomerSmsMarketingState = column(
        "state", compute=upper, description="The state of the consent to SMS marketing."
    )

    @computed(description=_SOURCE_LOCATION)
    def source_location(self) -> Location | None:
        return None


SMS = {
    "phone": "phone",
    "state": "sms_marketing_state",
    "opt_in_level": "sms_marketing_opt_in_level",
    "updated_at": "sms_marketing_updated_at",
    "collected_from": "sms_marketing_collected_from",
}


@backed(description="A customer's phone number, with the consent to marketing.")
class CustomerPhoneNumber(Backed):
    marketing_collected_from: CustomerConsentCollectedFrom | None = column(
        "collected_from", compute=upper, description="Where the consent was collected.", deprecated=_SMS_SUCCESSOR
    )
    marketing_opt_in_level: CustomerMarketingOptInLevel | None = column(
        "opt_in_level", compute=upper, description="How the customer opted in.", deprecated=_SMS_SUCCESSOR
    )
    marketing_state: CustomerSmsMarketingState = column(
        "state",
        compute=upper,
        description="The state of the consent to SMS marketing.",
        deprecated=_SMS_SUCCESSOR,
    )
    marketing_updated_at: DateTime | None = column(
        "updated_at",
        compute=format_utc_or_none,
        description="When the consent last changed.",
        deprecated=_SMS_SUCCESSOR,
    )
    phone_number: str = column("phone", description="The phone number.")
    sms_marketing_consent: CustomerSmsMarketingConsent = embedded(
        "CustomerSmsMarketingConsent",
        {name: name for name in SMS},
        description="The customer's consent to SMS marketing.",
    )

    @computed(description=_SOURCE_LOCATION, deprecated=_SMS_SUCCESSOR)
    def source_location(self) -> Location | None:
        return None

    @computed(description="The customer's consent to marketing by WhatsApp; this server collects none.")
    def whats_app_marketing_consent(self) -> CustomerWhatsAppMarketingConsent:
        row = {"state": "NOT_SUBSCRIBED", "opt_in_level": None, "collected_from": None, "updated_at": None}
        consent: CustomerWhatsAppMarketingConsent = TYPES["CustomerWhatsAppMarketingConsent"](row=row)
        return consent
