"""A Wix abandonedCheckout becomes a Checkout; its GUIDs stay its names.

How the two platforms' words map onto each other: Wix's subtotal is that of the lines before discounts, its status
knows recovery only, and the log of activities has the state of the mails.
"""

from hashlib import blake2b
from typing import Any
from uuid import UUID

from abandoned_checkouts.checkouts.activity import Activity, email_state_of
from abandoned_checkouts.checkouts.checkout import Checkout, DiscountApplication, DiscountCode
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.line_item import DiscountAllocation
from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.checkouts.money import parse_amount, split
from abandoned_checkouts.checkouts.rejected import UNEXPECTED, RejectedRecordError, rejection
from abandoned_checkouts.checkouts.totals import CURRENCIES, charges, price_lines
from abandoned_checkouts.checkouts.value_checks import check_lengths
from abandoned_checkouts.wix.from_wix.line_item import line_item_from_wix
from abandoned_checkouts.wix.from_wix.shape import checked_entity

_UNDERSTOOD = frozenset(
    [
        "id",
        "createdDate",
        "updatedDate",
        "status",
        "buyerLanguage",
        "currency",
        "conversionCurrency",
        "totalPrice",
        "subtotalPrice",
        "activities",
        "checkoutRecoveredDate",
        "checkoutUrl",
        "lineItems",
    ]
)

_LARGEST_AMOUNT = 2**63 - 1
_SUMS = ("total_line_items_price", "total_discount", "subtotal_price", "total_price", "total_shipping")
_SUMS_OF_LINES = ("original_total_price", "discounted_total_price", "discounted_total_price_with_code")


def checkout_from_wix(source: UntypedJson) -> Checkout:
    """The checkout of a decoded JSON object. Raises RejectedRecordError."""
    try:
        return _read(source)
    except UNEXPECTED as problem:
        raise rejection(problem, "Wix's checkouts have", missing="the key {} is missing") from None


def _read(source: UntypedJson) -> Checkout:
    source = checked_entity(source)
    get = source.get
    guid = _guid(get("id"))
    if guid is None:
        raise RejectedRecordError(f"{get('id')!r} is not the GUID of a checkout")
    currency, created = get("currency"), get("createdDate")
    if not currency:
        raise RejectedRecordError("the checkout has no currency")
    if not created:
        raise RejectedRecordError("the checkout has no createdDate")
    created_at = parse_moment(created)
    activities: list[Activity] = [
        {"activity_type": step["type"], "created_at": parse_moment(step["createdDate"])}
        for step in get("activities") or []
    ]
    state, sent_at = email_state_of(activities)
    recovered = get("checkoutRecoveredDate")
    updated_at = parse_moment(get("updatedDate") or created)
    recovered_at = parse_moment(recovered) if recovered else None
    if recovered_at is None and get("status") == "RECOVERED":
        recovered_at = updated_at
    buyer, contact = get("buyerInfo") or {}, get("contactDetails") or {}
    customer = _customer(buyer, contact, created_at)
    total, subtotal = get("totalPrice") or {}, get("subtotalPrice") or {}
    checkout = Checkout(
        platform="wix",
        uuid=guid,
        token=get("checkoutId") or None,
        cart_token=get("cartId") or None,
        # Without a checkout Wix writes an empty text: the buyer left a cart.
        checkout_uuid=get("checkoutId"),
        cart_uuid=get("cartId"),
        contact_id=_guid(buyer.get("contactId")),
        visitor_id=_guid(buyer.get("visitorId")),
        member_id=_guid(buyer.get("memberId")),
        user_id=_guid(buyer.get("userId")),
        created_at=created_at,
        updated_at=updated_at,
        # Wix writes the entity when an hour has passed: what it calls created is what is abandoned.
        abandoned_at=created_at,
        completed_at=recovered_at,
        recovered_at=recovered_at,
        email_state=state,
        email_sent_at=sent_at,
        activities=activities,
        currency=currency,
        presentment_currency=get("conversionCurrency") or currency,
        locale=get("buyerLanguage"),
        email=buyer.get("email"),
        phone=contact.get("phone"),
        customer=customer,
        customer_id=customer.id if customer is not None else None,
        abandoned_checkout_url=get("checkoutUrl"),
        line_items=[line_item_from_wix(line) for line in get("lineItems") or []],
    )
    if contact.get("firstName") or contact.get("lastName") or contact.get("company"):
        names = {"first_name": "firstName", "last_name": "lastName", "company": "company", "phone": "phone"}
        address: Any = {name: contact[key] for name, key in names.items() if contact.get(key)}
        checkout.billing_address = address
    _tell_discounts(get("appliedDiscounts") or [], checkout)
    price_lines(checkout)
    _tell_totals(checkout, total, subtotal)
    _refuse_too_much(checkout)
    rest = {key: value for key, value in source.items() if key not in _UNDERSTOOD and value not in (None, "")}
    checkout.extra = rest or None
    check_lengths(checkout)
    return checkout


def _customer(buyer: UntypedJson, contact: UntypedJson, seen_at: int) -> Customer | None:
    """Whom Wix knows by a contact, or as member; a visitor without either is nobody yet."""
    guid = _guid(buyer.get("contactId")) or _guid(buyer.get("memberId")) or _guid(buyer.get("userId"))
    if guid is None:
        return None
    return Customer(
        id=id_from_guid(guid),
        uuid=guid,
        created_at=seen_at,
        updated_at=seen_at,
        first_name=contact.get("firstName"),
        last_name=contact.get("lastName"),
        email=buyer.get("email"),
        phone=contact.get("phone"),
        state="enabled" if buyer.get("memberId") else "disabled",
    )


def id_from_guid(guid: str) -> int:
    """A number of 52 bits for what Wix knows by a GUID: JSON readers of the other dialect hold it exactly."""
    return int.from_bytes(blake2b(UUID(guid).bytes, digest_size=8).digest()) >> 12


def _tell_discounts(found: list[UntypedJson], checkout: Checkout) -> None:
    for place, source in enumerate(found):
        coupon, rule, merchant = source.get("coupon"), source.get("discountRule"), source.get("merchantDiscount")
        discount = coupon or rule or merchant or {}
        price = discount.get("amount") or {}
        amount, presentment = _both(price)
        on_shipping = source.get("discountType") == "SHIPPING"
        some = [str(guid).lower() for guid in source.get("lineItemIds") or []]
        application: DiscountApplication = {
            "kind": "code" if coupon else "automatic" if rule else "manual",
            "title": _title(discount) or ("Discount" if not coupon else None),
            "target_type": "SHIPPING_LINE" if on_shipping else "LINE_ITEM",
            "target_selection": "ENTITLED" if some else "ALL",
            "allocation_method": "ACROSS",
            "value_type": "fixed_amount",
            "value": amount,
            "value_currency": checkout.currency,
        }
        if merchant and merchant.get("percentage"):
            application["value_type"], application["value"] = "percentage", float(merchant["percentage"])
        if coupon:
            application["code"] = coupon.get("code")
            code: DiscountCode = {
                "code": coupon.get("code") or "",
                "amount": amount,
                "type": "shipping" if on_shipping else "fixed_amount",
            }
            checkout.discount_codes.append(code)
        checkout.discount_applications.append(application)
        if on_shipping:
            continue
        # Wix sends a discount's amount once; a discount on all lines is shared out by their prices.
        lines = [line for line in checkout.line_items if not some or (line.uuid or "") in some]
        shares = split(amount, [line.original_unit_price * line.quantity for line in lines], checkout.currency)
        presentment_shares = split(
            presentment,
            [line.presentment_original_unit_price * line.quantity for line in lines],
            checkout.presentment_currency or checkout.currency,
        )
        for line, share, presentment_share in zip(lines, shares, presentment_shares, strict=True):
            if share or presentment_share:
                allocation: DiscountAllocation = {
                    "application": place,
                    "amount": share,
                    "presentment_amount": presentment_share,
                }
                line.discount_allocations.append(allocation)


def _tell_totals(checkout: Checkout, total: UntypedJson, subtotal: UntypedJson) -> None:
    for place, prefix in enumerate(CURRENCIES):
        lines = sum(getattr(line, f"{prefix}original_total_price") for line in checkout.line_items)
        off = sum(
            item[f"{prefix}amount"]  # type: ignore[literal-required]
            for line in checkout.line_items
            for item in line.discount_allocations
        )
        of_lines = _both(subtotal)[place] if subtotal else lines or _both(total)[place]
        setattr(checkout, f"{prefix}total_line_items_price", of_lines)
        setattr(checkout, f"{prefix}total_discount", off)
        setattr(checkout, f"{prefix}subtotal_price", of_lines - off)
        whole = _both(total)[place] if total else of_lines - off
        setattr(checkout, f"{prefix}total_price", whole)
        # Wix sends neither tax nor delivery: what is missing to the total counts as delivery.
        setattr(checkout, f"{prefix}total_shipping", max(0, whole - of_lines + off - charges(checkout, prefix)))


def _refuse_too_much(checkout: Checkout) -> None:
    """Each amount can be kept, but what they make together may be more than the store's numbers hold."""
    sums = [getattr(checkout, prefix + name) for prefix in CURRENCIES for name in _SUMS]
    for line in checkout.line_items:
        sums += [getattr(line, prefix + name) for prefix in CURRENCIES for name in _SUMS_OF_LINES]
    if max(map(abs, sums)) > _LARGEST_AMOUNT:
        raise RejectedRecordError("the amounts of the checkout are too large to be kept")


def _both(price: UntypedJson) -> tuple[int, int]:
    amount = parse_amount(price.get("amount") or 0)
    converted = price.get("convertedAmount")
    return amount, amount if converted in (None, "") else parse_amount(converted)


def _title(source: UntypedJson) -> str | None:
    name = source.get("name")
    return name.get("original") if isinstance(name, dict) else name


def _guid(text: Any) -> str | None:
    try:
        return str(UUID(text)) if text else None
    except (ValueError, AttributeError, TypeError):
        return None
