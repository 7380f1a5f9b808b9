"""Conditions of a selection. tests/exporting/test_selecting.py reads checkouts with them."""

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.search.selection import EVERYTHING, Selection, created_within, selected
from abandoned_checkouts.store.tables import customers


async def test_an_empty_selection_has_no_conditions(shop: Shop) -> None:
    assert selected(shop, EVERYTHING, "sqlite") == [] == created_within(customers, EVERYTHING)


def test_times_are_conditions_of_any_table() -> None:
    found = [
        str(each.compile(compile_kwargs={"literal_binds": True})) for each in created_within(customers, Selection(5, 9))
    ]
    assert found == ["customers.created_at >= 5", "customers.created_at < 9"]
