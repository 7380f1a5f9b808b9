"""An AbandonedCheckout as GraphQL answers it becomes a Checkout, told of the fields that were selected."""

from collections.abc import Callable
from typing import Any

from abandoned_checkouts.checkouts.checkout import Checkout, DiscountCode
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.line_item import Attribute, TaxLine
from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.checkouts.rejected import UNEXPECTED, RejectedRecordError, rejection
from abandoned_checkouts.checkouts.value_checks import check_checkout, flag
from abandoned_checkouts.shopify.formats.from_node.line_items import Applications, line_item_from_node, money_bag, nodes
from abandoned_checkouts.shopify.values.gid import InvalidGidError, parse_gid

_TEXTS = {
    "name": "name",
    "abandonedCheckoutUrl": "abandoned_checkout_url",
    "note": "note",
}
_TIMES = {"createdAt": "created_at", "updatedAt": "updated_at", "completedAt": "completed_at"}
_AMOUNTS = {
    "totalLineItemsPriceSet": "total_line_items_price",
    "totalDiscountSet": "total_discount",
    "subtotalPriceSet": "subtotal_price",
    "totalTaxSet": "total_tax",
    "totalDutiesSet": "total_duties",
    "totalPriceSet": "total_price",
}
_OPTIONAL = frozenset(("total_tax", "total_duties"))
_ADDRESSES = {"billingAddress": "billing_address", "shippingAddress": "shipping_address"}
_ADDRESS_KEYS = {
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
_CUSTOMER_TEXTS = {
    "firstName": "first_name",
    "lastName": "last_name",
    "email": "email",
    "phone": "phone",
    "note": "note",
    "locale": "locale",
    "multipassIdentifier": "multipass_identifier",
    "productSubscriberStatus": "product_subscriber_status",
}
_CUSTOMER_FLAGS = {
    "taxExempt": "tax_exempt",
    "verifiedEmail": "verified_email",
    "dataSaleOptOut": "data_sale_opt_out",
}
# Read, or said by the other fields.
_UNDERSTOOD = frozenset(
    (
        *(*_TEXTS, *_TIMES, *_AMOUNTS, *_ADDRESSES),
        *("__typename", "id", "customer", "customAttributes", "defaultCursor", "discountCodes", "lineItems"),
        *("lineItemsQuantity", "taxLines", "taxesIncluded"),
    )
)


def checkout_from_node(source: UntypedJson, *, currency: str | None = None) -> Checkout:
    """The checkout of a decoded AbandonedCheckout object.

    `currency` stands in where no selected amount tells the shop's. Raises RejectedRecordError.
    """
    try:
        checkout = _read(source, currency)
        check_checkout(checkout)
        return checkout
    except InvalidGidError as problem:
        raise RejectedRecordError(f"{str(problem)!r} is not a global id") from None
    except UNEXPECTED as problem:
        raise rejection(problem, "AbandonedCheckout has", missing="the field {} is missing") from None


def _read(source: UntypedJson, currency: str | None) -> Checkout:
    kind = source.get("__typename", "AbandonedCheckout")
    if "id" not in source:
        raise RejectedRecordError("the node has no id; select `id` so that the checkout can be found again")
    number = _number(source["id"], "AbandonedCheckout")
    if kind != "AbandonedCheckout" or number is None:
        raise RejectedRecordError(f"{source['id']} is not an AbandonedCheckout")
    if not source.get("createdAt"):
        raise RejectedRecordError("the node has no createdAt; select `createdAt`, by which checkouts are kept in order")
    bags = {name: money_bag(source[name]) for name in _AMOUNTS if source.get(name)}
    shop_currency = next((bag.currency for bag in bags.values() if bag.currency), currency)
    if shop_currency is None:
        raise RejectedRecordError("the currency is not told; select `totalPriceSet { shopMoney { currencyCode } }`")
    created_at = parse_moment(source["createdAt"])
    checkout = Checkout(
        platform="shopify",
        id=number,
        created_at=created_at,
        updated_at=created_at,
        currency=shop_currency,
        presentment_currency=next(
            (bag.presentment_currency for bag in bags.values() if bag.presentment_currency), shop_currency
        ),
    )
    told = {"platform", "id", "created_at", "updated_at", "currency", "presentment_currency"}

    def tell(name: str, value: object) -> None:
        setattr(checkout, name, value)
        told.add(name)

    for key, name in _TEXTS.items():
        if key in source:
            tell(name, source[key] or ("" if name == "note" else None))
    for key, name in _TIMES.items():
        if source.get(key):
            tell(name, parse_moment(source[key]))
    for key, name in _AMOUNTS.items():
        if key in source:
            bag = bags.get(key)
            if bag is None and name not in _OPTIONAL:
                raise RejectedRecordError(f"{key} is no amount of money")
            tell(name, None if bag is None else bag.amount)
            tell(f"presentment_{name}", None if bag is None else bag.presentment_amount)
    for key, name in _ADDRESSES.items():
        if key in source:
            tell(name, _address(source[key]))
    if "taxesIncluded" in source:
        tell("taxes_included", flag(source["taxesIncluded"]))
    if "customAttributes" in source:
        tell("custom_attributes", _attributes(source["customAttributes"]))
    if "taxLines" in source:
        tell("tax_lines", [_tax(item) for item in source["taxLines"] or []])
    discounts = Applications(shop_currency)
    if "lineItems" in source:
        tell("line_items", [line_item_from_node(item, discounts) for item in nodes(source["lineItems"])])
        positions = {line.key: place for place, line in enumerate(checkout.line_items)}
        for line, item in zip(checkout.line_items, nodes(source["lineItems"]), strict=True):
            parent = (item.get("parentRelationship") or {}).get("parent") or {}
            if parent.get("id"):
                line.parent_position = positions.get(parse_gid(parent["id"]).key)
        tell("discount_applications", discounts.finished(checkout.line_items))
    if "discountCodes" in source:
        tell("discount_codes", [_code(code, checkout) for code in source["discountCodes"] or []])
    if "customer" in source:
        _tell_customer(source["customer"], checkout, tell)
    rest = {key: value for key, value in source.items() if key not in _UNDERSTOOD}
    if rest:
        tell("extra", {**(checkout.extra or {}), **rest})
    checkout.present_fields = frozenset(told)
    return checkout


def _tell_customer(source: UntypedJson | None, checkout: Checkout, tell: Callable[[str, object], None]) -> None:
    if source is None:
        tell("customer", None)
        tell("customer_id", None)
        return
    if "id" not in source:
        # Nobody can be told from others without a number; what is known of the buyer stays with the checkout.
        tell("email", source.get("email") or (source.get("defaultEmailAddress") or {}).get("emailAddress"))
        tell("phone", source.get("phone") or (source.get("defaultPhoneNumber") or {}).get("phoneNumber"))
        tell("extra", {"customer": source})
        return
    customer = _customer(source, checkout)
    tell("customer", customer)
    tell("customer_id", customer.id)


def _customer(source: UntypedJson, checkout: Checkout) -> Customer:
    number = _number(source["id"], "Customer")
    if number is None:
        raise RejectedRecordError(f"{source['id']} is not a Customer")
    created = source.get("createdAt")
    created_at = parse_moment(created) if created else checkout.created_at
    updated = source.get("updatedAt")
    customer = Customer(id=number, created_at=created_at, updated_at=parse_moment(updated) if updated else created_at)
    for key, name in _CUSTOMER_TEXTS.items():
        if source.get(key) is not None:
            setattr(customer, name, source[key])
    for key, name in _CUSTOMER_FLAGS.items():
        if source.get(key) is not None:
            setattr(customer, name, flag(source[key]))
    mail, phone = source.get("defaultEmailAddress") or {}, source.get("defaultPhoneNumber") or {}
    consent = source.get("emailMarketingConsent") or mail
    sms = source.get("smsMarketingConsent") or phone
    customer.email = mail.get("emailAddress") or customer.email
    customer.phone = phone.get("phoneNumber") or customer.phone
    customer.email_marketing_state = consent.get("marketingState") or customer.email_marketing_state
    customer.sms_marketing_state = sms.get("marketingState") or customer.sms_marketing_state
    customer.tags = list(source.get("tags") or [])
    customer.number_of_orders = int(source.get("numberOfOrders") or 0)
    if source.get("state"):
        customer.state = source["state"].lower()
    if source.get("amountSpent"):
        customer.amount_spent = money_bag({"shopMoney": source["amountSpent"]}).amount
    address = _address(source.get("defaultAddress"))
    if address:
        customer.addresses = [address]
    return customer


def _address(source: UntypedJson | None) -> Any:
    if not source:
        return None
    address: UntypedJson = {}
    for key, name in _ADDRESS_KEYS.items():
        if source.get(key) is not None:
            address[name] = source[key]
    if source.get("id"):
        address["id"] = parse_gid(source["id"]).number
    return address or None


def _attributes(source: list[UntypedJson] | None) -> list[Attribute]:
    return [{"key": item["key"], "value": item.get("value")} for item in source or []]


def _tax(source: UntypedJson) -> TaxLine:
    bag = money_bag(source.get("priceSet") or {"shopMoney": {"amount": source.get("price") or 0}})
    rate, percentage = source.get("rate"), source.get("ratePercentage")
    if rate is None and percentage is not None:
        rate = percentage / 100
    return {
        "title": source.get("title") or "",
        "rate": None if rate is None else float(rate),
        "amount": bag.amount,
        "presentment_amount": bag.presentment_amount,
        "source": source.get("source"),
        "channel_liable": source.get("channelLiable"),
    }


def _code(code: str, checkout: Checkout) -> DiscountCode:
    """A code with what it took off, as far as the selected allocations tell."""
    for place, application in enumerate(checkout.discount_applications):
        if application.get("code") == code:
            taken = sum(
                item["amount"]
                for line in checkout.line_items
                for item in line.discount_allocations
                if item["application"] == place
            )
            on_shipping = application.get("target_type") == "SHIPPING_LINE"
            kind = "shipping" if on_shipping else application.get("value_type", "fixed_amount")
            return {"code": code, "amount": taken, "type": kind}
    return {"code": code, "amount": 0, "type": "fixed_amount"}


def _number(text: str, type_name: str) -> int | None:
    found = parse_gid(text)
    return found.number if found.type_name == type_name else None
