"""The tables of the warehouse. Every other list of tables and columns is made from these declarations."""

from abandoned_checkouts.exporting.mail_tables import (
    BLOCKED_ADDRESS,
    EMAIL_HASH_TEXT,
    ISSUED_CODE,
    MAIL_BOUNCE,
    SENT_MAIL,
)
from abandoned_checkouts.exporting.table_schema import Column, Table, columns_of


def _both(name: str, source: str, what: str) -> tuple[Column, Column]:
    """An amount in both currencies."""
    owner, _, field = source.partition(".")
    return (
        Column(name, "amount", source, f"{what}, in the shop's currency."),
        Column(f"presentment_{name}", "amount", f"{owner}.presentment_{field}", f"{what}, in the buyer's currency."),
    )


_CURRENCIES = (
    Column("currency", "text", "checkout.currency", "The shop's currency (ISO 4217)."),
    Column("presentment_currency", "text", "presentment_currency", "The buyer's currency (ISO 4217)."),
)
_CHECKOUT_ID = Column("checkout_id", "integer", "checkout.id", "`id` of the abandoned checkout.")
_EMAIL_HASH = Column("email_hash", "text", "hashes.email", EMAIL_HASH_TEXT)
_PHONE_HASH = Column(
    "phone_hash", "text", "hashes.phone", "Keyed hash of the phone number. `erasure` names erased people by it."
)

ABANDONED_CHECKOUT = Table(
    "abandoned_checkout",
    "One row per abandoned checkout.",
    ("id",),
    (
        *columns_of(
            "checkout",
            ("id", "integer", "Number of the checkout."),
            ("uuid", "text", "GUID of the checkout, for Wix."),
            ("name", "text", "Name that the merchant sees: #1001."),
            ("token", "text", "Token of the checkout. Webhooks contain it."),
            ("cart_token", "text", "Token of the cart."),
            ("platform", "text", "`shopify`, `wix` or `storefront`."),
            ("created_at", "timestamp", "When the buyer started the checkout."),
            ("updated_at", "timestamp", "When the checkout last changed."),
            ("abandoned_at", "timestamp", "When the checkout became abandoned."),
            ("completed_at", "timestamp", "When the buyer completed the purchase."),
            ("recovered_at", "timestamp", "When the purchase counted as recovered."),
            ("lapsed_at", "timestamp", "When the attribution period ended without a purchase."),
            ("closed_at", "timestamp", "When the merchant archived the checkout."),
            ("erased_at", "timestamp", "When the buyer's data was erased."),
        ),
        Column(
            "gone_at", "timestamp", "gone.at", "In a copy of a shop: when the source no longer had it. It is kept here."
        ),
        Column("gone_reason", "text", "gone.reason", "`deleted` or, at an age of 90 days or more, `past_retention`."),
        *columns_of(
            "checkout",
            ("email_state", "text", "`not_sent`, `scheduled`, `sent` or `suppressed`."),
            ("email_sent_at", "timestamp", "When the last e-mail was sent."),
            ("customer_id", "integer", "`id` of the customer."),
            ("email", "text", "E-mail address of the buyer."),
            ("phone", "text", "Phone number of the buyer."),
        ),
        _EMAIL_HASH,
        _PHONE_HASH,
        Column("locale", "text", "checkout.locale", "Language of the buyer."),
        Column("buyer_accepts_marketing", "boolean", "checkout.buyer_accepts_marketing", "Whether the buyer opted in."),
        *_CURRENCIES,
        Column("taxes_included", "boolean", "checkout.taxes_included", "Whether prices include taxes."),
        *_both("total_line_items_price", "checkout.total_line_items_price", "Sum of the line items before discounts"),
        *_both("total_discount", "checkout.total_discount", "Sum of all discounts"),
        *_both("subtotal_price", "checkout.subtotal_price", "Sum of the line items after discounts"),
        *_both("total_shipping", "checkout.total_shipping", "Price of shipping"),
        *_both("total_tax", "checkout.total_tax", "Sum of the taxes"),
        *_both("total_duties", "checkout.total_duties", "Sum of the duties"),
        *_both("total_tip", "checkout.total_tip", "Tip"),
        *_both("total_price", "checkout.total_price", "Total to pay"),
        Column("note", "text", "checkout.note", "Note of the buyer."),
        Column("custom_attributes", "json", "checkout.custom_attributes", "List of objects with `key` and `value`."),
        Column("recovery_url", "text", "checkout.abandoned_checkout_url", "Recovery link that the source sent."),
    ),
)
LINE_ITEM = Table(
    "line_item",
    "One row per line of an abandoned checkout.",
    ("checkout_id", "position"),
    (
        _CHECKOUT_ID,
        Column("position", "integer", "position", "Place in the cart, from 1."),
        *columns_of(
            "line",
            ("product_id", "integer", "Number of the product."),
            ("variant_id", "integer", "Number of the variant."),
            ("title", "text", "Name of the product."),
            ("variant_title", "text", "Name of the variant."),
            ("sku", "text", "Stock keeping unit."),
            ("vendor", "text", "Vendor of the product."),
            ("quantity", "integer", "Number of items."),
        ),
        *_CURRENCIES,
        *_both("original_unit_price", "line.original_unit_price", "Price of one item before discounts"),
        *_both("original_total_price", "line.original_total_price", "Price of the line before discounts"),
        *_both("discounted_total_price", "line.discounted_total_price", "Price after discounts on the line"),
        *_both(
            "discounted_total_price_with_code",
            "line.discounted_total_price_with_code",
            "Price after discounts on the line and discount codes",
        ),
        Column("custom_attributes", "json", "line.custom_attributes", "List of objects with `key` and `value`."),
    ),
)
DISCOUNT_CODE = Table(
    "discount_code",
    "One row per discount code of an abandoned checkout.",
    ("checkout_id", "position"),
    (
        _CHECKOUT_ID,
        Column("position", "integer", "position", "Place among the codes, from 1."),
        Column("code", "text", "code.code", "The discount code."),
        Column("type", "text", "code.type", "`percentage`, `fixed_amount` or `shipping`."),
        *_CURRENCIES,
        Column("amount", "amount", "code.amount", "Discount, in the shop's currency."),
        Column(
            "presentment_amount",
            "amount",
            "presentment_amount",
            "Discount, in the buyer's currency; null if the source did not send it.",
        ),
    ),
)
SHIPPING_LINE = Table(
    "shipping_line",
    "One row per chosen delivery method of an abandoned checkout.",
    ("checkout_id", "position"),
    (
        _CHECKOUT_ID,
        Column("position", "integer", "position", "Place among the shipping lines, from 1."),
        Column("title", "text", "shipping.title", "Name of the delivery method."),
        Column("code", "text", "shipping.code", "Code of the delivery method."),
        *_CURRENCIES,
        *_both("amount", "shipping.amount", "Price"),
    ),
)
CUSTOMER = Table(
    "customer",
    "One row per customer.",
    ("id",),
    (
        *columns_of(
            "customer",
            ("id", "integer", "Number of the customer."),
            ("uuid", "text", "GUID of the customer, for Wix."),
            ("created_at", "timestamp", "When the customer was created."),
            ("updated_at", "timestamp", "When the customer last changed."),
            ("first_name", "text", "First name."),
            ("last_name", "text", "Last name."),
            ("email", "text", "E-mail address."),
            ("phone", "text", "Phone number."),
        ),
        _EMAIL_HASH,
        _PHONE_HASH,
        *columns_of(
            "customer",
            ("state", "text", "`disabled`, `invited`, `enabled` or `declined`."),
            ("locale", "text", "Language of the customer."),
            ("currency", "text", "Currency of the last order (ISO 4217)."),
            ("tags", "json", "List of tags."),
            ("tax_exempt", "boolean", "Whether the customer pays no taxes."),
            ("verified_email", "boolean", "Whether the e-mail address is verified."),
            ("number_of_orders", "integer", "Number of orders."),
            ("amount_spent", "amount", "Sum of all orders, in the shop's currency."),
            ("last_order_id", "integer", "Number of the last order."),
            ("email_marketing_state", "text", "Consent to e-mails."),
            ("email_marketing_updated_at", "timestamp", "When it changed."),
            ("sms_marketing_state", "text", "Consent to text messages."),
            ("sms_marketing_updated_at", "timestamp", "When it changed."),
            ("note", "text", "Note about the customer."),
        ),
    ),
)
ADDRESS = Table(
    "address",
    "One row per address of an abandoned checkout or of a customer.",
    ("owner", "owner_id", "role", "position"),
    (
        Column("owner", "text", "owner", "`abandoned_checkout` or `customer`: the table of the owner."),
        Column("owner_id", "integer", "owner_id", "`id` of the owner."),
        Column("role", "text", "role", "`shipping` or `billing` of a checkout, `default` or `other` of a customer."),
        Column("position", "integer", "position", "Place among the addresses of the owner, from 1."),
        *columns_of(
            "address",
            ("first_name", "text", "First name."),
            ("last_name", "text", "Last name."),
            ("company", "text", "Company."),
            ("address1", "text", "Street and number."),
            ("address2", "text", "Second line."),
            ("city", "text", "City."),
            ("zip", "text", "Postal code."),
            ("province", "text", "Province or state."),
            ("province_code", "text", "Code of the province."),
            ("country", "text", "Country."),
            ("country_code", "text", "Code of the country (ISO 3166)."),
            ("phone", "text", "Phone number."),
        ),
    ),
)
ACTIVITY = Table(
    "activity",
    "One row per action of an automation on an abandoned checkout.",
    ("checkout_id", "position"),
    (
        _CHECKOUT_ID,
        Column("position", "integer", "position", "Place among the actions, from 1."),
        *columns_of(
            "activity",
            ("activity_type", "text", "For example `SCHEDULED` or `EMAIL_SENT`."),
            ("created_at", "timestamp", "When it happened."),
            ("channel", "text", "For example `EMAIL`."),
            ("reason", "text", "Why an e-mail was not sent."),
            ("marketing_activity_id", "integer", "Number of the campaign."),
            ("delivery_state", "text", "State of the message."),
        ),
    ),
)
DELIVERY = Table(
    "delivery",
    "One row per webhook that this server sent or is sending. Rows are kept for 30 days.",
    ("id",),
    (
        *columns_of(
            "delivery",
            ("id", "integer", "Number of the delivery."),
            ("topic", "text", "Topic of the webhook."),
            ("dialect", "text", "`shopify`, `wix`, `own` or `compliance`."),
            ("subject", "text", "What the webhook is about: `checkout/1001`."),
            ("webhook_id", "text", "The same for all attempts."),
            ("state", "text", "`waiting`, `delivered`, `failed` or `cancelled`."),
            ("attempts", "integer", "Number of attempts."),
            ("status", "integer", "HTTP status of the last response."),
            ("problem", "text", "Why the last attempt failed."),
            ("created_at", "timestamp", "When it was queued."),
            ("first_attempt_at", "timestamp", "When it was first attempted."),
            ("finished_at", "timestamp", "When it was delivered, failed or was cancelled."),
        ),
    ),
)

TABLES = {
    table.name: table
    for table in (
        ABANDONED_CHECKOUT,
        LINE_ITEM,
        DISCOUNT_CODE,
        SHIPPING_LINE,
        CUSTOMER,
        ADDRESS,
        ACTIVITY,
        DELIVERY,
        SENT_MAIL,
        ISSUED_CODE,
        MAIL_BOUNCE,
        BLOCKED_ADDRESS,
    )
}
# The object in the sources of a table's columns, for tables that are not in the change feed.
LOGS = {
    DELIVERY.name: "delivery",
    SENT_MAIL.name: "mail",
    ISSUED_CODE.name: "code",
    MAIL_BOUNCE.name: "bounce",
    BLOCKED_ADDRESS.name: "blocked",
}
