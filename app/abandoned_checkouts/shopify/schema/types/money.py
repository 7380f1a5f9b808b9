"""Money in one currency, and in the currencies of shop and buyer."""

from abandoned_checkouts.checkouts.money import format_amount
from abandoned_checkouts.shopify.schema.resolving.fields import Backed, backed, column, embedded
from abandoned_checkouts.shopify.schema.types.enums import CurrencyCode, known_currency
from abandoned_checkouts.shopify.schema.types.scalars import Decimal


@backed(description="An amount of money with its currency.")
class MoneyV2(Backed):
    amount: Decimal = column("amount", compute=format_amount, description="The amount in the unit of the currency.")
    currency_code: CurrencyCode = column("currency", compute=known_currency, description="The currency.")


@backed(description="An amount of money in the shop's currency and in the currency that the buyer saw.")
class MoneyBag(Backed):
    shop_money: MoneyV2 = embedded(
        "MoneyV2",
        {"amount": "amount", "currency": "currency"},
        description="The amount in the shop's currency.",
    )
    presentment_money: MoneyV2 = embedded(
        "MoneyV2",
        {"amount": "presentment_amount", "currency": "presentment_currency"},
        description="The amount in the currency that the buyer saw.",
    )


def money(name: str, *, optional: bool = False, description: str) -> MoneyBag:
    """A MoneyBag of the columns `name` and `presentment_…`; if `optional`, it is null when column `name` is null."""
    field: MoneyBag = embedded(
        "MoneyBag",
        {
            "amount": name,
            "presentment_amount": f"presentment_{name}",
            "currency": "currency",
            "presentment_currency": "presentment_currency",
        },
        present=name if optional else None,
        description=description,
    )
    return field
