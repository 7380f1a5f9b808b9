"""Missing scopes: which fields are refused, with which messages, at which paths."""

from __future__ import annotations

from graphql import GraphQLObjectType

from abandoned_checkouts.access.rules import granted
from abandoned_checkouts.shopify.permissions.protected_data import PROTECTED_FIELDS
from abandoned_checkouts.shopify.permissions.scopes import (
    FIELD_ACCESS,
    TYPE_ACCESS,
    denied_types,
    required_by_field,
    scope_refusals,
)
from tests.contract.schema import contract_schema
from tests.recorded import recorded
from tests.shopify.permissions.refusals import Refusals, answer

ALL = frozenset(scope for required in (*TYPE_ACCESS.values(), *FIELD_ACCESS.values()) for scope in required.rule.scopes)


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
    assert denied_types(granted(["write_orders"])).keys() == {"Customer", "Location", "Product", "ProductVariant"}
    assert denied_types(granted(ALL)) == {}


def test_every_field_that_reaches_a_guarded_type_is_in_the_table() -> None:
    """A type that requires a scope cannot be reached from the roots by fields that require none."""
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
