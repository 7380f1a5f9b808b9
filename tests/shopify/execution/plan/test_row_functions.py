"""Functions for objects made of columns are shared by plans, and their number is limited."""

import pytest
from graphql import OperationDefinitionNode, parse

from abandoned_checkouts.shopify.execution.plan import row_functions
from abandoned_checkouts.shopify.execution.plan.plan import Plan, compiled
from abandoned_checkouts.shopify.execution.plan.row_functions import ROW_FUNCTIONS, RowFunction, RowFunctions
from abandoned_checkouts.shopify.schema.build import graphql_schema

NODE = "abandonedCheckouts(first: 1) {{ nodes {{ {} }} }}"


def plan(selections: str) -> Plan:
    tree = parse(f"{{ {NODE.format(selections)} }}")
    (operation,) = tree.definitions
    assert isinstance(operation, OperationDefinitionNode)
    return compiled(graphql_schema(), tree, operation, {})


def test_documents_with_the_same_object_share_its_function() -> None:
    ROW_FUNCTIONS.clear()
    first = plan("id totalPriceSet { shopMoney { amount } }")
    kept = dict(ROW_FUNCTIONS)
    assert len(kept) == 1
    (function,) = kept.values()
    assert function.columns == ("total_price",) and function.write(12_500) == '{"shopMoney":{"amount":"1.25"}}'
    other = plan("sum: totalPriceSet { shopMoney { amount } } name")
    assert kept == ROW_FUNCTIONS
    for each in (first, other):
        (writer,) = each.writers
        assert '{{"shopMoney":{{"amount":"{c1 // 10000 if c1 >= 0' in writer.source.replace("c0 ", "c1 ")


@pytest.mark.parametrize(
    "money",
    [
        "shopMoney { sum: amount }",
        "shopMoney { amount currencyCode }",
        "presentmentMoney { amount }",
        "__typename shopMoney { amount }",
    ],
)
def test_another_selection_has_another_function(money: str) -> None:
    plan("totalPriceSet { shopMoney { amount } }")
    before = len(ROW_FUNCTIONS)
    plan(f"totalPriceSet {{ {money} }}")
    plan(f"subtotalPriceSet {{ {money} }}")
    assert len(ROW_FUNCTIONS) == before + 2
    ROW_FUNCTIONS.clear()


def test_fragments_and_directives_have_no_function() -> None:
    ROW_FUNCTIONS.clear()
    plan("totalPriceSet { ... { shopMoney { amount } } }")
    plan("totalPriceSet { shopMoney { amount @include(if: true) } }")
    assert not ROW_FUNCTIONS


def test_functions_are_bounded_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_functions, "MOST_BYTES", 50_000)
    kept = RowFunctions()
    for number in range(200):
        kept.keep(number, RowFunction(str, (), "x" * 500))
        assert 0 < kept.bytes <= 50_000
    assert 0 < len(kept) < 20
    kept.keep("long", RowFunction(str, (), "x" * 5_000))
    assert "long" not in kept
