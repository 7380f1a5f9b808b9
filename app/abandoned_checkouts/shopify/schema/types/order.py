"""Orders: what checkouts become."""

from typing import TYPE_CHECKING, Annotated, ClassVar

import strawberry

from abandoned_checkouts.checkouts.moment import format_utc
from abandoned_checkouts.shopify.schema.resolving.fields import Backed, backed, column, decoded, joined, parsed
from abandoned_checkouts.shopify.schema.types.attribute import Attribute
from abandoned_checkouts.shopify.schema.types.catalog_enums import (
    OrderDisplayFinancialStatus,
    OrderDisplayFulfillmentStatus,
)
from abandoned_checkouts.shopify.schema.types.consent import moment_or_none, upper
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


@backed(description="What a customer bought.")
class Order(Backed, HasMetafields, LegacyInteroperability, Node):
    owner_type: ClassVar[str] = "ORDER"

    cancelled_at: DateTime | None = column(
        "cancelled_at", compute=moment_or_none, description="When it was cancelled; null where it was not."
    )
    cart_token: str | None = column("cart_token", description="The token of the cart it began as.")
    checkout_token: str | None = column("checkout_token", description="The token of the checkout it was.")
    closed_at: DateTime | None = column(
        "closed_at", compute=moment_or_none, description="When it was put away; null while it is open."
    )
    confirmation_number: str | None = column(
        "confirmation_number", description="The number that the buyer was shown; it tells nothing of others."
    )
    created_at: DateTime = column("created_at", compute=format_utc, description="When it was stored.")
    currency_code: CurrencyCode = column(
        "currency", compute=known_currency, description="The shop's currency at that time."
    )
    custom_attributes: list[Attribute] = parsed(
        "Attribute", "custom_attributes", many=True, description="What the buyer or an app noted on it."
    )
    customer: Customer | None = joined(
        "Customer", "customers", {"id": "customer_id"}, description="Who bought; null where the shop does not know."
    )
    discount_codes: list[str] = column("discount_codes", compute=_codes, description="The discount codes used.")
    display_financial_status: OrderDisplayFinancialStatus | None = column(
        "financial_status", compute=upper, description="How far it is paid."
    )
    display_fulfillment_status: OrderDisplayFulfillmentStatus = column(
        "fulfillment_status", compute=upper, description="How far it is on its way to the buyer."
    )
    email: str | None = column("email", description="The buyer's e-mail address.")
    id: strawberry.ID = column("id", compute=_order_id, description="The global id.")
    legacy_resource_id: UnsignedInt64 = column("id", compute=str, description="The number within the REST API.")
    name: str = column("name", description="Its name, which merchants and buyers see: #1001.")
    note: str | None = column("note", description="What the buyer wrote to the shop.")
    number: int = column("number", description="The number in its name.")
    phone: str | None = column("phone", description="The buyer's telephone number.")
    presentment_currency_code: CurrencyCode = column(
        "presentment_currency", compute=known_currency, description="The currency the buyer saw."
    )
    processed_at: DateTime = column("processed_at", compute=format_utc, description="When the buyer bought.")
    source_name: str | None = column("source_name", description="Where it came from, such as web.")
    subtotal_price_set: MoneyBag | None = money(
        "subtotal_price", description="The price of all lines after discounts, before delivery, duties and tips."
    )
    tags: list[str] = column("tags", compute=decoded, description="The merchant's words for it.")
    taxes_included: bool = column("taxes_included", compute=bool, description="Whether prices include the taxes.")
    test: bool = column("test", compute=bool, description="Whether somebody only tried things out.")
    total_discounts_set: MoneyBag | None = money("total_discounts", description="What all discounts take off together.")
    total_price_set: MoneyBag = money("total_price", description="What the buyer paid or has to pay.")
    total_tax_set: MoneyBag | None = money("total_tax", description="All taxes together.")
    updated_at: DateTime = column("updated_at", compute=format_utc, description="When it last changed.")
