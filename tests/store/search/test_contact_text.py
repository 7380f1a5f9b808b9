"""Searches of the contact find words of the requested field only, also if a name looks like the stored form of them."""

from collections.abc import Iterator

import pytest

from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, SortOrder
from abandoned_checkouts.store.search.narrowing import narrowed
from search_syntax.meaning import Expression, Near, Words
from tests.store.search.shelf import Shelf, Store
from tests.store.search.test_narrowing import bought


@pytest.fixture
def shelf(store_url: str) -> Iterator[Shelf]:
    store = Store(store_url)
    names = [("a e:zoelle l:smith b", "x e:ada e:zoelle y"), ("Zoelle", "Smith")]
    people = [
        Customer(id=at, created_at=1, updated_at=1, first_name=first, last_name=last, email=f"buyer{at}@example.com")
        for at, (first, last) in enumerate(names, 1)
    ]
    yield store.shop([bought("cup", customer=each, customer_id=each.id, email=each.email) for each in people])
    store.close()


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        (Words("contact_email", ("zoelle",)), []),
        (Words("contact_email", ("zoel",), prefix=True), []),
        (Words("contact_email", ("ada", "zoelle")), []),
        (Words("contact_email", ("ada", "zoelle"), phrase=True), []),
        (Near("contact_email", "zoele"), []),
        (Near("contact_email", "buyer3"), [0, 1]),
        (Words("contact_email", ("buyer2", "example"), phrase=True), [1]),
        (Words("contact_last_name", ("smith",)), [1]),
        (Words("contact_first_name", ("zoelle",)), [0, 1]),
        (Words("contact_first_name", ("e", "zoelle", "l"), phrase=True), [0]),
        (Near("contact_last_name", "smiht"), [1]),
    ],
)
def test_words_are_those_of_the_field(shelf: Shelf, search: Expression, expected: list[int]) -> None:
    whole = Listing("abandoned_checkouts", shelf.shop.id, SortOrder("id"))
    listing = narrowed(whole, search, dialect=shelf.store.database.dialect)
    ids = [each["id"] for each in shelf.records]
    assert [row["id"] for row in shelf.page(listing, PageWindow(first=5)).rows] == [ids[at] for at in expected]
