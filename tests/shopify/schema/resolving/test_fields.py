"""Declarations of fields: what Strawberry finds in the code of a resolver is shared, the resolver is not."""

from types import SimpleNamespace
from typing import Any

from abandoned_checkouts.shopify.schema.resolving.fields import column, parsed_list


def test_fields_with_the_same_code_have_their_own_values() -> None:
    name: Any = column("name", description="A name.")
    size: Any = column("size", compute=lambda value: value + 1, description="A size.")
    row = SimpleNamespace(row={"name": "Oak", "size": 2})
    assert name.base_resolver(row, None) == "Oak"
    assert size.base_resolver(row, None) == 3
    assert name.base_resolver.signature is size.base_resolver.signature
    assert name.arguments == size.arguments == []


def test_fields_with_arguments_have_their_own() -> None:
    first: Any = parsed_list("LineItem", "lines", description="Lines.")
    other: Any = parsed_list("LineItem", "taxes", description="Taxes.")
    names = ["after", "before", "first", "last", "reverse"]
    assert [each.python_name for each in first.arguments] == names
    assert [each.python_name for each in other.arguments] == names
    assert first.arguments[0] is not other.arguments[0]
