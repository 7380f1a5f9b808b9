"""The customer and the addresses of an AbandonedCheckout."""

from typing import Any

from abandoned_checkouts.checkouts.address import Address
from abandoned_checkouts.checkouts.converters import flag, int_or_zero, moment_or_none
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.json_shape import Converter
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.rejected import RejectedRecordError
from abandoned_checkouts.shopify.formats.from_node.values import id_of, money_bag
from abandoned_checkouts.shopify.values.gid import parse_gid

_ADDRESS = {
    "firstName": "first_name",
    "lastName": "last_name",
    "company": "company",
    "address1": "address1",
    "address2": "address2",
    "city": "city",
    "province": "province",
    "provinceCode": "province_code",
    "zip": "zip",
    "country": "country",
    "countryCode": "country_code",
    "countryCodeV2": "country_code",
    "phone": "phone",
    "latitude": "latitude",
    "longitude": "longitude",
}
_UNCHANGED = {
    "firstName": "first_name",
    "lastName": "last_name",
    "email": "email",
    "phone": "phone",
    "note": "note",
    "locale": "locale",
    "multipassIdentifier": "multipass_identifier",
    "productSubscriberStatus": "product_subscriber_status",
}
# Key of the node → field and converter.
_CONVERTED: dict[str, tuple[str, Converter]] = {
    "taxExempt": ("tax_exempt", flag),
    "verifiedEmail": ("verified_email", flag),
    "dataSaleOptOut": ("data_sale_opt_out", flag),
    "state": ("state", lambda state: (state or "disabled").lower()),
    "tags": ("tags", lambda tags: list(tags or ())),
    "numberOfOrders": ("number_of_orders", int_or_zero),
    "amountSpent": ("amount_spent", lambda money: money_bag({"shopMoney": money}).amount),
}


def customer_from_node(source: UntypedJson, seen_at: int) -> Customer:
    """`seen_at` is the creation time of a customer whose `createdAt` was not selected. Raises RejectedRecordError."""
    number = id_of(source["id"], "Customer")
    if number is None:
        raise RejectedRecordError(f"{source['id']} is not a Customer")
    created_at = moment_or_none(source.get("createdAt")) or seen_at
    fields: dict[str, Any] = {name: source[key] for key, name in _UNCHANGED.items() if source.get(key) is not None}
    for key, (name, convert) in _CONVERTED.items():
        if source.get(key) is not None:
            fields[name] = convert(source[key])
    address = address_from_node(source.get("defaultAddress"))
    customer = Customer(
        id=number,
        created_at=created_at,
        updated_at=moment_or_none(source.get("updatedAt")) or created_at,
        addresses=[address] if address else [],
        **fields,
    )
    _set_contact(customer, source)
    return customer


def _set_contact(customer: Customer, source: UntypedJson) -> None:
    """The contact and the consent of `default…` replace those of older fields."""
    email, phone = source.get("defaultEmailAddress") or {}, source.get("defaultPhoneNumber") or {}
    email_consent = source.get("emailMarketingConsent") or email
    sms_consent = source.get("smsMarketingConsent") or phone
    customer.email = email.get("emailAddress") or customer.email
    customer.phone = phone.get("phoneNumber") or customer.phone
    customer.email_marketing_state = email_consent.get("marketingState") or customer.email_marketing_state
    customer.sms_marketing_state = sms_consent.get("marketingState") or customer.sms_marketing_state


def contact_from_node(source: UntypedJson) -> tuple[str | None, str | None]:
    """The e-mail address and the phone number of a customer without an id."""
    email, phone = source.get("defaultEmailAddress") or {}, source.get("defaultPhoneNumber") or {}
    return source.get("email") or email.get("emailAddress"), source.get("phone") or phone.get("phoneNumber")


def address_from_node(source: UntypedJson | None) -> Address | None:
    """An address without its empty keys, or None if all are empty."""
    if not source:
        return None
    address: Any = {name: source[key] for key, name in _ADDRESS.items() if source.get(key) is not None}
    if source.get("id"):
        address["id"] = parse_gid(source["id"]).number
    return address or None
