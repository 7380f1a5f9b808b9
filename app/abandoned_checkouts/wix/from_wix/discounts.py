"""The discounts of a Wix abandonedCheckout: coupons, discount rules and the merchant's own discounts."""

from abandoned_checkouts.checkouts.checkout import Checkout, DiscountApplication, DiscountCode
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.money import split
from abandoned_checkouts.wix.from_wix.values import amounts_of


def set_discounts(checkout: Checkout, discounts: list[UntypedJson]) -> None:
    """Set the discounts and codes of a checkout, and the allocations of its lines."""
    for place, source in enumerate(discounts):
        coupon, merchant = source.get("coupon"), source.get("merchantDiscount")
        amounts = amounts_of((coupon or source.get("discountRule") or merchant or {}).get("amount"))
        application = _application(source, amounts[0], checkout.currency)
        checkout.discount_applications.append(application)
        if coupon:
            checkout.discount_codes.append(_code(application, amounts[0]))
        if application["target_type"] == "LINE_ITEM":
            guids = _line_guids(source)
            lines = [line for line in checkout.line_items if not guids or line.uuid in guids]
            _allocate(place, amounts, lines, checkout)


def _application(source: UntypedJson, amount: int, currency: str) -> DiscountApplication:
    coupon, rule, merchant = source.get("coupon"), source.get("discountRule"), source.get("merchantDiscount")
    application: DiscountApplication = {
        "kind": "code" if coupon else "automatic" if rule else "manual",
        "title": _title(coupon or rule or merchant or {}) or (None if coupon else "Discount"),
        "target_type": "SHIPPING_LINE" if source.get("discountType") == "SHIPPING" else "LINE_ITEM",
        "target_selection": "ENTITLED" if _line_guids(source) else "ALL",
        "allocation_method": "ACROSS",
        "value_type": "fixed_amount",
        "value": amount,
        "value_currency": currency,
    }
    if merchant and merchant.get("percentage"):
        application["value_type"], application["value"] = "percentage", float(merchant["percentage"])
    if coupon:
        application["code"] = coupon.get("code")
    return application


def _title(source: UntypedJson) -> str | None:
    name = source.get("name")
    return name.get("original") if isinstance(name, dict) else name


def _line_guids(source: UntypedJson) -> list[str]:
    return [str(guid).lower() for guid in source.get("lineItemIds") or ()]


def _code(application: DiscountApplication, amount: int) -> DiscountCode:
    return {
        "code": application["code"] or "",
        "amount": amount,
        "type": "shipping" if application["target_type"] == "SHIPPING_LINE" else "fixed_amount",
    }


def _allocate(place: int, amounts: tuple[int, int], lines: list[LineItem], checkout: Checkout) -> None:
    """Wix sends only the amount of a discount. Split it among the lines in proportion to their prices."""
    shares = split(amounts[0], [line.original_unit_price * line.quantity for line in lines], checkout.currency)
    presentment_shares = split(
        amounts[1],
        [line.presentment_original_unit_price * line.quantity for line in lines],
        checkout.presentment_currency or checkout.currency,
    )
    for line, share, presentment_share in zip(lines, shares, presentment_shares, strict=True):
        if share or presentment_share:
            line.discount_allocations.append(
                {"application": place, "amount": share, "presentment_amount": presentment_share}
            )
