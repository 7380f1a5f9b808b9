"""Checkouts, customers, lines and shops with the few values that they must have, for the tests of this folder."""

from typing import Any

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.order import Order
from abandoned_checkouts.checkouts.shop import Shop

NOW = 1_790_000_000_000_000


def a_checkout(**values: Any) -> Checkout:
    required = {"platform": "shopify", "id": 7, "created_at": NOW, "updated_at": NOW, "currency": "USD"}
    return Checkout(**{**required, **values})


def a_customer(**values: Any) -> Customer:
    return Customer(**{"id": 501, "created_at": NOW, "updated_at": NOW, **values})


def a_line(**values: Any) -> LineItem:
    return LineItem(**{"key": "k", "quantity": 1, **values})


def an_order(**values: Any) -> Order:
    times = dict.fromkeys(("created_at", "updated_at", "processed_at"), NOW)
    required = {"id": 9, "number": 1001, "name": "#1001", "currency": "USD", "presentment_currency": "USD"}
    return Order(**{**required, **times, **values})


def a_shop(**values: Any) -> Shop:
    texts = dict.fromkeys(("uuid", "name", "email", "owner_name"), "x")
    required = {"id": 3, "domain": "a.example", "currency": "USD", "timezone": "UTC", "platform": "shopify"}
    return Shop(**{**texts, **required, "secret": "secret", **values})
