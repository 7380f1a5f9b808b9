"""Discounts: what was applied to a checkout, and what each took off a line."""

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


@backed(description="A discount in per cent.")
class PricingPercentageValue(Backed):
    percentage: float = column("value", compute=float, description="The share in per cent: 10.0.")


PricingValue = Annotated[
    MoneyV2 | PricingPercentageValue,
    strawberry.union("PricingValue", description="What a discount takes off: an amount or a share."),
]

# Amounts of a discount are kept like all money, in ten-thousandths, under the name of MoneyV2's column.
_VALUE = {"value": "value", "amount": "value", "currency": "value_currency", "value_type": "value_type"}


def _value() -> Declared:
    return embedded(
        "PricingValue",
        _VALUE,
        kinds=Kinds("value_type", {"fixed_amount": "MoneyV2", "percentage": "PricingPercentageValue"}),
        description="What it takes off.",
    )


def _method() -> Declared:
    return column("allocation_method", description="How the discount is spread over the lines it applies to.")


def _index() -> Declared:
    return column("index", description="Its place among the checkout's discounts, from 0.")


def _selection() -> Declared:
    return column("target_selection", description="Which lines it applies to.")


def _target() -> Declared:
    return column("target_type", description="Whether it applies to goods or to delivery.")


@strawberry.interface(description="A discount that was applied to a checkout.")
class DiscountApplication:
    allocation_method: DiscountApplicationAllocationMethod = _method()
    index: int = _index()
    target_selection: DiscountApplicationTargetSelection = _selection()
    target_type: DiscountApplicationTargetType = _target()
    value: PricingValue = _value()


@backed(description="A discount that the shop gives by itself.")
class AutomaticDiscountApplication(Backed, DiscountApplication):
    title: str = column("title", compute=_text, description="The discount's title.")


@backed(description="A discount that the buyer asked for by its code.")
class DiscountCodeApplication(Backed, DiscountApplication):
    code: str = column("code", compute=_text, description="The code, as the buyer gave it.")


@backed(description="A discount that somebody gave by hand.")
class ManualDiscountApplication(Backed, DiscountApplication):
    description: str | None = column("description", description="What was said of it.")
    title: str = column("title", compute=_text, description="The discount's title.")


@backed(description="A discount that a script of the shop gave.")
class ScriptDiscountApplication(Backed, DiscountApplication):
    description: str = column("title", compute=_text, description="The discount's title.", deprecated="Use `title`.")
    title: str = column("title", compute=_text, description="The discount's title.")


@backed(description="What one discount takes off one line.")
class DiscountAllocation(Backed):
    allocated_amount: MoneyV2 = embedded(
        "MoneyV2",
        {"amount": "amount", "currency": "currency"},
        description="The amount in the shop's currency.",
        deprecated="Use `allocatedAmountSet`, which has both currencies.",
    )
    allocated_amount_set: MoneyBag = money("amount", description="The amount that is taken off.")
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
        description="The discount.",
    )
