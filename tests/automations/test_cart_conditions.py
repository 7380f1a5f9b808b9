"""Conditions on a cart: how they are written, and which carts meet them."""

from typing import Any

import pytest

from abandoned_checkouts.automations.cart_conditions import (
    CartFacts,
    parse_cart_conditions,
    stock_of,
    why_cart_differs,
)
from abandoned_checkouts.automations.comparison import ConditionError
from abandoned_checkouts.automations.explain_conditions import cart_texts
from abandoned_checkouts.automations.sentences import ENGLISH
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.line_item import LineItem
from tests.automations.test_decide import checkout

TEAPOT = LineItem(
    key="k", title="Blue Teapot", quantity=2, product_id=70, variant_id=71, sku="TP-1", vendor="Acme",
    extra={"product_type": "Pot"},
)  # fmt: skip
CUP = LineItem(key="l", title="Cup", quantity=1, product_id=80, variant_id=81)
CART = checkout(line_items=[TEAPOT, CUP])
CODE = checkout(discount_codes=[{"code": "TEN", "amount": 1, "type": "percentage"}])
AUTOMATIC = checkout(discount_applications=[{"kind": "automatic", "title": "Sale"}])
SOLD = CartFacts(frozenset({0}))


@pytest.mark.parametrize(
    ("source", "cart", "facts", "reason"),
    [
        ({}, CART, CartFacts(), None),
        ({"value": ">=39"}, CART, CartFacts(), None),
        ({"value": ">39"}, CART, CartFacts(), "the value of the cart is not > 39.00"),
        ({"value": [">=10", "<39"]}, CART, CartFacts(), "the value of the cart is not < 39.00"),
        ({"items": 3}, CART, CartFacts(), None),
        ({"items": "<3"}, CART, CartFacts(), "the number of items in the cart is not < 3"),
        ({"products": {"id": 70}}, CART, CartFacts(), None),
        ({"products": [{"id": 71}, {"variant_id": 81}]}, CART, CartFacts(), None),
        ({"products": {"id": 71}}, CART, CartFacts(), "no product in the cart has id 71"),
        ({"products": {"title": "*teapot"}}, CART, CartFacts(), None),
        ({"products": {"title": "teapot"}}, CART, CartFacts(), "no product in the cart has title teapot"),
        ({"products": {"vendor": "ACME", "sku": "tp-*"}}, CART, CartFacts(), None),
        # Both must be of one line.
        ({"products": {"sku": "tp-1", "id": 80}}, CART, CartFacts(), "no product in the cart has sku tp-1 and id 80"),
        ({"products": {"type": "pot"}}, CART, CartFacts(), None),
        ({"products": {"type": "glass"}}, CART, CartFacts(types={80: "Glass"}), None),
        ({"products": {"type": "glass"}}, CART, CartFacts(), "no product in the cart has type glass"),
        ({"discount": True}, CODE, CartFacts(), None),
        ({"discount": True}, AUTOMATIC, CartFacts(), None),
        ({"discount": True}, CART, CartFacts(), "no discount is used"),
        ({"discount": False}, CODE, CartFacts(), "a discount is used"),
        ({"discount": "ten"}, CODE, CartFacts(), None),
        ({"discount": ["FIVE", "TEN"]}, CODE, CartFacts(), None),
        ({"discount": "FIVE"}, CODE, CartFacts(), "the discount code FIVE is not used"),
        ({"discount": "FIVE"}, AUTOMATIC, CartFacts(), "the discount code FIVE is not used"),
        ({"stock": "all"}, CART, CartFacts(), None),
        ({"stock": "all"}, CART, SOLD, "some products are sold out"),
        ({"stock": ["all", "some"]}, CART, SOLD, None),
        ({"stock": "some"}, CART, CartFacts(frozenset({0, 1})), "all products are sold out"),
        ({"stock": "some"}, CART, CartFacts(), "all products are still available"),
    ],
)  # fmt: skip
def test_carts(source: dict[str, Any], cart: Checkout, facts: CartFacts, reason: str | None) -> None:
    assert why_cart_differs(parse_cart_conditions(source), cart, facts) == reason


def test_an_empty_cart_is_not_sold_out() -> None:
    assert stock_of(checkout(line_items=[]), CartFacts()) == "all"


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ({"value": "much"}, "value is 'much'; write a number or a comparison, such as '>=2'"),
        ({"value": []}, "value is []; write a number or a comparison, such as '>=2'"),
        ({"items": -1}, "items is -1; write a number"),
        ({"products": []}, "products must not be empty; list products, such as [{vendor: Acme}]"),
        ({"products": "teapot"}, "products must be a mapping, such as {title: '*teapot*'} or {id: 632910392}"),
        ({"products": [{"titel": "x"}]}, "products[0].titel is unknown; the allowed keys are id, variant_id, sku"),
        ({"products": [{"id": "x"}]}, "products[0].id is 'x'; it must be a number"),
        ({"products": {"title": " "}}, "products.title must be a text, such as '*teapot*'; * stands for any text"),
        ({"discount": 5}, "discount is 5; write true, false, a code, or a list of codes"),
        ({"discount": []}, "discount is []; write true"),
        ({"stock": "much"}, "stock is 'much'; it must be one of all, some, none: how much is still available"),
    ],
)  # fmt: skip
def test_conditions_that_cannot_be_checked(source: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConditionError) as error:
        parse_cart_conditions(source)
    assert str(error.value).startswith(problem)


def test_sentences() -> None:
    conditions = parse_cart_conditions(
        {"value": "<9.5", "products": [{"id": 7}, {"vendor": "Acme"}], "discount": "TEN", "stock": ["some", "none"]}
    )
    assert list(cart_texts(conditions, "EUR", ENGLISH)) == [
        "the value of the cart is < 9.50 EUR",
        "a product in the cart has id 7 or vendor acme",
        "the discount code TEN is used",
        "some products are sold out or all products are sold out",
    ]
    assert list(cart_texts(parse_cart_conditions({"discount": False}), "EUR", ENGLISH)) == ["no discount is used"]


ALONE: list[dict[str, Any]] = [
    {"products": [{"title": "Cup"}]},
    {"discount": False},
    {"value": ">5"},
    {"stock": "all"},
]


@pytest.mark.parametrize("source", ALONE)
def test_each_condition_alone_is_a_condition(source: dict[str, Any]) -> None:
    assert parse_cart_conditions(source)
    assert not parse_cart_conditions({})
