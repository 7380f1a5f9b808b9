"""The tables of the warehouse. Every other list of tables and columns is made from these declarations."""

from abandoned_checkouts.exporting.table_schema import Column, Table


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
_EMAIL_HASH = Column(
    "email_hash", "text", "hashes.email", "Keyed hash of the e-mail address. `erasure` names erased people by it."
)
_PHONE_HASH = Column(
    "phone_hash", "text", "hashes.phone", "Keyed hash of the phone number. `erasure` names erased people by it."
)

ABANDONED_CHECKOUT = Table(
    "abandoned_checkout",
    "One row per abandoned checkout.",
    ("id",),
    (
        Column("id", "integer", "checkout.id", "Number of the checkout."),
        Column("uuid", "text", "checkout.uuid", "GUID of the checkout, for Wix."),
        Column("name", "text", "checkout.name", "Name that the merchant sees: #1001."),
        Column("token", "text", "checkout.token", "Token of the checkout. Webhooks contain it."),
        Column("cart_token", "text", "checkout.cart_token", "Token of the cart."),
        Column("platform", "text", "checkout.platform", "`shopify`, `wix` or `storefront`."),
        Column("created_at", "timestamp", "checkout.created_at", "When the buyer started the checkout."),
        Column("updated_at", "timestamp", "checkout.updated_at", "When the checkout last changed."),
        Column("abandoned_at", "timestamp", "checkout.abandoned_at", "When the checkout became abandoned."),
        Column("completed_at", "timestamp", "checkout.completed_at", "When the buyer completed the purchase."),
        Column("recovered_at", "timestamp", "checkout.recovered_at", "When the purchase counted as recovered."),
        Column("lapsed_at", "timestamp", "checkout.lapsed_at", "When the attribution period ended without a purchase."),
        Column("closed_at", "timestamp", "checkout.closed_at", "When the merchant archived the checkout."),
        Column("erased_at", "timestamp", "checkout.erased_at", "When the buyer's data was erased."),
        Column("email_state", "text", "checkout.email_state", "`not_sent`, `scheduled`, `sent` or `suppressed`."),
        Column("email_sent_at", "timestamp", "checkout.email_sent_at", "When the last e-mail was sent."),
        Column("customer_id", "integer", "checkout.customer_id", "`id` of the customer."),
        Column("email", "text", "checkout.email", "E-mail address of the buyer."),
        Column("phone", "text", "checkout.phone", "Phone number of the buyer."),
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
        Column("product_id", "integer", "line.product_id", "Number of the product."),
        Column("variant_id", "integer", "line.variant_id", "Number of the variant."),
        Column("title", "text", "line.title", "Name of the product."),
        Column("variant_title", "text", "line.variant_title", "Name of the variant."),
        Column("sku", "text", "line.sku", "Stock keeping unit."),
        Column("vendor", "text", "line.vendor", "Vendor of the product."),
        Column("quantity", "integer", "line.quantity", "Number of items."),
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
        Column("id", "integer", "customer.id", "Number of the customer."),
        Column("uuid", "text", "customer.uuid", "GUID of the customer, for Wix."),
        Column("created_at", "timestamp", "customer.created_at", "When the customer was created."),
        Column("updated_at", "timestamp", "customer.updated_at", "When the customer last changed."),
        Column("first_name", "text", "customer.first_name", "First name."),
        Column("last_name", "text", "customer.last_name", "Last name."),
        Column("email", "text", "customer.email", "E-mail address."),
        Column("phone", "text", "customer.phone", "Phone number."),
        _EMAIL_HASH,
        _PHONE_HASH,
        Column("state", "text", "customer.state", "`disabled`, `invited`, `enabled` or `declined`."),
        Column("locale", "text", "customer.locale", "Language of the customer."),
        Column("currency", "text", "customer.currency", "Currency of the last order (ISO 4217)."),
        Column("tags", "json", "customer.tags", "List of tags."),
        Column("tax_exempt", "boolean", "customer.tax_exempt", "Whether the customer pays no taxes."),
        Column("verified_email", "boolean", "customer.verified_email", "Whether the e-mail address is verified."),
        Column("number_of_orders", "integer", "customer.number_of_orders", "Number of orders."),
        Column("amount_spent", "amount", "customer.amount_spent", "Sum of all orders, in the shop's currency."),
        Column("last_order_id", "integer", "customer.last_order_id", "Number of the last order."),
        Column("email_marketing_state", "text", "customer.email_marketing_state", "Consent to e-mails."),
        Column("email_marketing_updated_at", "timestamp", "customer.email_marketing_updated_at", "When it changed."),
        Column("sms_marketing_state", "text", "customer.sms_marketing_state", "Consent to text messages."),
        Column("sms_marketing_updated_at", "timestamp", "customer.sms_marketing_updated_at", "When it changed."),
        Column("note", "text", "customer.note", "Note about the customer."),
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
        Column("first_name", "text", "address.first_name", "First name."),
        Column("last_name", "text", "address.last_name", "Last name."),
        Column("company", "text", "address.company", "Company."),
        Column("address1", "text", "address.address1", "Street and number."),
        Column("address2", "text", "address.address2", "Second line."),
        Column("city", "text", "address.city", "City."),
        Column("zip", "text", "address.zip", "Postal code."),
        Column("province", "text", "address.province", "Province or state."),
        Column("province_code", "text", "address.province_code", "Code of the province."),
        Column("country", "text", "address.country", "Country."),
        Column("country_code", "text", "address.country_code", "Code of the country (ISO 3166)."),
        Column("phone", "text", "address.phone", "Phone number."),
    ),
)
ACTIVITY = Table(
    "activity",
    "One row per action of an automation on an abandoned checkout.",
    ("checkout_id", "position"),
    (
        _CHECKOUT_ID,
        Column("position", "integer", "position", "Place among the actions, from 1."),
        Column("activity_type", "text", "activity.activity_type", "For example `SCHEDULED` or `EMAIL_SENT`."),
        Column("created_at", "timestamp", "activity.created_at", "When it happened."),
        Column("channel", "text", "activity.channel", "For example `EMAIL`."),
        Column("reason", "text", "activity.reason", "Why an e-mail was not sent."),
        Column("marketing_activity_id", "integer", "activity.marketing_activity_id", "Number of the campaign."),
        Column("delivery_state", "text", "activity.delivery_state", "State of the message."),
    ),
)
DELIVERY = Table(
    "delivery",
    "One row per webhook that this server sent or is sending. Rows are kept for 30 days.",
    ("id",),
    (
        Column("id", "integer", "delivery.id", "Number of the delivery."),
        Column("topic", "text", "delivery.topic", "Topic of the webhook."),
        Column("dialect", "text", "delivery.dialect", "`shopify`, `wix`, `own` or `compliance`."),
        Column("subject", "text", "delivery.subject", "What the webhook is about: `checkout/1001`."),
        Column("webhook_id", "text", "delivery.webhook_id", "The same for all attempts."),
        Column("state", "text", "delivery.state", "`waiting`, `delivered`, `failed` or `cancelled`."),
        Column("attempts", "integer", "delivery.attempts", "Number of attempts."),
        Column("status", "integer", "delivery.status", "HTTP status of the last response."),
        Column("problem", "text", "delivery.problem", "Why the last attempt failed."),
        Column("created_at", "timestamp", "delivery.created_at", "When it was queued."),
        Column("first_attempt_at", "timestamp", "delivery.first_attempt_at", "When it was first attempted."),
        Column("finished_at", "timestamp", "delivery.finished_at", "When it was delivered, failed or was cancelled."),
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
    )
}
