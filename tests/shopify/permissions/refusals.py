"""Documents answered on the contract with the fields that are refused."""

from __future__ import annotations

from typing import Any

from graphql import graphql_sync

from abandoned_checkouts.shopify.language.errors.execution import Refusal, translated
from abandoned_checkouts.shopify.permissions.scopes import Coordinate
from tests.contract.schema import contract_schema

CHECKOUT = {
    "__typename": "AbandonedCheckout",
    "id": "1",
    "abandonedCheckoutUrl": "https://a.test",
    "customer": {"id": "2"},
}
DATA: dict[str, Any] = {
    "abandonedCheckouts": {"nodes": [CHECKOUT, CHECKOUT]},
    "node": CHECKOUT,
    "nodes": [CHECKOUT],
    "customer": {"id": "2", "email": "a@b.test", "displayName": "A"},
    "order": {"id": "3", "customer": {"id": "2"}},
    "shop": {"id": "4"},
}
Refusals = dict[Coordinate, Refusal]


def answer(text: str, refusals: Refusals) -> tuple[Any, list[dict[str, Any]]]:
    """Data and errors when graphql-core asks the refusals before each field."""

    def guard(resolver: Any, source: Any, info: Any, **arguments: Any) -> Any:
        refused = refusals.get((info.parent_type.name, info.field_name))
        if refused is not None:
            raise refused
        return resolver(source, info, **arguments)

    result = graphql_sync(contract_schema(), text, DATA, middleware=[guard])
    entries, unexpected = translated(result.errors or (), "request")
    assert unexpected == []
    return result.data, entries
