"""The discounts of an AbandonedCheckout. GraphQL repeats a discount on each allocation; here each appears once."""

from abandoned_checkouts.checkouts.checkout import DiscountApplication, DiscountKind
from abandoned_checkouts.checkouts.converters import amount_or_zero
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.line_item import LineItem

_KINDS: dict[str | None, DiscountKind] = {
    "DiscountCodeApplication": "code",
    "AutomaticDiscountApplication": "automatic",
    "ManualDiscountApplication": "manual",
    "ScriptDiscountApplication": "script",
}


class Discounts:
    """Collects the discounts that the allocations of all lines name.

    Their order is known at the end only: `add` returns a provisional index, which `finish` replaces in the lines.
    """

    def __init__(self, currency: str) -> None:
        self._currency = currency
        self._found: dict[object, tuple[int, DiscountApplication]] = {}

    def add(self, source: UntypedJson) -> int:
        """The provisional index of a DiscountApplication."""
        identity = source.get("index")
        if identity is None:
            identity = (source.get("__typename"), source.get("code"), source.get("title"))
        if identity not in self._found:
            self._found[identity] = (len(self._found), self._application(source))
        return self._found[identity][0]

    def is_code(self, provisional: int) -> bool:
        return any(found == provisional and item.get("kind") == "code" for found, item in self._found.values())

    def finish(self, lines: list[LineItem]) -> list[DiscountApplication]:
        """The discounts in the order of their `index`. The allocations of `lines` get their final indexes."""
        identities = list(self._found)
        indexes = [identity for identity in identities if type(identity) is int]
        ordered = sorted(indexes) if len(indexes) == len(identities) else identities
        final = {self._found[identity][0]: place for place, identity in enumerate(ordered)}
        for line in lines:
            for allocation in line.discount_allocations:
                allocation["application"] = final[allocation["application"]]
        return [self._found[identity][1] for identity in ordered]

    def _application(self, source: UntypedJson) -> DiscountApplication:
        kind = _KINDS.get(source.get("__typename"), "code" if source.get("code") else "automatic")
        value = source.get("value") or {}
        application: DiscountApplication = {
            "kind": kind,
            "title": source.get("title") or source.get("code"),
            "target_type": source.get("targetType") or "LINE_ITEM",
            "target_selection": source.get("targetSelection") or "ALL",
            "allocation_method": source.get("allocationMethod") or "ACROSS",
        }
        if kind == "code":
            application["code"] = source.get("code")
        if source.get("description") is not None:
            application["description"] = source["description"]
        if "percentage" in value:
            application["value_type"], application["value"] = "percentage", float(value["percentage"])
        else:
            application["value_type"] = "fixed_amount"
            application["value"] = amount_or_zero(value.get("amount"))
            application["value_currency"] = value.get("currencyCode") or self._currency
        return application
