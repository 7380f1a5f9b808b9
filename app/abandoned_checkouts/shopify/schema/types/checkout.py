"""Abandoned checkouts."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from abandoned_checkouts.checkouts.moment import format_utc, format_utc_or_none
from abandoned_checkouts.checkouts.recovery_link import recovery_link
from abandoned_checkouts.shopify.schema.resolving.connection import Connection
from abandoned_checkouts.shopify.schema.resolving.fields import Backed, backed, column, decoded, joined, listed, parsed
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.shopify.schema.types.address import CHECKOUT_ADDRESS, MailingAddress
from abandoned_checkouts.shopify.schema.types.attribute import Attribute, TaxLine
from abandoned_checkouts.shopify.schema.types.line_item import LINE_CURSOR, LINE_ORDER, AbandonedCheckoutLineItem
from abandoned_checkouts.shopify.schema.types.money import MoneyBag, money
from abandoned_checkouts.shopify.schema.types.node import Navigable, Node
from abandoned_checkouts.shopify.schema.types.scalars import URL, DateTime
from abandoned_checkouts.shopify.values.cursor import CursorForm, encode_cursor
from abandoned_checkouts.shopify.values.gid import GidOf

if TYPE_CHECKING:
    from abandoned_checkouts.shopify.schema.types.customer import Customer
else:
    Customer = Annotated["Customer", strawberry.lazy("abandoned_checkouts.shopify.schema.types.customer")]

_BOTH_CURRENCIES = {"currency": "currency", "presentment_currency": "presentment_currency"}


def _default_cursor(number: int) -> str:
    return encode_cursor(CursorForm.ID, number, number)


def _link(
    request: Request, platform_link: str | None, cart_token: str | None, token: str, key: str, locale: str | None
) -> str:
    """The platform's link if the checkout has one, otherwise our own."""
    return platform_link or recovery_link(request.base, request.shop.id, cart_token, token, key, locale)


def _codes(text: str) -> list[str]:
    return [code["code"] for code in decoded(text)]


@backed(
    description="A checkout that the buyer abandoned after giving contact information. The buyer may have bought later."
)
class AbandonedCheckout(Backed, Navigable, Node):
    abandoned_checkout_url: URL = column(
        "abandoned_checkout_url",
        "cart_token",
        "token",
        "recovery_key",
        "locale",
        compute=_link,
        uses_request=True,
        description="The recovery link: the URL that leads the buyer back to the checkout.",
    )
    billing_address: MailingAddress | None = parsed(
        "MailingAddress",
        "billing_address",
        constants=CHECKOUT_ADDRESS,
        description="The billing address.",
    )
    completed_at: DateTime | None = column(
        "completed_at",
        compute=format_utc_or_none,
        description="When the buyer completed the checkout; null if not completed.",
    )
    created_at: DateTime = column("created_at", compute=format_utc, description="When the checkout was created.")
    custom_attributes: list[Attribute] = parsed(
        "Attribute", "custom_attributes", many=True, description="The attributes that the buyer or an app added."
    )
    customer: Customer | None = joined(
        "Customer",
        "customers",
        {"id": "customer_id"},
        description="The customer; null if the buyer is not a customer of the shop.",
    )
    default_cursor: str = column(
        "id", compute=_default_cursor, description="The cursor of this record in a list sorted by id."
    )
    discount_codes: list[str] = column(
        "discount_codes", compute=_codes, description="The discount codes that the buyer entered."
    )
    id: strawberry.ID = column("id", compute=GidOf("AbandonedCheckout"), description="The global id.")
    line_items: Connection[AbandonedCheckoutLineItem] = listed(
        "AbandonedCheckoutLineItem",
        "line_items",
        {"checkout_id": "id"},
        LINE_ORDER,
        LINE_CURSOR,
        description="The line items, in the order in which they were added.",
    )
    line_items_quantity: int = column(
        "line_items_quantity",
        description="The total quantity of all line items.",
        deprecated="Add up the `quantity` of the `lineItems`.",
    )
    name: str = column("name", description="The checkout's name for the merchant: `#` and a number.")
    note: str = column("note", description="The buyer's note to the shop; empty if there is none.")
    shipping_address: MailingAddress | None = parsed(
        "MailingAddress",
        "shipping_address",
        constants=CHECKOUT_ADDRESS,
        description="The shipping address.",
    )
    subtotal_price_set: MoneyBag = money(
        "subtotal_price", description="The price of all line items after discounts, before shipping, duties and tips."
    )
    tax_lines: list[TaxLine] = parsed(
        "TaxLine", "tax_lines", many=True, carried=_BOTH_CURRENCIES, description="The taxes on the checkout."
    )
    taxes_included: bool = column("taxes_included", compute=bool, description="Whether the prices include taxes.")
    total_discount_set: MoneyBag = money("total_discount", description="The total of all discounts.")
    total_duties_set: MoneyBag | None = money(
        "total_duties", optional=True, description="The total of all duties; null if unknown."
    )
    total_line_items_price_set: MoneyBag = money(
        "total_line_items_price", description="The price of all line items before discounts."
    )
    total_price_set: MoneyBag = money(
        "total_price", description="The total price: line items, shipping, duties, taxes and tips, minus discounts."
    )
    total_tax_set: MoneyBag | None = money(
        "total_tax", optional=True, description="The total of all taxes; null if unknown."
    )
    updated_at: DateTime = column("updated_at", compute=format_utc, description="When the checkout was last updated.")
