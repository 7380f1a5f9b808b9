"""Searches by what reports count, on both databases."""

import random
from dataclasses import replace

import pytest

from abandoned_checkouts.checkouts.moment import DAY, HOUR, to_datetime, zone_named
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.reports.facts import CheckoutFacts
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.flows.flow_people import PersonRow, put_people
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, SortOrder
from abandoned_checkouts.store.reading.shop_rows import window_of
from abandoned_checkouts.store.reports.fact_rows import load_facts
from abandoned_checkouts.store.reports.note_actions import NewAction, note_many
from abandoned_checkouts.store.reports.note_facts import change_facts
from abandoned_checkouts.store.search.checkout_fields import REPORT_FIELDS, checkout_fields
from abandoned_checkouts.store.search.narrowing import narrowed
from abandoned_checkouts.store.search.report_search import REPORT_NAMES
from search_syntax import check, parse
from tests.store.reports.lives import START, _checkout

pytestmark = pytest.mark.anyio
# Of START and an hour.
HOUR_IN_NEW_YORK = 21


async def found(store: Database, shop: Shop, query: str) -> list[int]:
    fields = checkout_fields(extended=True, reports=True)
    meaning = check(parse(query), fields, zone=zone_named(shop.timezone), now=to_datetime(START + 9 * DAY))
    assert not meaning.warnings, meaning.warnings
    listing = Listing("abandoned_checkouts", shop.id, SortOrder("id"))
    async with store.read() as connection:
        narrow = narrowed(listing, meaning.root, dialect=connection.dialect.name)
        return [row["id"] for row in (await window_of(connection, narrow, PageWindow(first=50))).rows]


async def test_each_field_finds_what_is_counted(store: Database, shop: Shop) -> None:

    chance = random.Random(1)
    carts = [replace(_checkout(chance, number, number, START), abandoned_at=START + HOUR) for number in range(1, 7)]
    async with store.begin() as connection:
        await save_checkouts(connection, shop, carts, are_imported=True)
        actions = [
            NewAction("sent", "mail/1", 1, "7.0", START + DAY),
            NewAction("sent", "mail/2", 2, "7.1", START + 3 * DAY),
            NewAction("visit", "visit/2", 2, "7.1", START + 4 * DAY),
            NewAction("skipped", "step/3", 3, "the flow … already writes to the buyer", START + 2 * DAY),
            NewAction("skipped", "step/4", 4, "7.1 the cart is empty", START + 12 * DAY),
        ]
        await note_many(connection, shop, actions)

        def changed(**values: object):  # type: ignore[no-untyped-def]
            def change(facts: CheckoutFacts) -> CheckoutFacts:
                return replace(facts, **values)  # type: ignore[arg-type]

            return change

        people = [(7, "a", 1, False), (7, "b", 2, True)]
        await put_people(connection, shop, [PersonRow(*each, 100, START, 0, 0) for each in people])
        await change_facts(connection, shop, [1], changed(mailed_at=START + DAY))
        bought = {"recovered_at": START + 5 * DAY, "visited_at": START + 4 * DAY}
        await change_facts(connection, shop, [2], changed(how="link", flow_step="7.1", **bought))
        await change_facts(connection, shop, [4], changed(how="itself", recovered_at=START + 5 * DAY))
        await change_facts(connection, shop, [5], changed(elsewhere_at=START + 2 * DAY))
        assert len(await load_facts(connection, shop.id, range(1, 7))) == 6
    cases = {
        "counted_as:mailed": [1],
        "counted_as:visited": [2],
        "counted_as:by_link": [2],
        "counted_as:by_mail": [],
        "counted_as:by_itself": [4],
        "counted_as:recovered -counted_as:by_link": [4],
        "counted_as:elsewhere": [5],
        "mailed_at:>='2026-10-04'": [2],
        "mailed_step:7.0": [1],
        "mailed_step:7*": [1, 2],
        "recovered_step:7.1": [2],
        "recovered_step:*": [2],
        "visited_at:*": [2],
        "visited_step:7.1": [2],
        "visited_step:7.0": [],
        "skipped_at:<'2026-10-10'": [3],
        'skipped_reason:"the flow … already writes to the buyer"': [3],
        'skipped_reason:"the cart is empty"': [4],
        "skipped_reason:*": [3, 4],
        "skipped_step:7.1": [4],
        "skipped_step:7.*": [4],
        "skipped_step:7.1 skipped_reason:*": [4],
        # 2 was skipped by neither step, and 4 by another one.
        "skipped_step:7.0": [],
        "abandoned_hour:13": [],
        f"abandoned_hour:{HOUR_IN_NEW_YORK}": [1, 2, 3, 4, 5, 6],
        "abandoned_hour:*": [1, 2, 3, 4, 5, 6],
        f"-abandoned_hour:{HOUR_IN_NEW_YORK}": [],
        "flow_group:7.mailed": [1],
        "flow_group:7.held_out": [2],
        "flow_group:8.mailed": [],
        "flow_group:*": [1, 2],
        "flow_group:seven.mailed": [],
        "flow_group:7": [],
    }
    for query, expected in cases.items():
        assert await found(store, shop, query) == expected, query


async def test_criteria_about_mails_hold_for_the_same_mail(store: Database, shop: Shop) -> None:
    carts = [replace(_checkout(random.Random(1), 1, 1, START), abandoned_at=START + HOUR)]
    async with store.begin() as connection:
        await save_checkouts(connection, shop, carts, are_imported=True)
        sent = [NewAction("sent", f"mail/{day}", 1, f"7.{day}", START + day * DAY) for day in (0, 4)]
        await note_many(connection, shop, [*sent, NewAction("visit", "visit/1", 1, "", START + 2 * DAY)])
    first, last = "mailed_at:>='2026-10-01' mailed_at:<'2026-10-03'", "mailed_at:>='2026-10-05' mailed_at:<'2026-10-07'"
    between = "mailed_at:>='2026-10-03' mailed_at:<'2026-10-05'"
    cases = {
        first: [1],
        last: [1],
        between: [],
        f"{first} mailed_step:7.0": [1],
        f"{first} mailed_step:7.4": [],
        f"({first}) AND ({last})": [],
        f"({first}) OR ({between})": [1],
        f"{first} visited_at:>='2026-10-03'": [1],
        f"-mailed_step:7.0 {last}": [],
    }
    for query, expected in cases.items():
        assert await found(store, shop, query) == expected, query


def test_only_lists_have_these_fields() -> None:
    assert {field.name for field in REPORT_FIELDS} == REPORT_NAMES
    assert not REPORT_NAMES & {field.name for field in checkout_fields(extended=True).declared}
