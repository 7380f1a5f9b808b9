"""A customer's e-mail address and telephone number, and what each may be used for."""

from functools import lru_cache

import strawberry

from abandoned_checkouts.checkouts.identity import derived_token
from abandoned_checkouts.checkouts.moment import format_utc
from abandoned_checkouts.shopify.schema.resolving.fields import Backed, backed, column, embedded
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
from abandoned_checkouts.shopify.schema.types.scalars import URL, DateTime

_SMS_SUCCESSOR = "Use `smsMarketingConsent`."


@lru_cache(maxsize=65536)
def moment_or_none(moment: int | None) -> str | None:
    return None if moment is None else format_utc(moment)


def upper(value: str | None) -> str | None:
    return None if value is None else str(value).upper()


def valid_email(address: str | None) -> bool:
    """Whether it has the form of an e-mail address; whether it works is known only by writing to it."""
    name, at, host = str(address or "").rpartition("@")
    return bool(name and at and "." in host.strip(".") and not any(mark.isspace() for mark in name + host))


def unsubscribe_link(request: Request, number: int) -> str:
    key = derived_token(request.shop.secret, "unsubscribe", number)
    return f"{request.base}/{request.shop.id}/unsubscribe/{number}?key={key}"


def _tracking_link(request: Request, number: int) -> str:
    key = derived_token(request.shop.secret, "open_tracking", number)
    return f"{request.base}/{request.shop.id}/open-tracking/{number}?key={key}"


def _kept(state: str) -> str:
    """An address's own state has no word for erased data; it is then no longer subscribed."""
    text = str(state).upper()
    return "UNSUBSCRIBED" if text == "REDACTED" else text


def _consent_state(state: str) -> str:
    text = str(state).upper()
    return "NEVER_SUBSCRIBED" if text == "NOT_SUBSCRIBED" else text


def _level_or_unknown(level: str | None) -> str:
    return upper(level) or "UNKNOWN"


@backed(description="A customer's e-mail address and what it may be used for.")
class CustomerEmailAddress(Backed):
    email_address: str = column("email", description="The address.")
    marketing_opt_in_level: CustomerMarketingOptInLevel | None = column(
        "opt_in_level", compute=upper, description="How the customer agreed to marketing."
    )
    marketing_state: CustomerEmailAddressMarketingState = column(
        "state", compute=_kept, description="Whether the address may receive marketing."
    )
    marketing_unsubscribe_url: URL = column(
        "id", compute=unsubscribe_link, uses_request=True, description="Where the customer ends the marketing."
    )
    marketing_updated_at: DateTime | None = column(
        "updated_at", compute=moment_or_none, description="When the customer last agreed or refused."
    )
    open_tracking_level: CustomerEmailAddressOpenTrackingLevel = column(
        "id", compute=lambda _: "UNKNOWN", description="Whether it may be recorded that a mail was opened."
    )
    open_tracking_url: URL = column(
        "id",
        compute=_tracking_link,
        uses_request=True,
        description="Where the customer says whether it may be recorded that a mail was opened.",
    )
    valid_format: bool = column("email", compute=valid_email, description="Whether it has the form of an address.")


@backed(description="What a customer said to marketing by e-mail.")
class CustomerEmailMarketingConsentState(Backed):
    consent_updated_at: DateTime | None = column(
        "updated_at", compute=moment_or_none, description="When the customer last agreed or refused."
    )
    marketing_opt_in_level: CustomerMarketingOptInLevel | None = column(
        "opt_in_level", compute=upper, description="How the customer agreed."
    )
    marketing_state: CustomerEmailMarketingState = column(
        "state", compute=upper, description="Whether the customer may receive marketing by e-mail."
    )


@strawberry.interface(description="What a customer said to marketing on one channel.")
class CustomerMarketingConsent:
    collected_from: CustomerConsentCollectedFrom | None = column(
        "collected_from", compute=upper, description="Where the customer said so."
    )
    opt_in_level: CustomerMarketingOptInLevel | None = column(
        "opt_in_level", compute=upper, description="How the customer agreed."
    )
    state: CustomerMarketingConsentState = column(
        "state", compute=_consent_state, description="Whether the customer agreed."
    )
    updated_at: DateTime | None = column(
        "updated_at", compute=moment_or_none, description="When the customer last agreed or refused."
    )


@backed(description="What a customer said to marketing by text message.")
class CustomerSmsMarketingConsent(Backed, CustomerMarketingConsent):
    pass


@backed(description="What a customer said to marketing by text message.")
class CustomerSmsMarketingConsentState(Backed):
    consent_collected_from: CustomerConsentCollectedFrom | None = column(
        "collected_from", compute=upper, description="Where the customer said so."
    )
    consent_updated_at: DateTime | None = column(
        "updated_at", compute=moment_or_none, description="When the customer last agreed or refused."
    )
    marketing_opt_in_level: CustomerMarketingOptInLevel = column(
        "opt_in_level", compute=_level_or_unknown, description="How the customer agreed."
    )
    marketing_state: CustomerSmsMarketingState = column(
        "state", compute=upper, description="Whether the customer may receive marketing by text message."
    )


SMS = {
    "phone": "phone",
    "state": "sms_marketing_state",
    "opt_in_level": "sms_marketing_opt_in_level",
    "updated_at": "sms_marketing_updated_at",
    "collected_from": "sms_marketing_collected_from",
}


@backed(description="A customer's telephone number and what it may be used for.")
class CustomerPhoneNumber(Backed):
    marketing_collected_from: CustomerConsentCollectedFrom | None = column(
        "collected_from", compute=upper, description="Where the customer said so.", deprecated=_SMS_SUCCESSOR
    )
    marketing_opt_in_level: CustomerMarketingOptInLevel | None = column(
        "opt_in_level", compute=upper, description="How the customer agreed.", deprecated=_SMS_SUCCESSOR
    )
    marketing_state: CustomerSmsMarketingState = column(
        "state",
        compute=upper,
        description="Whether the number may receive marketing by text message.",
        deprecated=_SMS_SUCCESSOR,
    )
    marketing_updated_at: DateTime | None = column(
        "updated_at",
        compute=moment_or_none,
        description="When the customer last agreed or refused.",
        deprecated=_SMS_SUCCESSOR,
    )
    phone_number: str = column("phone", description="The number.")
    sms_marketing_consent: CustomerSmsMarketingConsent = embedded(
        "CustomerSmsMarketingConsent",
        {name: name for name in SMS},
        description="What the customer said to marketing by text message.",
    )
