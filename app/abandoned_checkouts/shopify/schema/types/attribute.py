"""Small things that many nouns carry: a name with a value, a tax."""

from abandoned_checkouts.checkouts.money import format_price
from abandoned_checkouts.shopify.schema.resolving.fields import Backed, backed, column
from abandoned_checkouts.shopify.schema.types.money import MoneyBag, money
from abandoned_checkouts.shopify.schema.types.scalars import Money


@backed(description="A name with a value, as buyers and apps attach them.")
class Attribute(Backed):
    key: str = column("key", description="The name.")
    value: str | None = column("value", description="The value.")


def _percentage(rate: float | None) -> float | None:
    """0.0725 of one is 7.25 per cent; rounded where binary fractions would show."""
    return None if rate is None else round(float(rate) * 100, 10)


@backed(description="A tax on a checkout or on one of its lines.")
class TaxLine(Backed):
    channel_liable: bool | None = column(
        "channel_liable", description="Whether the channel that sold it must remit the tax."
    )
    price: Money = column(
        "amount",
        compute=format_price,
        description="The tax in the shop's currency.",
        deprecated="Use `priceSet`, which says the currency.",
    )
    price_set: MoneyBag = money("amount", description="The tax after discounts.")
    rate: float | None = column(
        "rate",
        compute=lambda rate: None if rate is None else float(rate),
        description="The share of the price: 0.06 for six per cent.",
    )
    rate_percentage: float | None = column("rate", compute=_percentage, description="The share in per cent: 6.0.")
    source: str | None = column("source", description="Who worked the tax out.")
    title: str = column("title", description="The tax's name.")
