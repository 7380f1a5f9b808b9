"""Scopes and protected customer data: what is refused, in which words, at which paths."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from graphql import GraphQLObjectType, graphql_sync

from abandoned_checkouts.shopify.language.errors.execution import Refusal, translated
from abandoned_checkouts.shopify.permissions.protected_data import (
    LEVEL_2,
    PROTECTED_FIELDS,
    AppKind,
    Approvals,
    Protected,
    protected_refusals,
    url_needs_approval,
)
from abandoned_checkouts.shopify.permissions.scopes import (
    FIELD_ACCESS,
    TYPE_ACCESS,
    Coordinate,
    denied_types,
    granted,
    required_by_field,
    scope_refusals,
)
from tests.contract.schema import contract_schema
from tests.recorded import recorded

NOW = datetime(2026, 11, 21, tzinfo=UTC)
LATER = datetime(2026, 12, 1, tzinfo=UTC)
ALL = frozenset(required.scope for required in (*TYPE_ACCESS.values(), *FIELD_ACCESS.values()))
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


def with_scopes(*scopes: str) -> Refusals:
    return scope_refusals(required_by_field(contract_schema()), granted(scopes))


def test_write_implies_read() -> None:
    assert granted(["write_orders", "read_products"]) == {"write_orders", "read_orders", "read_products"}


def test_abandoned_checkouts_without_read_orders() -> None:
    data, errors = answer("{\n  list: abandonedCheckouts(first: 1) { nodes { id } }\n}", with_scopes("read_products"))
    assert data is None
    sentence = (
        "`read_orders` access scope. Also: The user must have manage_abandoned_checkouts permission. When called by "
        "Shopify POS, the user must have the view_abandoned_checkouts retail permission."
    )
    assert errors == [
        {
            "message": f"Access denied for abandonedCheckouts field. Required access: {sentence}",
            "locations": [{"line": 2, "column": 3}],
            "extensions": {
                "code": "ACCESS_DENIED",
                "documentation": "https://shopify.dev/api/usage/access-scopes",
                "requiredAccess": sentence,
            },
            "path": ["list"],
        }
    ]
    assert list(errors[0]) == ["message", "locations", "extensions", "path"]


def test_each_row_has_an_error_of_its_own() -> None:
    data, errors = answer(
        "{ abandonedCheckouts(first: 2) { nodes { id customer { id } } } }", with_scopes("write_orders")
    )
    assert data == {"abandonedCheckouts": {"nodes": [{"id": "1", "customer": None}] * 2}}
    assert [error["path"] for error in errors] == [["abandonedCheckouts", "nodes", row, "customer"] for row in (0, 1)]
    assert errors[0]["message"] == ("Access denied for customer field. Required access: `read_customers` access scope.")


def test_types_that_may_not_be_found_by_node() -> None:
    assert denied_types(granted(["write_orders"])).keys() == {"Customer", "Product", "ProductVariant"}
    assert denied_types(granted(ALL)) == {}


def test_every_field_that_reaches_a_guarded_type_is_in_the_table() -> None:
    """No door is left open: walking from the roots over unguarded fields never arrives at a guarded type."""
    schema = contract_schema()
    table = required_by_field(schema)
    guarded = set(TYPE_ACCESS)
    waiting, seen = ["QueryRoot"], {"QueryRoot"}
    while waiting:
        type_ = schema.get_type(waiting.pop())
        if not isinstance(type_, GraphQLObjectType):
            continue
        for name, field in type_.fields.items():
            named = str(field.type).strip("[]!")
            if (type_.name, name) in table:
                continue
            assert named not in guarded, f"{type_.name}.{name} returns {named} unguarded"
            if named not in seen:
                seen.add(named)
                waiting.append(named)


def test_table_names_fields_of_the_schema() -> None:
    schema = contract_schema()
    for owner, name in (*FIELD_ACCESS, *PROTECTED_FIELDS):
        type_ = schema.get_type(owner)
        assert isinstance(type_, GraphQLObjectType) and name in type_.fields, f"{owner}.{name}"
    assert all(schema.get_type(name) for name in TYPE_ACCESS)


def test_words_of_what_was_recorded() -> None:
    """Most recorded refusals follow one pattern; those that do are the ones we can be asked to repeat."""
    for row in recorded("graphql_errors.json"):
        example = row["example"]
        if row["code"] != "ACCESS_DENIED" or not isinstance(example, dict):
            continue
        required = example["extensions"].get("requiredAccess")
        if required and not required.startswith("`read_markets` for"):
            field = example["message"].split(" ")[3]
            assert example["message"] == f"Access denied for {field} field. Required access: {required}"
            keys = list(example["extensions"])
            assert keys in (["code", "documentation", "requiredAccess"], ["code", "requiredAccess"])


def approved(*kinds: Protected, kind: AppKind = AppKind.PUBLIC, now: datetime = NOW) -> Refusals:
    return protected_refusals(contract_schema(), Approvals(kind, frozenset(kinds)), now)


PAGE = "https://shopify.dev/docs/apps/launch/protected-customer-data"


def test_objects_and_fields_that_an_app_is_not_approved_for() -> None:
    text = '{ customer(id: "gid://shopify/Customer/2") { id email } }'
    data, errors = answer(text, approved())
    assert data == {"customer": None}
    assert errors[0]["message"] == (
        f"This app is not approved to access the Customer object. See {PAGE} for more details."
    )
    assert errors[0]["extensions"] == {"code": "ACCESS_DENIED", "documentation": PAGE}
    data, errors = answer(text, approved(Protected.CUSTOMER_DATA))
    assert data == {"customer": {"id": "2", "email": None}}
    assert errors[0]["message"] == f"This app is not approved to use the email field. See {PAGE} for more details."
    assert answer(text, approved(Protected.CUSTOMER_DATA, Protected.EMAIL))[1] == []


@pytest.mark.parametrize(
    ("kind", "now", "kinds", "refused"),
    [
        (AppKind.PUBLIC, NOW, [], False),
        (AppKind.PUBLIC, LATER, [], True),
        (AppKind.PUBLIC, LATER, [Protected.NAME, Protected.EMAIL, Protected.PHONE], True),
        (AppKind.PUBLIC, LATER, sorted(LEVEL_2), False),
        (AppKind.CUSTOM, LATER, [], False),
        (AppKind.CUSTOM, datetime(2027, 1, 1, tzinfo=UTC), [], True),
        (AppKind.ADMIN, datetime(2030, 1, 1, tzinfo=UTC), [], False),
    ],
)
def test_abandoned_checkout_url(kind: AppKind, now: datetime, kinds: list[Protected], refused: bool) -> None:
    refusals = approved(Protected.CUSTOMER_DATA, *kinds, kind=kind, now=now)
    found = refusals.get(("AbandonedCheckout", "abandonedCheckoutUrl"))
    assert (found is not None) is refused
    if refused:
        assert url_needs_approval(kind, now)
        assert str(found).startswith("This app is not approved to use the abandonedCheckoutUrl field.")
