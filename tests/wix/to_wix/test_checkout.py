"""The entity: Wix's checkouts are returned unchanged, Shopify's are converted, and GUIDs do not change."""

from typing import Any

import pytest

from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.wix.from_wix.checkout import checkout_from_wix
from abandoned_checkouts.wix.projection import projected
from tests.wix.entities import entity_of
from tests.wix.site import FIRST, SAMPLE, checkout

Json = dict[str, Any]


def missing(sent: Any, returned: Any, path: str = "") -> list[str]:
    """The paths at which `returned` lacks or changes a value of `sent`."""
    if isinstance(sent, dict):
        return [
            problem
            for name, value in sent.items()
            for problem in (
                missing(value, returned[name], f"{path}.{name}") if name in returned else [f"{path}.{name}"]
            )
        ]
    if isinstance(sent, list):
        pairs = zip(sent, returned, strict=True)
        return [problem for place, pair in enumerate(pairs) for problem in missing(*pair, f"{path}[{place}]")]
    return [] if sent == returned else [f"{path}: {sent!r} != {returned!r}"]


def test_the_sample_of_wix_is_returned_unchanged() -> None:
    found = entity_of(checkout_from_wix(SAMPLE))
    assert missing(SAMPLE, found) == []
    again = entity_of(checkout_from_wix(found))
    assert missing(found, again) == [] and missing(again, found) == []


def test_a_discounted_line_price_is_returned_unchanged() -> None:
    price = {"amount": "10", "convertedAmount": "9.2"}
    before = {"amount": "12.5", "convertedAmount": "11.5"}
    line = {**SAMPLE["lineItems"][0], "price": price, "priceBeforeDiscounts": before}
    [found] = entity_of(checkout_from_wix({**SAMPLE, "lineItems": [line]}))["lineItems"]
    assert missing({"price": price, "priceBeforeDiscounts": before}, found) == []


def test_discounts_of_wix_are_returned_unchanged() -> None:
    amount = {"amount": "5", "convertedAmount": "5", "formattedAmount": "$5.00", "formattedConvertedAmount": "$5.00"}
    sent = [
        {"coupon": {"id": "c1", "code": "TEN", "name": "Ten", "amount": amount}, "discountType": "GLOBAL"},
        {"merchantDiscount": {"amount": amount, "percentage": 10}, "discountType": "GLOBAL"},
    ]
    assert entity_of(checkout_from_wix({**SAMPLE, "appliedDiscounts": sent}))["appliedDiscounts"] == sent


def test_a_checkout_of_shopify_is_converted() -> None:
    found = entity_of(checkout(1))
    assert found["status"] == "ABANDONED" and "checkoutRecoveredDate" not in found
    assert found["buyerLanguage"] == "en-US" and found["currency"] == "USD" and found["conversionCurrency"] == "EUR"
    assert found["contactDetails"] == {
        "firstName": "Grace",
        "lastName": "Hopper",
        "phone": "+15551234",
        "company": "Acme",
    }
    # Before discounts, unlike Shopify's subtotal.
    assert found["subtotalPrice"]["amount"] == "23" and found["totalPrice"]["amount"] == "22"
    assert found["totalPrice"]["formattedConvertedAmount"] == "€19.50"
    [line] = found["lineItems"]
    assert line["quantity"] == 2
    assert line["catalogReference"] == {
        "catalogItemId": "41",
        "appId": "215238eb-22a5-4c36-9e7b-e7c08025e04e",
        "options": {"variantId": "401"},
    }
    assert line["descriptionLines"] == [
        {"name": {"original": "Variant"}, "plainText": {"original": "Blue / L"}},
        {"name": {"original": "Engraving"}, "plainText": {"original": "For you"}},
    ]
    assert line["image"] == {"url": "https://images.example/1.png", "height": 480, "width": 640, "altText": "A box"}
    assert line["physicalProperties"] == {"sku": "SKU-1", "shippable": True}
    [discount] = found["appliedDiscounts"]
    assert discount["coupon"]["code"] == "SPRING10" and discount["coupon"]["amount"]["amount"] == "1"
    assert discount["discountType"] == "GLOBAL"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("/demo/images/cup.svg", "https://s/demo/images/cup.svg"),
        ("//cdn.example/cup.png", "//cdn.example/cup.png"),
        ("http://cdn.example/cup.png", "http://cdn.example/cup.png"),
    ],
)
def test_the_url_of_our_own_image_is_absolute(url: str, shown: str) -> None:
    with_image = checkout(1)
    with_image.line_items[0].image = {"url": url}
    assert entity_of(with_image)["lineItems"][0]["image"] == {"url": shown}


DISCOUNTS = [
    ({"kind": "automatic", "title": "Two for one"}, "discountRule", "GLOBAL"),
    ({"kind": "manual", "title": "Friend", "value_type": "percentage", "value": 10.0}, "merchantDiscount", "GLOBAL"),
    ({"kind": "script", "title": "Script"}, "merchantDiscount", "GLOBAL"),
    ({"kind": "code", "code": "A", "target_selection": "ENTITLED"}, "coupon", "SPECIFIC_ITEMS"),
    ({"kind": "code", "code": "A", "target_type": "SHIPPING_LINE"}, "coupon", "SHIPPING"),
]


@pytest.mark.parametrize(("application", "name", "kind"), DISCOUNTS)
def test_each_kind_of_discount(application: Any, name: str, kind: str) -> None:
    source = checkout(1)
    source.discount_applications, source.discount_codes = [application], []
    [found] = entity_of(source)["appliedDiscounts"]
    assert name in found and found["discountType"] == kind
    if kind == "SPECIFIC_ITEMS":
        [line] = entity_of(source)["lineItems"]
        assert found["lineItemIds"] == [line["id"]]
    if application.get("value_type") == "percentage":
        assert found[name]["percentage"] == 10


def test_derived_guids_are_stable_and_unique() -> None:
    one, same, other = entity_of(checkout(1)), entity_of(checkout(1)), entity_of(checkout(2))
    assert one == same
    guids = [found[name] for found in (one, other) for name in ("id", "checkoutId", "cartId")]
    assert len(set(guids)) == 6


BUYERS = [
    ({"userId": "aaaaaaaa-7a63-4e4d-9a4e-000000000001"}, "userId"),
    ({"memberId": "aaaaaaaa-7a63-4e4d-9a4e-000000000001"}, "memberId"),
    ({"visitorId": "aaaaaaaa-7a63-4e4d-9a4e-000000000001"}, "visitorId"),
]


@pytest.mark.parametrize(("buyer", "name"), BUYERS)
def test_a_buyer_has_one_of_three_ids(buyer: Json, name: str) -> None:
    found = entity_of(checkout_from_wix({**SAMPLE, "buyerInfo": buyer}))["buyerInfo"]
    assert found[name] == buyer[name]
    assert len({"userId", "memberId", "visitorId"} & set(found)) == 1


@pytest.mark.parametrize(
    ("state", "name"), [("enabled", "memberId"), ("disabled", "visitorId"), ("ENABLED", "memberId")]
)
def test_a_customer_with_an_account_is_a_member(state: str, name: str) -> None:
    source = checkout(4)
    source.customer = Customer(id=9, created_at=FIRST, updated_at=FIRST, state=state)
    found = entity_of(source)["buyerInfo"]
    assert name in found and found["contactId"]
    assert (found.get("memberId") == found["contactId"]) == (name == "memberId")


def test_a_cart_without_a_checkout_has_an_empty_id() -> None:
    assert entity_of(checkout_from_wix({**SAMPLE, "checkoutId": ""}))["checkoutId"] == ""


def test_an_unknown_buyer_has_only_a_visitor_id() -> None:
    source = checkout(4)
    source.customer = None
    found = entity_of(source)
    assert set(found["buyerInfo"]) == {"visitorId"} and "contactDetails" not in found


PROJECTIONS = [
    (["status"], {"id": 1, "status": "A"}),
    (["buyer.email"], {"id": 1, "buyer": {"email": "e"}}),
    (["buyer", "buyer.email"], {"id": 1, "buyer": {"email": "e", "phone": "p"}}),
    (["buyer.email", "buyer"], {"id": 1, "buyer": {"email": "e", "phone": "p"}}),
    (["lines.sku"], {"id": 1, "lines": [{"sku": "1"}, {"sku": "2"}]}),
    (["nowhere", "status.deeper", ""], {"id": 1}),
]


@pytest.mark.parametrize(("paths", "kept"), PROJECTIONS)
def test_only_the_selected_fields_are_returned(paths: list[str], kept: Json) -> None:
    whole = {
        "id": 1,
        "status": "A",
        "buyer": {"email": "e", "phone": "p"},
        "lines": [{"sku": "1", "n": 1}, {"sku": "2", "n": 2}],
    }
    assert projected(whole, paths) == kept
