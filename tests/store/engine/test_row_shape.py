"""Objects from rows."""

from dataclasses import asdict

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.store.engine.row_shape import RowShape
from abandoned_checkouts.store.tables import abandoned_checkouts

CHECKOUT = RowShape(Checkout, abandoned_checkouts)


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


def test_flags_can_be_numbers() -> None:
    for flag in (True, False):
        checkout = Checkout(platform="wix", created_at=1, updated_at=2, currency="EUR", id=3, taxes_included=flag)
        values = [int(value) if value is True or value is False else value for value in CHECKOUT.values(checkout)]
        assert CHECKOUT.from_values(values).taxes_included is flag
