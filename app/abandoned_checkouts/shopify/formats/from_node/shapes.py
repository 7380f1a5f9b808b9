"""The documented shape of an AbandonedCheckout. If reading one fails, it leads to the value at fault."""

from abandoned_checkouts.checkouts.json_shape import (
    AMOUNT,
    FLAG,
    MOMENT,
    NUMBER,
    REQUIRED_AMOUNT,
    TEXT,
    WHOLE_NUMBER,
    Leaf,
    ListOrObject,
    ListShape,
    ObjectShape,
)
from abandoned_checkouts.shopify.values.gid import parse_gid


def _connection(node: ObjectShape) -> ListOrObject:
    edge = ObjectShape({"node": node}, required=("node",))
    return ListOrObject(ListShape(node), ObjectShape({"nodes": ListShape(node), "edges": ListShape(edge)}))


_REQUIRED_GID = Leaf(parse_gid, "a global id (gid://shopify/…)")
_GID = Leaf(lambda gid: parse_gid(gid) if gid else None, _REQUIRED_GID.expected)
_ATTRIBUTES = ListShape(ObjectShape({}, required=("key",)))
_MONEY = ObjectShape({"amount": AMOUNT})
_BAG = ObjectShape({"shopMoney": _MONEY, "presentmentMoney": ObjectShape({"amount": REQUIRED_AMOUNT})})
_NODE = ObjectShape({"id": _GID})
_IMAGE = ObjectShape({"id": _GID})
_APPLICATION = ObjectShape({"value": ObjectShape({"percentage": NUMBER, "amount": AMOUNT})})
_ALLOCATION = ObjectShape({"allocatedAmountSet": _BAG, "allocatedAmount": _MONEY, "discountApplication": _APPLICATION})
_LINE_ITEM = ObjectShape(
    {
        "id": _GID,
        "quantity": WHOLE_NUMBER,
        "product": _NODE,
        "variant": _NODE,
        "image": _IMAGE,
        "customAttributes": _ATTRIBUTES,
        "components": ListShape(ObjectShape({"quantity": WHOLE_NUMBER, "image": _IMAGE})),
        "discountAllocations": _connection(_ALLOCATION),
        "originalUnitPriceSet": _BAG,
        "originalTotalPriceSet": _BAG,
        "discountedUnitPriceSet": _BAG,
        "discountedTotalPriceSet": _BAG,
        "discountedUnitPriceWithCodeDiscount": _BAG,
        "discountedTotalPriceWithCodeDiscount": _BAG,
        "parentRelationship": ObjectShape({"parent": _NODE}),
    }
)
_ADDRESS = ObjectShape({"id": _GID})
_CONTACT = ObjectShape({})
_CUSTOMER = ObjectShape(
    {
        "id": _REQUIRED_GID,
        "createdAt": MOMENT,
        "updatedAt": MOMENT,
        "taxExempt": FLAG,
        "verifiedEmail": FLAG,
        "dataSaleOptOut": FLAG,
        "state": TEXT,
        "tags": ListShape(TEXT),
        "numberOfOrders": WHOLE_NUMBER,
        "amountSpent": _MONEY,
        "defaultEmailAddress": _CONTACT,
        "defaultPhoneNumber": _CONTACT,
        "emailMarketingConsent": _CONTACT,
        "smsMarketingConsent": _CONTACT,
        "defaultAddress": _ADDRESS,
    }
)

CHECKOUT = ObjectShape(
    {
        "id": _REQUIRED_GID,
        "createdAt": MOMENT,
        "updatedAt": MOMENT,
        "completedAt": MOMENT,
        "totalLineItemsPriceSet": _BAG,
        "totalDiscountSet": _BAG,
        "subtotalPriceSet": _BAG,
        "totalTaxSet": _BAG,
        "totalDutiesSet": _BAG,
        "totalPriceSet": _BAG,
        "taxesIncluded": FLAG,
        "customAttributes": _ATTRIBUTES,
        "taxLines": ListShape(
            ObjectShape({"price": AMOUNT, "priceSet": _BAG, "rate": NUMBER, "ratePercentage": NUMBER})
        ),
        "billingAddress": _ADDRESS,
        "shippingAddress": _ADDRESS,
        "discountCodes": ListShape(TEXT),
        "customer": _CUSTOMER,
        "lineItems": _connection(_LINE_ITEM),
    }
)
