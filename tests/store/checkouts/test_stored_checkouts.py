"""Complete checkouts are the same whether their rows are read as columns or as JSON, by keys or as a range."""

from dataclasses import replace

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.store.checkouts.load import load_after, load_known
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.database import Database
from tests.intake.samples import rest_checkout

TEXTS = ('a "quoted" word', "back\\slash/", "Zoë \u2028 \U0001f600", "\t\n\x01", "", "[]", "null")
COUNT = 70


async def fill(store: Database, shop: Shop) -> None:
    """Checkouts with odd texts, visits and activities. Two of them have the same customer."""
    found = []
    for number in range(1, COUNT + 1):
        text = TEXTS[number % len(TEXTS)]
        checkout = checkout_from_rest(
            rest_checkout(
                number * 1000, note=text, taxes_included=number % 2 == 0, odd={"key": [text, 1.1, 2**60, None]}
            )
        )
        if checkout.customer is not None:
            checkout.customer = replace(checkout.customer, id=max(number, 2), first_name=text, tags=[text])
        if checkout.shipping_address is not None:
            checkout.shipping_address["address1"] = text
            checkout.shipping_address["latitude"] = 0.1 + 0.2
        if number % 3 == 0:
            checkout.visit = {"session": text}
        if number % 5 == 0:
            checkout.line_items = []
        found.append(checkout)
    async with store.begin() as connection:
        await save_checkouts(connection, shop, found)


async def test_one_by_one_and_together(store: Database, shop: Shop) -> None:
    await fill(store, shop)
    async with store.read() as connection:
        numbers = [number * 1000 for number in range(1, COUNT + 1)]
        single = {}
        for number in numbers:
            single |= await load_known(connection, shop, [number])
        together = await load_known(connection, shop, numbers)
        in_range = await load_after(connection, shop, 0, COUNT)
        second_half = await load_after(connection, shop, numbers[40], COUNT)
    assert list(single) == list(together) == numbers
    assert [*together.values()] == in_range == [*single.values()]
    assert second_half == in_range[41:]
    assert [each.taxes_included for each in in_range[:2]] == [False, True]
    assert {each.note for each in in_range} == set(TEXTS)
    assert in_range[2].visit == {"session": TEXTS[3]} and in_range[4].line_items == []
    assert all(each.line_items for each in in_range[:4])


async def test_checkouts_of_a_person_have_the_same_customer(store: Database, shop: Shop) -> None:
    await fill(store, shop)
    async with store.read() as connection:
        found = await load_known(connection, shop, [number * 1000 for number in range(1, COUNT + 1)])
    assert found[1000].customer is not None
    assert found[1000].customer is found[2000].customer


async def test_no_checkouts(store: Database, shop: Shop) -> None:
    async with store.read() as connection:
        assert await load_known(connection, shop, []) == {}
        assert await load_known(connection, shop, [*range(1, 20)]) == {}
        assert await load_after(connection, shop, 0, 10) == []
