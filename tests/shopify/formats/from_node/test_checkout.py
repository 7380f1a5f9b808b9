"""GraphQL nodes: selected fields are known, values that follow from them are computed, and others stay unknown."""

from typing import Any

import pytest

from abandoned_checkouts.checkouts.rejected import RejectedRecordError
from abandoned_checkouts.shopify.formats.from_node.checkout import checkout_from_node
from tests.intake.samples import Json, money, node

BOTH = {
    "shopMoney": {"amount": "10.0", "currencyCode": "USD"},
    "presentmentMoney": {"amount": "9.2", "currencyCode": "EUR"},
}


def test_only_selected_fields_are_read() -> None:
    checkout = checkout_from_node(
        {"id": "gid://shopify/AbandonedCheckout/7", "createdAt": "2026-10-12T11:05:27Z"}, currency="USD"
    )
    assert checkout.present_fields == {"platform", "id", "created_at", "updated_at", "currency", "presentment_currency"}
    assert (checkout.id, checkout.currency, checkout.line_items) == (7, "USD", [])


def test_both_currencies() -> None:
    checkout = checkout_from_node(node(totalPriceSet=BOTH))
    assert (checkout.total_price, checkout.presentment_total_price) == (100_000, 92_000)
    assert (checkout.currency, checkout.presentment_currency) == ("USD", "EUR")


def test_bundles_add_ons_and_discounts_of_every_kind() -> None:
    def allocation(index: int, amount: str, **discount: Any) -> Json:
        present = {"index": index, "targetSelection": "ALL", "allocationMethod": "ACROSS", "targetType": "LINE_ITEM"}
        return {"allocatedAmountSet": money(amount), "discountApplication": {**present, **discount}}

    kinds = [
        allocation(3, "1.0", __typename="ScriptDiscountApplication", title="S", value={"percentage": 5.0}),
        allocation(0, "2.0", __typename="DiscountCodeApplication", code="TEN", value={"percentage": 10.0}),
        allocation(1, "3.0", __typename="AutomaticDiscountApplication", title="A", value={"amount": "3.0"}),
        allocation(2, "4.0", __typename="ManualDiscountApplication", title="M", description="why", value={}),
    ]
    lines = [
        {
            "id": "gid://shopify/AbandonedCheckoutLineItem/a?checkout=t&index=0",
            "title": "Set",
            "quantity": 1,
            "originalUnitPriceSet": money("50.0"),
            "components": [
                {"id": "gid://x/1", "title": "Mug", "quantity": 2, "image": {"url": "https://x.example/a.png"}}
            ],
            "discountAllocations": {"nodes": kinds},
        },
        {
            "id": "gid://shopify/AbandonedCheckoutLineItem/b?checkout=t&index=1",
            "title": "Wrap",
            "quantity": 1,
            "parentRelationship": {"parent": {"id": "gid://shopify/AbandonedCheckoutLineItem/a?checkout=t&index=0"}},
        },
    ]
    checkout = checkout_from_node(node(lineItems={"nodes": lines}, discountCodes=["TEN"]))
    assert [item["kind"] for item in checkout.discount_applications] == ["code", "automatic", "manual", "script"]
    first, second = checkout.line_items
    assert [item["application"] for item in first.discount_allocations] == [3, 0, 1, 2]
    assert (first.discounted_total_price, first.discounted_total_price_with_code) == (420_000, 400_000)
    assert first.components is not None and first.components[0]["quantity"] == 2
    assert second.parent_position == 0
    assert checkout.discount_codes == [{"code": "TEN", "amount": 20_000, "type": "percentage"}]


def test_fields_that_are_not_known_here_are_kept() -> None:
    assert checkout_from_node(node(alias={"value": "gold"})).extra == {"alias": {"value": "gold"}}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": "gid://shopify/Order/7"}, "not an AbandonedCheckout"),
        ({"id": "seven"}, "unexpected type in id: expected a global id .*, got 'seven'"),
        ({"createdAt": None}, "select `createdAt`"),
        ({"totalPriceSet": None, "lineItems": None}, "no currency; select `totalPriceSet"),
        ({"createdAt": "soon"}, "ISO 8601"),
        ({"totalPriceSet": money("much")}, "much"),
        ({"customer": {"id": "gid://shopify/Order/1"}}, "not a Customer"),
        ({"lineItems": {"nodes": [{"quantity": -2}]}}, "quantity of a line is -2"),
        ({"lineItems": {"edges": [{}]}}, r"lineItems.edges\[0\].node is missing"),
        ({"lineItems": 7}, "unexpected type in lineItems: expected an object, got 7"),
    ],
)
def test_invalid_nodes_are_rejected_with_the_reason(changes: Json, reason: str) -> None:
    with pytest.raises(RejectedRecordError, match=reason):
        checkout_from_node(node(**changes))
