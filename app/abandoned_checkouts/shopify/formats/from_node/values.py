"""Values that many types of the Admin GraphQL API share: money, connections, attributes, global ids."""

from typing import NamedTuple

from abandoned_checkouts.checkouts.converters import amount_or_zero
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.line_item import Attribute
from abandoned_checkouts.checkouts.money import parse_amount
from abandoned_checkouts.shopify.values.gid import parse_gid


class Bag(NamedTuple):
    """An amount in both currencies, in ten-thousandths. A currency is None if it was not selected."""

    amount: int
    presentment_amount: int
    currency: str | None
    presentment_currency: str | None


def money_bag(source: UntypedJson) -> Bag:
    """A MoneyBag. If only one of its amounts was selected, it is used for both."""
    shop, presentment = source.get("shopMoney"), source.get("presentmentMoney")
    shop = shop or presentment or {}
    presentment = presentment or shop
    amount = amount_or_zero(shop.get("amount"))
    return Bag(
        amount,
        parse_amount(presentment["amount"]) if "amount" in presentment else amount,
        shop.get("currencyCode"),
        presentment.get("currencyCode"),
    )


def nodes(source: UntypedJson | list[UntypedJson] | None) -> list[UntypedJson]:
    """The nodes of a connection, selected by `nodes` or `edges`, or the items of a list."""
    if not source:
        return []
    if isinstance(source, list):
        return source
    if source.get("nodes") is not None:
        return list(source["nodes"])
    return [edge["node"] for edge in source.get("edges") or []]


def attributes_from_node(source: list[UntypedJson] | None) -> list[Attribute]:
    return [{"key": item["key"], "value": item.get("value")} for item in source or ()]


def id_of(gid: str, type_name: str) -> int | None:
    """The number in a global id, or None if it belongs to another type. Raises InvalidGidError."""
    found = parse_gid(gid)
    return found.number if found.type_name == type_name else None
