"""Orders."""

from typing import TYPE_CHECKING, Annotated, ClassVar

import strawberry

from abandoned_checkouts.checkouts.moment import format_utc, format_utc_or_none
from abandoned_checkouts.shopify.schema.resolving.fields import Backed, backed, column, decoded, joined, parsed
from abandoned_checkouts.shopify.schema.types.attribute import Attribute
from abandoned_checkouts.shopify.schema.types.catalog_enums import (
    OrderDisplayFinancialStatus,
    OrderDisplayFulfillmentStatus,
)
from abandoned_checkouts.shopify.schema.types.consent import upper
from abandoned_checkouts.shopify.schema.types.enums import CurrencyCode, known_currency
from abandoned_checkouts.shopify.schema.types.metafield import HasMetafields
from abandoned_checkouts.shopify.schema.types.money import MoneyBag, money
from abandoned_checkouts.shopify.schema.types.node import LegacyInteroperability, Node
from abandoned_checkouts.shopify.schema.types.scalars import DateTime, UnsignedInt64
from abandoned_checkouts.shopify.values.gid import GidOf

if TYPE_CHECKING:
    from abandoned_checkouts.shopify.schema.types.customer import Customer
else:
    Customer = Annotated["Customer", strawberry.lazy("abandoned_checkouts.shopify.schema.types.customer")]


_order_id = GidOf("Order")


def _codes(text: str) -> list[str]:
    return [code["code"] if isinstance(code, dict) else code for code in decoded(text)]


@backed(description="An order of a customer.")
class Order(Backed, HasMetafields, LegacyInteroperability, Node):
    owner_type: ClassVar[str] = "ORDER"

    cancelled_at: DateTime | None = column(
        "cancelled_at", compute=format_utc_or_none, description="When the order was cancelled; null if it was not."
    )
    cart_token: str | None = column("cart_token", description="The token of the order's cart.")
    checkout_token: str | None = column("checkout_token", description="The token of the order's checkout.")
    closed_at: DateTime | None = column(
        "closed_at", compute=format_utc_or_none, description="When the order was closed; null if it is open."
    )
    confirmation_number: str | None = column(
        "confirmation_number", description="The random confirmation number that the buyer sees."
    )
    created_at: DateTime = column("created_at", compute=format_utc, description="When the order was created.")
    currency_code: CurrencyCode = column(
        "currency", compute=known_currency, description="The shop's currency when the order was placed."
    )
    custom_attributes: list[Attribute] = parsed(
        "Attribute", "custom_attributes", many=True, description="The attributes that the buyer or an app added."
    )
    customer: Customer | None = joined(
        "Customer", "customers", {"id": "customer_id"}, description="The customer; null if unknown."
    )
    discount_codes: list[str] = column(
        "discount_codes", compute=_codes, description="The discount codes that the buyer used."
    )
    display_financial_status: OrderDisplayFinancialStatus | None = column(
        "financial_status", compute=upper, description="The payment status of the order."
    )
    display_fulfillment_status: OrderDisplayFulfillmentStatus = column(
        "fulfillment_status", compute=upper, description="The fulfillment status of the order."
    )
    email: str | None = column("email", description="The buyer's e-mail address.")
    id: strawberry.ID = column("id", compute=_order_id, description="The global id.")
    legacy_resource_id: UnsignedInt64 = column("id", compute=str, description="The id in the REST API.")
    name: str = column("name", description="The order's name, for example `#1001`.")
    note: str | None = column("note", description="The buyer's note to the shop.")
    number: int = column("number", description="The number in the order's name.")
    phone: str | None = column("phone", description="The buyer's phone number.")
    presentment_currency_code: CurrencyCode = column(
        "presentment_currency", compute=known_currency, description="The currency that the buyer saw."
    )
    processed_at: DateTime = column("processed_at", compute=format_utc, description="When the order was placed.")
    source_name: str | None = column("source_name", description="The source of the order, for example `web`.")
    subtotal_price_set: MoneyBag | None = money(
        "subtotal_price", description="The price of all line items after discounts, before shipping, duties and tips."
    )
    tags: list[str] = column("tags", compute=decoded, description="The order's tags.")
    taxes_included: bool = column("taxes_included", compute=bool, description="Whether the prices include taxes.")
    test: bool = column("test", compute=bool, description="Whether the order is a test order.")
    total_discounts_set: MoneyBag | None = money("total_discounts", description="The total of all discounts.")
    total_price_set: MoneyBag = money("total_price", description="The total price of the order.")
    total_tax_set: MoneyBag | None = money("total_tax", description="The total of all taxes.")
    updated_at: DateTime = column("updated_at", compute=format_utc, description="When the order was last updated.")
