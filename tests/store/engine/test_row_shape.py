"""Objects from rows."""

from dataclasses import asdict

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.store.engine.row_shape import RowShape
from abandoned_checkouts.store.tables import abandoned_checkouts, line_items

CHECKOUT = RowShape(Checkout, abandoned_checkouts)
LINE_ITEM = RowShape(LineItem, line_items)


def test_an_object_from_values_is_the_object_from_the_row() -> None:
    whole = Checkout(
        platform="wix",
        created_at=1,
        updated_at=2,
        currency="EUR",
        id=3,
        billing_address={"city": "Lyon"},
        discount_codes=[{"code": "A", "amount": 5, "type": "fixed_amount"}],
        extra={"odd": None},
    )
    bare = Checkout(platform="shopify", created_at=1, updated_at=2, currency="USD", id=4)
    for checkout in (whole, bare):
        values = CHECKOUT.values(checkout)
        found = CHECKOUT.from_values(values)
        assert found == CHECKOUT.record(dict(zip(CHECKOUT.columns, values, strict=True))) == checkout
        assert asdict(found) == asdict(checkout)


def test_fields_without_a_column_are_not_shared() -> None:
    values = CHECKOUT.values(Checkout(platform="shopify", created_at=1, updated_at=2, currency="USD", id=4))
    first, second = CHECKOUT.from_values(values), CHECKOUT.from_values(values)
    assert (first.line_items, first.visit, first.present_fields) == ([], {}, None)
    assert first.line_items is not second.line_items and first.visit is not second.visit


def test_more_values_may_follow() -> None:
    line = LineItem(key="k", quantity=2)
    assert LINE_ITEM.from_values((*LINE_ITEM.values(line), 7, "x")) == line
