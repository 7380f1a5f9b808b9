"""Attributes and tax lines, which checkouts, line items and orders have."""

from abandoned_checkouts.checkouts.money import format_price
from abandoned_checkouts.shopify.schema.resolving.fields import Backed, backed, column
from abandoned_checkouts.shopify.schema.types.money import MoneyBag, money
from abandoned_checkouts.shopify.schema.types.scalars import Money


@backed(description="A name and value that a buyer or an app added.")
class Attribute(Backed):
    key: str = column("key", description="The name.")
    value: str | None = column("value", description="The value.")


def _percentage(rate: float | None) -> float | None:
    """The rate in percent: 7.25 for 0.0725. Rounded to remove the errors of binary fractions."""
    return None if rate is None else round(float(rate) * 100, 10)


@backed(description="A tax on a checkout or line item.")
class TaxLine(Backed):
    channel_liable: bool | None = column("channel_liable", description="Whether the sales channel must remit the tax.")
    price: Money = column(
        "amount",
        compute=format_price,
        description="The amount of the tax in the shop's currency.",
        deprecated="Use `priceSet`, which includes the currency.",
    )
    price_set: MoneyBag = money("amount", description="The amount of the tax after discounts.")
    rate: float | None = column(
        "rate",
        compute=lambda rate: None if rate is None else float(rate),
        description="The tax rate as a fraction: 0.06 is 6 percent.",
    )
    rate_percentage: float | None = column("rate", compute=_percentage, description="The tax rate in percent: 6.0.")
    source: str | None = column("source", description="The source that calculated the tax.")
    title: str = column("title", description="The name of the tax.")
