"""The customer and the addresses of a REST checkout."""

from typing import Any

from abandoned_checkouts.checkouts.address import Address
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.checkouts.money import parse_amount
from abandoned_checkouts.checkouts.value_checks import flag
from abandoned_checkouts.shopify.formats import rest_keys
from abandoned_checkouts.shopify.formats.rest_extras import apply_more

_KEPT = frozenset(
    [
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
    ]
)
_DERIVED = frozenset(("id", "customer_id", "name", "country_name", "default"))
# Keys of fuller customer objects than those in checkouts, which the neutral customer holds too.
_FULLER = dict.fromkeys(
    ("orders_count", "total_spent", "last_order_id", "tags", "email_marketing_consent", "sms_marketing_consent"),
    rest_keys.MAPPED,
)
_CUSTOMER = rest_keys.RestKeys({**rest_keys.CUSTOMER, **_FULLER})


def customer_from_rest(source: UntypedJson, seen_at: int, zone: str) -> Customer | None:
    """The customer, or None for one without a number; `seen_at` stands for a creation time that is not told."""
    get = source.get
    number = get("id")
    if not number:
        return None
    number = int(number)
    created, updated = get("created_at"), get("updated_at")
    extra = _CUSTOMER.remainder(source)
    for name in ("created_at", "updated_at"):
        if name in source and source[name] is None:
            extra = {**(extra or {}), name: None}
    usual = f"gid://shopify/Customer/{number}"
    if get("admin_graphql_api_id", usual) != usual:
        extra = {**(extra or {}), "admin_graphql_api_id": source["admin_graphql_api_id"]}
    created_at = parse_moment(created, zone) if created else seen_at
    address = address_from_rest(get("default_address"), number)
    customer = Customer(
        id=number,
        created_at=created_at,
        updated_at=parse_moment(updated, zone) if updated else created_at,
        first_name=get("first_name"),
        last_name=get("last_name"),
        email=get("email"),
        phone=get("phone"),
        note=get("note"),
        state=get("state") or "disabled",
        currency=get("currency"),
        tax_exempt=flag(get("tax_exempt")),
        verified_email=get("verified_email") is None or flag(get("verified_email")),
        multipass_identifier=get("multipass_identifier"),
        addresses=[] if address is None else [address],
        extra=extra,
    )
    if not _FULLER.keys().isdisjoint(source):
        _fuller(source, customer, zone)
    more = get(rest_keys.MORE)
    if more is not None:
        apply_more(customer, more)
    return customer


def _fuller(source: UntypedJson, customer: Customer, zone: str) -> None:
    get = source.get
    customer.number_of_orders = int(get("orders_count") or 0)
    customer.amount_spent = parse_amount(get("total_spent") or 0)
    customer.last_order_id = get("last_order_id")
    tags = get("tags") or []
    customer.tags = [tag.strip() for tag in tags.split(",") if tag.strip()] if isinstance(tags, str) else tags
    mail, sms = get("email_marketing_consent"), get("sms_marketing_consent")
    if mail:
        customer.email_marketing_state = str(mail.get("state") or "not_subscribed").upper()
        customer.email_marketing_opt_in_level = _upper(mail.get("opt_in_level"))
        customer.email_marketing_updated_at = _moment(mail.get("consent_updated_at"), zone)
    if sms:
        customer.sms_marketing_state = str(sms.get("state") or "not_subscribed").upper()
        customer.sms_marketing_opt_in_level = _upper(sms.get("opt_in_level"))
        customer.sms_marketing_updated_at = _moment(sms.get("consent_updated_at"), zone)
        customer.sms_marketing_collected_from = _upper(sms.get("consent_collected_from"))


def address_from_rest(source: UntypedJson | None, customer_id: int | None = None) -> Address | None:
    """An address without its empty keys; None when nothing is left. `customer_id` is given for a customer's own."""
    if not source:
        return None
    address: Any = {}
    extra: UntypedJson = {}
    for key, value in source.items():
        if value is None:
            continue
        if key in _KEPT:
            address[key] = value
        elif key not in _DERIVED:
            extra[key] = value
    get = source.get
    if get("id") is not None:
        address["id"] = int(source["id"])
    first, last = get("first_name"), get("last_name")
    name = f"{first} {last}" if first and last else first or last or None
    if "name" in source and get("name") != name:
        extra["name"] = source["name"]
    if customer_id is not None:
        usual = {"customer_id": customer_id, "country_name": get("country"), "default": True}
        for key, value in usual.items():
            if key in source and source[key] != value:
                extra[key] = source[key]
    if extra:
        address["extra"] = extra
    return address or None


def _moment(text: str | None, zone: str) -> int | None:
    return parse_moment(text, zone) if text else None


def _upper(text: str | None) -> str | None:
    return text.upper() if text else None
