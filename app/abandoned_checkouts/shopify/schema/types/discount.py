"""Discounts: their application to a checkout, and their allocation to line items."""

from typing import Annotated

import strawberry

from abandoned_checkouts.shopify.schema.resolving.fields import Backed, backed, column, embedded, parsed
from abandoned_checkouts.shopify.schema.resolving.sources import Declared, Kinds
from abandoned_checkouts.shopify.schema.types.enums import (
    DiscountApplicationAllocationMethod,
    DiscountApplicationTargetSelection,
    DiscountApplicationTargetType,
)
from abandoned_checkouts.shopify.schema.types.money import MoneyBag, MoneyV2, money


def _text(value: str | None) -> str:
    return value or ""


@backed(description="A percentage discount.")
class PricingPercentageValue(Backed):
    percentage: float = column("value", compute=float, description="The percentage: 10.0 is 10 percent.")


PricingValue = Annotated[
    MoneyV2 | PricingPercentageValue,
    strawberry.union("PricingValue", description="The value of a discount: an amount or a percentage."),
]

# A discount's amount is stored in ten-thousandths, like all money. MoneyV2 reads it as its column `amount`.
_VALUE = {"value": "value", "amount": "value", "currency": "value_currency", "value_type": "value_type"}


def _value() -> Declared:
    return embedded(
        "PricingValue",
        _VALUE,
        kinds=Kinds("value_type", {"fixed_amount": "MoneyV2", "percentage": "PricingPercentageValue"}),
        description="The value of the discount.",
    )


def _method() -> Declared:
    return column("allocation_method", description="How the discount is allocated to its line items.")


def _index() -> Declared:
    return column("index", description="The position among the checkout's discounts, starting at 0.")


def _selection() -> Declared:
    return column("target_selection", description="Which line items the discount applies to.")


def _target() -> Declared:
    return column("target_type", description="Whether the discount applies to line items or to shipping.")


@strawberry.interface(description="A discount that is applied to a checkout.")
class DiscountApplication:
    allocation_method: DiscountApplicationAllocationMethod = _method()
    index: int = _index()
    target_selection: DiscountApplicationTargetSelection = _selection()
    target_type: DiscountApplicationTargetType = _target()
    value: PricingValue = _value()


@backed(description="A discount that is applied automatically.")
class AutomaticDiscountApplication(Backed, DiscountApplication):
    title: str = column("title", compute=_text, description="The discount's title.")


@backed(description="A discount that is applied by a code.")
class DiscountCodeApplication(Backed, DiscountApplication):
    code: str = column("code", compute=_text, description="The code that the buyer entered.")


@backed(description="A discount that the merchant applied manually.")
class ManualDiscountApplication(Backed, DiscountApplication):
    description: str | None = column("description", description="The description of the discount.")
    title: str = column("title", compute=_text, description="The discount's title.")


@backed(description="A discount that a script of the shop applied.")
class ScriptDiscountApplication(Backed, DiscountApplication):
    description: str = column("title", compute=_text, description="The discount's title.", deprecated="Use `title`.")
    title: str = column("title", compute=_text, description="The discount's title.")


@backed(description="The amount that a discount takes off a line item.")
class DiscountAllocation(Backed):
    allocated_amount: MoneyV2 = embedded(
        "MoneyV2",
        {"amount": "amount", "currency": "currency"},
        description="The amount in the shop's currency.",
        deprecated="Use `allocatedAmountSet`, which has both currencies.",
    )
    allocated_amount_set: MoneyBag = money("amount", description="The discounted amount.")
    discount_application: DiscountApplication = parsed(
        "DiscountApplication",
        "discount",
        kinds=Kinds(
            "kind",
            {
                "automatic": "AutomaticDiscountApplication",
                "code": "DiscountCodeApplication",
                "manual": "ManualDiscountApplication",
                "script": "ScriptDiscountApplication",
            },
        ),
        description="The discount application.",
    )
