"""Objects of a fast constructor equal those of the class."""

from dataclasses import FrozenInstanceError, dataclass

import pytest

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.constructor import constructor
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.line_item import LineItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    number: int
    name: str
    title: str | None = None
    parts: tuple[int, ...] = ()


TIMES = {"created_at": 1, "updated_at": 2}


def test_other_fields_have_their_default() -> None:
    new_line = constructor(LineItem, "key", "quantity", "title")
    assert new_line("k", 2, "Lamp") == LineItem(key="k", quantity=2, title="Lamp")
    new_checkout = constructor(Checkout, "platform", "currency", "created_at", "updated_at")
    assert new_checkout("shopify", "USD", 1, 2) == Checkout(platform="shopify", currency="USD", **TIMES)
    new_customer = constructor(Customer, "id", "created_at", "updated_at")
    assert new_customer(7, 1, 2) == Customer(id=7, **TIMES)


def test_fields_in_a_tuple_get_the_same_value() -> None:
    new_line = constructor(LineItem, "key", ("quantity", "original_unit_price", "discounted_unit_price"))
    assert new_line("k", 3) == LineItem(key="k", quantity=3, original_unit_price=3, discounted_unit_price=3)


def test_objects_share_no_lists() -> None:
    new_line = constructor(LineItem, "key", "quantity")
    one, other = new_line("a", 1), new_line("b", 1)
    one.tax_lines.append({"title": "VAT"})
    assert other.tax_lines == []


def test_a_frozen_object_stays_frozen() -> None:
    new_facts = constructor(Facts, "number", ("name", "title"))
    facts = new_facts(7, "x")
    assert facts == Facts(number=7, name="x", title="x") and hash(facts) == hash(Facts(number=7, name="x", title="x"))
    assert facts.parts == ()
    with pytest.raises(FrozenInstanceError):
        facts.number = 8  # type: ignore[misc]


def test_a_field_without_a_default_needs_a_value() -> None:
    with pytest.raises(AssertionError, match="quantity has no default"):
        constructor(LineItem, "key")
