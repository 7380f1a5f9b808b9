"""The documented shapes of REST objects. If reading an object fails, its shape leads to the value at fault."""

from abandoned_checkouts.checkouts.json_shape import (
    AMOUNT,
    FLAG,
    ID,
    MOMENT,
    NULLABLE_AMOUNT,
    NUMBER,
    REQUIRED_AMOUNT,
    REQUIRED_MOMENT,
    REQUIRED_NUMBER,
    TEXT,
    WHOLE_NUMBER,
    Leaf,
    ListOrObject,
    ListShape,
    ObjectShape,
)
from abandoned_checkouts.shopify.formats.from_rest.customer import tags_from_rest

_MONEY = ObjectShape({"amount": REQUIRED_AMOUNT}, required=("amount",))
_SET = ObjectShape(
    {"shop_money": _MONEY, "presentment_money": _MONEY},
    required=("shop_money", "presentment_money"),
)
_TAXES = ListShape(ObjectShape({"price": AMOUNT, "price_set": _SET, "rate": NUMBER}))
_CODES = ListShape(ObjectShape({"amount": AMOUNT}, required=("code",)))
_ATTRIBUTES = ListOrObject(ListShape(ObjectShape({}, required=("name",))), ObjectShape({}))
_ADDRESS = ObjectShape({"id": ID})
_CONSENT = ObjectShape({"opt_in_level": TEXT, "consent_updated_at": MOMENT, "consent_collected_from": TEXT})
_LINE_ITEM = ObjectShape(
    {
        "quantity": WHOLE_NUMBER,
        "price": AMOUNT,
        "price_set": _SET,
        "variant_price": NULLABLE_AMOUNT,
        "line_price": NULLABLE_AMOUNT,
        "product_id": ID,
        "variant_id": ID,
        "properties": _ATTRIBUTES,
        "tax_lines": _TAXES,
        "discount_allocations": ListShape(ObjectShape({"amount": AMOUNT, "amount_set": _SET})),
    }
)

CUSTOMER = ObjectShape(
    {
        "id": ID,
        "created_at": MOMENT,
        "updated_at": MOMENT,
        "tax_exempt": FLAG,
        "verified_email": FLAG,
        "default_address": _ADDRESS,
        "orders_count": WHOLE_NUMBER,
        "total_spent": AMOUNT,
        "tags": Leaf(tags_from_rest, "a text of tags separated by commas"),
        "email_marketing_consent": _CONSENT,
        "sms_marketing_consent": _CONSENT,
    }
)

# The messages of topics other than those of checkouts, customers and orders.
CART = ObjectShape({"created_at": MOMENT, "updated_at": MOMENT, "line_items": ListShape(ObjectShape({}))})
DELETION = ObjectShape({"id": ID})
MERGE = ObjectShape({}, required=("admin_graphql_api_customer_kept_id", "admin_graphql_api_customer_deleted_id"))
REDACTION = ObjectShape({"customer": ObjectShape({"id": ID})}, required=("customer",))
EMAIL_CONSENT = ObjectShape(
    {"id": ID, "customer_id": ID, "email_marketing_consent": _CONSENT}, required=("email_marketing_consent",)
)
SMS_CONSENT = ObjectShape(
    {"id": ID, "customer_id": ID, "sms_marketing_consent": _CONSENT}, required=("sms_marketing_consent",)
)

CHECKOUT = ObjectShape(
    {
        "id": ID,
        "created_at": MOMENT,
        "updated_at": MOMENT,
        "completed_at": MOMENT,
        "closed_at": MOMENT,
        "buyer_accepts_marketing": FLAG,
        "taxes_included": FLAG,
        "note_attributes": _ATTRIBUTES,
        "line_items": ListShape(_LINE_ITEM),
        "shipping_lines": ListShape(ObjectShape({"price": AMOUNT, "price_set": _SET})),
        "tax_lines": _TAXES,
        "discount_codes": _CODES,
        "billing_address": _ADDRESS,
        "shipping_address": _ADDRESS,
        "customer": CUSTOMER,
        "total_line_items_price": NULLABLE_AMOUNT,
        "total_discounts": NULLABLE_AMOUNT,
        "subtotal_price": NULLABLE_AMOUNT,
        "total_tax": NULLABLE_AMOUNT,
        "total_duties": NULLABLE_AMOUNT,
        "total_price": NULLABLE_AMOUNT,
        "total_line_items_price_set": _SET,
        "total_discounts_set": _SET,
        "subtotal_price_set": _SET,
        "total_shipping_price_set": _SET,
        "total_tax_set": _SET,
        "total_duties_set": _SET,
        "total_tip_set": _SET,
        "total_price_set": _SET,
    }
)

ORDER = ObjectShape(
    {
        "id": REQUIRED_NUMBER,
        "order_number": WHOLE_NUMBER,
        "number": WHOLE_NUMBER,
        "created_at": REQUIRED_MOMENT,
        "updated_at": MOMENT,
        "processed_at": MOMENT,
        "cancelled_at": MOMENT,
        "closed_at": MOMENT,
        "checkout_id": ID,
        "customer": ObjectShape({"id": ID}),
        "financial_status": TEXT,
        "fulfillment_status": TEXT,
        "taxes_included": FLAG,
        "test": FLAG,
        "tags": TEXT,
        "note_attributes": _ATTRIBUTES,
        "discount_codes": _CODES,
        "subtotal_price": AMOUNT,
        "total_discounts": AMOUNT,
        "total_tax": AMOUNT,
        "total_price": AMOUNT,
        "subtotal_price_set": _SET,
        "total_discounts_set": _SET,
        "total_tax_set": _SET,
        "total_price_set": _SET,
    },
    required=("id", "created_at", "currency"),
)
