"""Tax, shipping, duties and tips on the checkouts of the demo shop."""

import random
from decimal import Decimal

from abandoned_checkouts.checkouts.checkout import Checkout, ShippingLine
from abandoned_checkouts.checkouts.money import UNIT
from abandoned_checkouts.demo.basket import in_currency
from abandoned_checkouts.demo.customers import DemoCustomer
from abandoned_checkouts.demo.discounts import share_of


def add_charges(chance: random.Random, checkout: Checkout, person: DemoCustomer, reached_address: bool) -> None:
    """Adds tax, shipping, duties and a tip. Only a buyer who entered an address has the first three."""
    country = person.country
    if reached_address:
        _add_tax(checkout, person)
    goods = sum(line.discounted_total_price_with_code for line in checkout.line_items)
    presentment_goods = sum(line.presentment_discounted_total_price_with_code for line in checkout.line_items)
    if reached_address and chance.random() < 0.8:
        _add_shipping(chance, checkout, goods, country.code, country.rate, country.currency)
    if reached_address and country.duties and chance.random() < 0.6:
        per_mille = round(country.duties * 1000)
        checkout.total_duties = share_of(goods, per_mille, 1000, "USD")
        checkout.presentment_total_duties = share_of(presentment_goods, per_mille, 1000, country.currency)
    if chance.random() < 0.04:
        per_cent = chance.choice((5, 10, 15))
        checkout.total_tip = share_of(goods, per_cent, 100, "USD")
        checkout.presentment_total_tip = share_of(presentment_goods, per_cent, 100, country.currency)


def _add_tax(checkout: Checkout, person: DemoCustomer) -> None:
    country = person.country
    per_myriad = 0 if person.customer.tax_exempt else round(country.tax * 10_000)
    # If a price includes tax, the tax is rate / (1 + rate) of it.
    whole = 10_000 + per_myriad if country.tax_included else 10_000
    total = presentment_total = 0
    for line in checkout.line_items:
        amount = share_of(line.discounted_total_price_with_code, per_myriad, whole, "USD")
        presentment = share_of(line.presentment_discounted_total_price_with_code, per_myriad, whole, country.currency)
        if per_myriad:
            line.tax_lines = [
                {
                    "title": country.tax_name,
                    "rate": country.tax,
                    "amount": amount,
                    "presentment_amount": presentment,
                    "source": "Shopify",
                    "channel_liable": False,
                }
            ]
        total += amount
        presentment_total += presentment
    checkout.total_tax, checkout.presentment_total_tax = total, presentment_total
    if per_myriad:
        checkout.tax_lines = [
            {
                "title": country.tax_name,
                "rate": country.tax,
                "amount": total,
                "presentment_amount": presentment_total,
                "channel_liable": False,
            }
        ]


def _add_shipping(
    chance: random.Random, checkout: Checkout, goods: int, code: str, rate: Decimal, currency: str
) -> None:
    free = goods >= 150 * UNIT and code in ("US", "CA")
    express = not free and chance.random() < 0.25
    title = "Free Shipping" if free else "Express" if express else "Standard"
    amount = 0 if free else (19 * UNIT if express else 59 * UNIT // 10) * (1 if code in ("US", "CA") else 2)
    line: ShippingLine = {
        "title": title,
        "code": title,
        "amount": amount,
        "presentment_amount": in_currency(amount, rate, currency),
        "extra": {"source": "Hearth & Hollow rates"},
    }
    checkout.shipping_lines = [line]
    by_code = any(item.get("target_type") == "SHIPPING_LINE" for item in checkout.discount_applications)
    if not by_code:
        checkout.total_shipping = amount
        checkout.presentment_total_shipping = line["presentment_amount"]
    for item in checkout.discount_codes:
        if item["type"] == "shipping":
            item["amount"] = amount
