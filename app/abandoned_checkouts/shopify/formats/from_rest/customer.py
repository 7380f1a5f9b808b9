"""The customer and the addresses of a REST checkout."""

from typing import Any

from abandoned_checkouts.checkouts.address import Address
from abandoned_checkouts.checkouts.constructor import constructor
from abandoned_checkouts.checkouts.converters import (
    amount_or_zero,
    comma_separated,
    flag,
    int_or_zero,
    moment_or_none,
    upper_or_none,
)
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.json_shape import Converter
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.shopify.formats import rest_keys
from abandoned_checkouts.shopify.formats.rest_extras import apply_more
from abandoned_checkouts.shopify.formats.rest_object import MAPPED, MORE, RestKeys, values_of

_ADDRESS = frozenset(
    (
        "first_name",
        "last_name",
        "company",
        "address1",
        "address2",
        "city",
        "province",
        "province_code",
        "zip",
        "country",
        "country_code",
        "phone",
        "latitude",
        "longitude",
    )
)
# With the keys that to_rest computes from the others, and the id.
_KNOWN = _ADDRESS.union(("id", "customer_id", "name", "country_name", "default"))

_UNCHANGED = ("first_name", "last_name", "email", "phone", "note", "currency", "multipass_identifier")
_values = values_of(
    *("created_at", "updated_at", "default_address"), *_UNCHANGED, *("state", "tax_exempt", "verified_email")
)
_new_customer = constructor(
    Customer,
    *("id", "created_at", "updated_at"),
    *_UNCHANGED,
    *("state", "tax_exempt", "verified_email", "addresses", "extra"),
)


def tags_from_rest(tags: str | list[str] | None) -> list[str]:
    return tags if isinstance(tags, list) else comma_separated(tags)


# Keys of customers in their own endpoints and webhooks, which the customer of a checkout lacks: each with its field
# and converter. The converter gets None if the key is missing.
_FULL: dict[str, tuple[str, Converter]] = {
    "orders_count": ("number_of_orders", int_or_zero),
    "total_spent": ("amount_spent", amount_or_zero),
    "last_order_id": ("last_order_id", lambda number: number),
    "tags": ("tags", tags_from_rest),
}
_CONSENTS = ("email_marketing_consent", "sms_marketing_consent")
FULL_KEYS = frozenset((*_FULL, *_CONSENTS))
_CUSTOMER = RestKeys({**rest_keys.CUSTOMER, **dict.fromkeys(FULL_KEYS, MAPPED)})


def customer_from_rest(source: UntypedJson, seen_at: int, zone: str) -> Customer | None:
    """The customer, or None for one without an id. `seen_at` is the creation time of a customer without one."""
    get = source.get
    if not get("id"):
        return None
    number = int_or_zero(source["id"])
    (
        created,
        updated,
        default_address,
        first_name,
        last_name,
        email,
        phone,
        note,
        currency,
        multipass_identifier,
        state,
        tax_exempt,
        verified_email,
    ) = _values(source)
    created_at = moment_or_none(created, zone) or seen_at
    address = address_from_rest(default_address, number)
    updated_at = created_at if updated == created else moment_or_none(updated, zone) or created_at
    customer = _new_customer(
        number,
        created_at,
        updated_at,
        first_name,
        last_name,
        email,
        phone,
        note,
        currency,
        multipass_identifier,
        state or "disabled",
        flag(tax_exempt),
        verified_email is None or flag(verified_email),
        [] if address is None else [address],
        _extra(source, number) or None,
    )
    if not FULL_KEYS.isdisjoint(source):
        _set_full(customer, source, zone)
    more = get(MORE)
    if more is not None:
        apply_more(customer, more)
    return customer


def _extra(source: UntypedJson, number: int) -> UntypedJson:
    extra = _CUSTOMER.unmapped(source)
    for name in ("created_at", "updated_at"):
        if name in source and source[name] is None:
            extra[name] = None
    if "admin_graphql_api_id" in source and source["admin_graphql_api_id"] != f"gid://shopify/Customer/{number}":
        extra["admin_graphql_api_id"] = source["admin_graphql_api_id"]
    return extra


def _set_full(customer: Customer, source: UntypedJson, zone: str) -> None:
    for key, (name, convert) in _FULL.items():
        setattr(customer, name, convert(source.get(key)))
    email, sms = (source.get(key) for key in _CONSENTS)
    if email:
        customer.email_marketing_state = _state(email)
        customer.email_marketing_opt_in_level = upper_or_none(email.get("opt_in_level"))
        customer.email_marketing_updated_at = moment_or_none(email.get("consent_updated_at"), zone)
    if sms:
        customer.sms_marketing_state = _state(sms)
        customer.sms_marketing_opt_in_level = upper_or_none(sms.get("opt_in_level"))
        customer.sms_marketing_updated_at = moment_or_none(sms.get("consent_updated_at"), zone)
        customer.sms_marketing_collected_from = upper_or_none(sms.get("consent_collected_from"))


def _state(consent: UntypedJson) -> str:
    return str(consent.get("state") or "not_subscribed").upper()


def address_from_rest(source: UntypedJson | None, customer_id: int | None = None) -> Address | None:
    """An address without its empty keys, or None if all are empty. `customer_id` is the owner of a customer's address;
    addresses of checkouts have none."""
    if not source:
        return None
    get = source.get
    address: Any = {key: value for key, value in source.items() if key in _ADDRESS and value is not None}
    if get("id") is not None:
        address["id"] = int(source["id"])
    extra = _address_extra(source, customer_id)
    if extra:
        address["extra"] = extra
    return address or None


def _address_extra(source: UntypedJson, customer_id: int | None) -> UntypedJson:
    """Keys without a field, and computed keys whose value differs from what to_rest computes."""
    get, extra = source.get, {}
    if not _KNOWN.issuperset(source):
        extra = {key: value for key, value in source.items() if value is not None and key not in _KNOWN}
    first, last = get("first_name"), get("last_name")
    name = f"{first} {last}" if first and last else first or last or None
    if get("name", name) != name:
        extra["name"] = source["name"]
    if customer_id is not None:
        computed = {"customer_id": customer_id, "country_name": get("country"), "default": True}
        extra |= {key: source[key] for key, value in computed.items() if get(key, value) != value}
    return extra
