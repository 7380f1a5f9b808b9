"""The keys of Shopify's REST objects, in Shopify's order, each with the value it has when nothing is known.

A key that has a field in the nouns has `MAPPED` instead of a value. For every other key, a value that differs from the
one here is kept in the noun's `extra`, so that to_rest writes it again. Order and values are those of Shopify's REST
page of checkouts and its sample of the checkouts/update webhook.
"""

from abandoned_checkouts.shopify.formats.rest_object import MAPPED, RestKeys

CHECKOUT = RestKeys(
    {
        "id": MAPPED,
        "token": MAPPED,
        "cart_token": MAPPED,
        "email": MAPPED,
        "gateway": None,
        "buyer_accepts_marketing": MAPPED,
        "created_at": MAPPED,
        "updated_at": MAPPED,
        "landing_site": None,
        "note": MAPPED,
        "note_attributes": MAPPED,
        "referring_site": None,
        "shipping_lines": MAPPED,
        "taxes_included": MAPPED,
        "total_weight": 0,
        "currency": MAPPED,
        "completed_at": MAPPED,
        "closed_at": MAPPED,
        "user_id": None,
        "location_id": None,
        "source_identifier": None,
        "source_url": None,
        "device_id": None,
        "phone": MAPPED,
        "customer_locale": MAPPED,
        "line_items": MAPPED,
        "name": MAPPED,
        "source": None,
        "abandoned_checkout_url": MAPPED,
        "discount_codes": MAPPED,
        "tax_lines": MAPPED,
        "source_name": "web",
        "presentment_currency": MAPPED,
        "buyer_accepts_sms_marketing": False,
        "sms_marketing_phone": None,
        "total_discounts": MAPPED,
        "total_line_items_price": MAPPED,
        "total_price": MAPPED,
        "total_tax": MAPPED,
        "subtotal_price": MAPPED,
        "total_duties": MAPPED,
        "reservation_token": None,
        "billing_address": MAPPED,
        "shipping_address": MAPPED,
        "customer": MAPPED,
    }
)

LINE_ITEM = RestKeys(
    {
        "applied_discounts": [],
        "discount_allocations": MAPPED,
        "key": MAPPED,
        "destination_location_id": None,
        "fulfillment_service": "manual",
        "gift_card": False,
        "grams": 0,
        "origin_location_id": None,
        "presentment_title": MAPPED,
        "presentment_variant_title": MAPPED,
        "product_id": MAPPED,
        "properties": MAPPED,
        "quantity": MAPPED,
        "requires_shipping": True,
        "sku": MAPPED,
        "tax_lines": MAPPED,
        "taxable": True,
        "title": MAPPED,
        "variant_id": MAPPED,
        "variant_title": MAPPED,
        "variant_price": MAPPED,
        "vendor": MAPPED,
        "user_id": None,
        "unit_price_measurement": None,
        "rank": None,
        "compare_at_price": None,
        "line_price": MAPPED,
        "price": MAPPED,
    }
)

LINE_TAX = RestKeys(
    {
        "price": MAPPED,
        "position": MAPPED,
        "rate": MAPPED,
        "title": MAPPED,
        "source": MAPPED,
        "zone": None,
        "jurisdiction_id": None,
        "jurisdiction_type": None,
        "jurisdiction_source": None,
        "reporting_taxable_amount": None,
        "reporting_non_taxable_amount": None,
        "reporting_exempt_amount": None,
        "reporting_jurisdiction_name": None,
        "reporting_jurisdiction_type": None,
        "reporting_jurisdiction_code": None,
        "tax_api_client_id": None,
        "tax_calculation_price": MAPPED,
        "tax_registration_id": None,
        "compare_at": MAPPED,
        "channel_liable": MAPPED,
    }
)

CHECKOUT_TAX = RestKeys({"price": MAPPED, "rate": MAPPED, "title": MAPPED, "channel_liable": MAPPED})

SHIPPING_LINE = RestKeys(
    {
        "code": MAPPED,
        "price": MAPPED,
        "original_shop_price": None,
        "original_rate_price": None,
        "original_shop_markup": None,
        "source": "shopify",
        "title": MAPPED,
        "presentment_title": None,
        "phone": None,
        "tax_lines": None,
        "custom_tax_lines": None,
        "markup": None,
        "delivery_category": None,
        "carrier_identifier": None,
        "carrier_service_id": None,
        "api_client_id": None,
        "requested_fulfillment_service_id": None,
        "applied_discounts": [],
        "delivery_option_group_type": None,
        "delivery_expectation_range": None,
        "delivery_expectation_type": None,
        "estimated_delivery_time_range": None,
        "id": None,
        "validation_context": None,
    }
)

DISCOUNT_ALLOCATION = RestKeys(
    {
        "id": None,
        "amount": MAPPED,
        "description": MAPPED,
        "created_at": None,
        "application_type": MAPPED,
        "discount_class": MAPPED,
    }
)

DISCOUNT_CODE = RestKeys({"code": MAPPED, "amount": MAPPED, "type": MAPPED})

ADDRESS = RestKeys(
    dict.fromkeys(
        (
            "first_name",
            "address1",
            "phone",
            "city",
            "zip",
            "province",
            "country",
            "last_name",
            "address2",
            "company",
            "latitude",
            "longitude",
            "name",
            "country_code",
            "province_code",
        ),
        MAPPED,
    )
)

CUSTOMER_ADDRESS = RestKeys(
    dict.fromkeys(
        (
            "id",
            "customer_id",
            "first_name",
            "last_name",
            "company",
            "address1",
            "address2",
            "city",
            "province",
            "country",
            "zip",
            "phone",
            "name",
            "province_code",
            "country_code",
            "country_name",
            "default",
        ),
        MAPPED,
    )
)

CUSTOMER = RestKeys(
    {
        "id": MAPPED,
        "created_at": MAPPED,
        "updated_at": MAPPED,
        "first_name": MAPPED,
        "last_name": MAPPED,
        "state": MAPPED,
        "note": MAPPED,
        "verified_email": MAPPED,
        "multipass_identifier": MAPPED,
        "tax_exempt": MAPPED,
        "email": MAPPED,
        "phone": MAPPED,
        "currency": MAPPED,
        "tax_exemptions": [],
        "admin_graphql_api_id": MAPPED,
        "default_address": MAPPED,
    }
)
