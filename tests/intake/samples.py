"""Sample checkouts in the formats of the platforms."""

from copy import deepcopy
from typing import Any

Json = dict[str, Any]

ADDRESS: Json = {
    "first_name": "Ada",
    "address1": "12 Mill Lane",
    "phone": "+15025550100",
    "city": "Louisville",
    "zip": "40202",
    "province": "Kentucky",
    "country": "United States",
    "last_name": "Byron",
    "address2": "",
    "company": None,
    "latitude": 38.25,
    "longitude": -85.75,
    "name": "Ada Byron",
    "country_code": "US",
    "province_code": "KY",
}


def rest_line(**changes: Any) -> Json:
    line: Json = {
        "applied_discounts": [],
        "discount_allocations": [],
        "key": "f32827a8d00b0a8d",
        "destination_location_id": None,
        "fulfillment_service": "manual",
        "gift_card": False,
        "grams": 200,
        "origin_location_id": None,
        "presentment_title": "Oak Lamp",
        "presentment_variant_title": "Red",
        "product_id": 632910392,
        "properties": None,
        "quantity": 2,
        "requires_shipping": True,
        "sku": "OAK-1",
        "tax_lines": [],
        "taxable": True,
        "title": "Oak Lamp",
        "variant_id": 49148385,
        "variant_title": "Red",
        "variant_price": "199.00",
        "vendor": "Acme",
        "user_id": None,
        "unit_price_measurement": None,
        "rank": None,
        "compare_at_price": None,
        "line_price": "398.00",
        "price": "199.00",
    }
    return deepcopy({**line, **changes})


def rest_checkout(number: int | None = 450789469, **changes: Any) -> Json:
    """A REST checkout of two lamps with 10 % off by a code and 6 % tax. The keys are in Shopify's order."""
    allocation = {
        "id": None,
        "amount": "39.80",
        "description": "TENOFF",
        "created_at": None,
        "application_type": "discount_code",
        "discount_class": "ORDER",
    }
    checkout: Json = {
        "id": number,
        "token": f"token{number}",
        "cart_token": "68778783ad298f1c80c3bafcddeea02f",
        "email": "ada@mail.example",
        "gateway": "bogus",
        "buyer_accepts_marketing": True,
        "created_at": "2026-10-12T07:05:27-04:00",
        "updated_at": "2026-10-12T08:05:27-04:00",
        "landing_site": "/collections/lamps",
        "note": "Ring twice",
        "note_attributes": [{"name": "colour", "value": "green"}],
        "referring_site": None,
        "shipping_lines": [],
        "taxes_included": False,
        "total_weight": 400,
        "currency": "USD",
        "completed_at": None,
        "closed_at": None,
        "user_id": None,
        "location_id": None,
        "source_identifier": None,
        "source_url": None,
        "device_id": None,
        "phone": None,
        "customer_locale": "en",
        "line_items": [rest_line(discount_allocations=[allocation])],
        "name": f"#{number}",
        "source": None,
        "abandoned_checkout_url": f"https://checkout.local/548380009/checkouts/token{number}/recover",
        "discount_codes": [{"code": "TENOFF", "amount": "39.80", "type": "percentage"}],
        "tax_lines": [{"price": "21.49", "rate": 0.06, "title": "State Tax", "channel_liable": None}],
        "source_name": "web",
        "presentment_currency": "USD",
        "buyer_accepts_sms_marketing": False,
        "sms_marketing_phone": None,
        "total_discounts": "39.80",
        "total_line_items_price": "398.00",
        "total_price": "379.69",
        "total_tax": "21.49",
        "subtotal_price": "358.20",
        "total_duties": None,
        "reservation_token": None,
        "billing_address": ADDRESS,
        "shipping_address": ADDRESS,
        "customer": {
            "id": 207119551,
            "created_at": "2026-01-09T22:32:40-05:00",
            "updated_at": "2026-01-09T22:32:40-05:00",
            "first_name": "Ada",
            "last_name": "Byron",
            "state": "disabled",
            "note": None,
            "verified_email": True,
            "multipass_identifier": None,
            "tax_exempt": False,
            "email": "ada@mail.example",
            "phone": "+15025550100",
            "currency": "USD",
            "tax_exemptions": [],
            "admin_graphql_api_id": "gid://shopify/Customer/207119551",
        },
    }
    return deepcopy({**checkout, **changes})


def money(amount: str, currency: str = "USD") -> Json:
    return {"shopMoney": {"amount": amount, "currencyCode": currency}}


def node(number: int = 77, **changes: Any) -> Json:
    """A GraphQL node with the fields that most clients select."""
    checkout: Json = {
        "id": f"gid://shopify/AbandonedCheckout/{number}",
        "name": f"#{number}",
        "createdAt": "2026-10-12T11:05:27Z",
        "completedAt": None,
        "totalPriceSet": money("45.5"),
        "customer": {"id": "gid://shopify/Customer/5", "firstName": "Ada", "email": "ada@mail.example"},
        "lineItems": {
            "edges": [
                {
                    "node": {
                        "id": f"gid://shopify/AbandonedCheckoutLineItem/abc?checkout=t{number}&index=0",
                        "title": "Oak Lamp",
                        "quantity": 2,
                        "originalUnitPriceSet": money("20.0"),
                        "variant": {"id": "gid://shopify/ProductVariant/9"},
                    }
                }
            ]
        },
    }
    return deepcopy({**checkout, **changes})


def wix_checkout(**changes: Any) -> Json:
    price = {"amount": "255", "convertedAmount": "255", "formattedAmount": "$255.00"}
    checkout: Json = {
        "id": "b4ebb0b8-9f0a-4b0e-8a11-0a5b4d8f4e02",
        "createdDate": "2026-05-03T08:26:07.512Z",
        "updatedDate": "2026-05-03T08:33:33.809Z",
        "checkoutId": "a9524a00-9f0a-4b0e-8a11-0a5b4d8f4e03",
        "cartId": "b1460e65-9f0a-4b0e-8a11-0a5b4d8f4e04",
        "status": "ABANDONED",
        "buyerLanguage": "en",
        "buyerInfo": {
            "contactId": "251f2a54-9f0a-4b0e-8a11-0a5b4d8f4e05",
            "email": "john@mail.example",
            "visitorId": "2f8d09d0-9f0a-4b0e-8a11-0a5b4d8f4e06",
        },
        "contactDetails": {"firstName": "John", "lastName": "Doe", "phone": "+15025550101"},
        "currency": "USD",
        "conversionCurrency": "USD",
        "checkoutUrl": "http://www.wixapis.com/ecom/v1/abandoned-checkout/b4ebb0b8/redirect-to-checkout",
        "totalPrice": price,
        "subtotalPrice": {"amount": "255", "convertedAmount": "255"},
        "activities": [
            {"createdDate": "2026-05-03T08:26:07.747Z", "type": "SCHEDULED"},
            {"createdDate": "2026-05-03T08:32:01.991Z", "type": "EMAIL_SENT"},
        ],
    }
    return deepcopy({**checkout, **changes})


def full_rest_checkout() -> Json:
    """A REST checkout with all fields, also those that the sample on Shopify's page does not have."""
    address = {
        "id": 9,
        "customer_id": 207119551,
        "country_code": "US",
        "country_name": "United States",
        "default": True,
    }
    consent = {"state": "subscribed", "opt_in_level": "single_opt_in", "consent_updated_at": "2026-01-01T00:00:00Z"}
    application = {"type": "discount_code", "code": "TENOFF", "value": "10.0", "value_type": "percentage"}
    checkout = rest_checkout(
        1,
        shipping_lines=[{"code": "Free", "price": "5.00", "title": "Post", "source": "shopify"}],
        discount_applications=[{**application, "target_type": "line_item", "target_selection": "all"}],
    )
    checkout["line_items"].append(
        rest_line(
            key="second",
            properties=[{"name": "engraving", "value": "Ada"}],
            tax_lines=[{"price": "1.00", "rate": 0.1, "title": "City", "channel_liable": False}],
        )
    )
    checkout["customer"] |= {
        "default_address": address,
        "email_marketing_consent": consent,
        "sms_marketing_consent": {**consent, "consent_collected_from": "OTHER"},
        "tags": "first, second",
        "orders_count": 3,
        "total_spent": "12.00",
    }
    return checkout


def full_node() -> Json:
    """A GraphQL node with all fields that from_node reads."""
    discount = {"__typename": "DiscountCodeApplication", "code": "X", "index": 0, "value": {"percentage": 10.0}}
    ways = {"allocationMethod": "EACH", "targetType": "LINE_ITEM", "targetSelection": "ALL"}
    consent = {"marketingState": "SUBSCRIBED", "marketingOptInLevel": "SINGLE_OPT_IN"}
    line = {
        "id": "gid://shopify/AbandonedCheckoutLineItem/abc?checkout=t1&index=0",
        "title": "Oak Lamp",
        "variantTitle": "Red",
        "sku": "OAK-1",
        "quantity": 2,
        "originalUnitPriceSet": {**money("20.0"), "presentmentMoney": {"amount": "18.0", "currencyCode": "EUR"}},
        "product": {"id": "gid://shopify/Product/8"},
        "variant": {"id": "gid://shopify/ProductVariant/9"},
        "image": {"url": "https://here.test/lamp.png", "altText": "Lamp", "width": 10, "height": 20},
        "customAttributes": [{"key": "engraving", "value": "Ada"}],
        "components": [{"id": "gid://shopify/AbandonedCheckoutLineItemComponent/1", "quantity": 1, "title": "Shade"}],
        "discountAllocations": {
            "nodes": [{"allocatedAmountSet": money("2.0"), "discountApplication": {**discount, **ways}}]
        },
    }
    return node(
        1,
        updatedAt="2026-10-12T12:05:27Z",
        abandonedCheckoutUrl="https://checkout.local/recover",
        note="Ring twice",
        taxesIncluded=False,
        discountCodes=["X"],
        customAttributes=[{"key": "colour", "value": "green"}],
        taxLines=[{"title": "State", "rate": 0.06, "priceSet": money("1.0"), "source": "us", "channelLiable": True}],
        subtotalPriceSet=money("38.0"),
        totalTaxSet=money("1.0"),
        totalDutiesSet=None,
        billingAddress={
            "id": "gid://shopify/MailingAddress/1?model_name=Address",
            "countryCodeV2": "US",
            "city": "Rome",
        },
        customer={
            "id": "gid://shopify/Customer/5",
            "firstName": "Ada",
            "email": "ada@mail.example",
            "state": "ENABLED",
            "tags": ["first"],
            "numberOfOrders": "3",
            "amountSpent": {"amount": "12.0", "currencyCode": "USD"},
            "emailMarketingConsent": consent,
            "defaultPhoneNumber": {"phoneNumber": "+15025550100", **consent},
            "defaultAddress": {"city": "Rome", "latitude": 41.9, "longitude": 12.5},
        },
        lineItems={"nodes": [line]},
    )


def full_wix_checkout() -> Json:
    """A checkout of Wix with a line and a discount, in the present format of get and query."""
    line = {
        "id": "b4ebb0b8-9f0a-4b0e-8a11-0a5b4d8f4e09",
        "quantity": 1,
        "productName": {"original": "Oak Lamp", "translated": "Eichenlampe"},
        "price": {"amount": "254", "convertedAmount": "254", "formattedAmount": "$254.00"},
        "priceBeforeDiscounts": {"amount": "255", "convertedAmount": "255"},
        "catalogReference": {
            "catalogItemId": "c8539b66-7a44-fe18-affc-afec4be8562a",
            "appId": "215238eb-22a5-4c36-9e7b-e7c08025e04e",
            "options": {"options": {"Size": "S"}},
        },
        "descriptionLines": [
            {"name": {"original": "Colour"}, "colorInfo": {"original": "Red", "code": "#f00"}},
            {"name": {"original": "Size"}, "plainText": {"original": "S"}},
        ],
        "image": {"id": "lamp.png", "url": "https://static.wixstatic.com/media/lamp.png", "height": 20, "width": 10},
        "physicalProperties": {"sku": "OAK-1", "shippable": True, "weight": 1.5},
    }
    coupon = {"id": "1", "code": "LAMP", "name": "Lamps", "amount": {"amount": "1", "convertedAmount": "1"}}
    return wix_checkout(lineItems=[line], appliedDiscounts=[{"coupon": coupon, "discountType": "GLOBAL"}])
