"""A plan runs few statements, each with only the columns that the response needs."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from graphql import parse
from sqlalchemy import text as text_of_sql

import abandoned_checkouts.shopify.execution.plan
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.execution.plan import PlanResult, plans_of
from abandoned_checkouts.shopify.execution.plan.run import Run
from abandoned_checkouts.shopify.schema.build import graphql_schema
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.reading.snapshots import snapshots_of
from tests.shopify.execution.plan.answers import compare
from tests.shopify.execution.plan.stores import NOW, request_for

MONEY = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"
MAIN = f"""query ($first: Int!, $details: Boolean!) {{
  abandonedCheckouts(first: $first) {{
    edges {{ cursor node {{
      id name createdAt totalPriceSet {MONEY}
      customer {{ id firstName }}
      lineItems(first: 10) @include(if: $details) {{ nodes {{ title quantity originalTotalPriceSet {MONEY} }} }}
    }} }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}"""


@pytest.fixture
async def busy_shop(store: Database, shop: Shop) -> Shop:
    """300 checkouts of ten lines, of 300 customers."""
    checkouts = [
        Checkout(
            id=number,
            platform="shopify",
            created_at=NOW,
            updated_at=NOW,
            currency="USD",
            customer=Customer(id=number, created_at=NOW, updated_at=NOW, first_name=f"N{number}"),
            line_items=[LineItem(key=f"{number}-{place}", quantity=place, title="Lamp") for place in range(1, 11)],
        )
        for number in range(1, 301)
    ]
    async with store.begin() as connection:
        await save_checkouts(connection, shop, checkouts)
    return shop


async def answer(store: Database, shop: Shop, text: str, variables: Mapping[str, Any]) -> PlanResult:
    document = parse(text)
    snapshots = snapshots_of(store)
    async with store.read() as connection:
        request = request_for(shop, connection)
        plans = plans_of(graphql_schema(), document, document.definitions[0])  # type: ignore[arg-type]
        found = await plans.run(request, variables, snapshots, explain=True)
    if snapshots is not None:
        await snapshots.close()
    assert found is not None and found.explained is not None
    return found


def statements(found: PlanResult) -> list[str]:
    assert found.explained is not None
    return [step["sql"] for step in found.explained["steps"] if "sql" in step]


async def test_a_page_of_250_with_lines_and_customers_is_two_statements(store: Database, busy_shop: Shop) -> None:
    found = await answer(store, busy_shop, MAIN, {"first": 250, "details": True})
    assert len(statements(found)) == 2, statements(found)
    assert found.data.count(b'"title":"Lamp"') == 2500


async def test_what_is_not_included_is_not_read(store: Database, busy_shop: Shop) -> None:
    found = await answer(store, busy_shop, MAIN, {"first": 250, "details": False})
    assert len(statements(found)) == 1, statements(found)
    assert not any("line_items" in sql for sql in statements(found))


async def test_only_the_columns_that_the_answer_shows_are_read(store: Database, busy_shop: Shop) -> None:
    (sql,) = statements(await answer(store, busy_shop, "{ abandonedCheckouts(first: 2) { nodes { name } } }", {}))
    assert sql.startswith("SELECT abandoned_checkouts.name FROM"), sql


SORTED = """query ($sortKey: AbandonedCheckoutSortKeys, $after: String) {
  abandonedCheckouts(first: 3, after: $after, sortKey: $sortKey) {
    edges { cursor node { id } } nodes { name id } pageInfo { startCursor endCursor } } }"""


async def test_the_id_of_a_list_that_it_sorts_is_read_once(store: Database, busy_shop: Shop) -> None:
    (sql,) = statements(await answer(store, busy_shop, SORTED, {"sortKey": "ID"}))
    assert sql.startswith("SELECT abandoned_checkouts.id, abandoned_checkouts.name FROM"), sql
    (sql,) = statements(await answer(store, busy_shop, SORTED, {"sortKey": "TOTAL_PRICE"}))
    assert "AS sort_value" in sql and "AS sort_id" in sql


async def test_a_plan_answers_for_each_sort_key_in_turn(store: Database, busy_shop: Shop) -> None:
    """The rows of its lists end with their place, or do not."""
    document, snapshots = parse(SORTED), snapshots_of(store)
    plans = plans_of(graphql_schema(), document, document.definitions[0])  # type: ignore[arg-type]
    for key in ("CREATED_AT", "ID", "RELEVANCE", "CREATED_AT", None, "CUSTOMER_NAME"):
        async with store.read() as connection:
            found = await plans.run(request_for(busy_shop, connection), {"sortKey": key}, snapshots)
        assert found is not None, key
        assert found.data == (await answer(store, busy_shop, SORTED, {"sortKey": key})).data
        compared = await compare(graphql_schema(), store, snapshots, busy_shop, SORTED, {"sortKey": key})
        assert compared.planned and not compared.errors, compared.why
    if snapshots is not None:
        await snapshots.close()


async def test_parents_with_very_many_children_are_cut_by_the_database(store: Database, busy_shop: Shop) -> None:
    text = "{ abandonedCheckouts(first: 200) { nodes { lineItems(first: 1) { nodes { quantity } } } } }"
    found = await answer(store, busy_shop, text, {})
    assert found.explained is not None
    assert "row_number()" in statements(found)[-1]
    assert found.explained["steps"][2]["rows"] == 400
    assert found.data.count(b'"quantity":1}') == 200


async def test_a_document_that_is_run_again_is_the_same_text_of_sql(store: Database, busy_shop: Shop) -> None:
    text = "query ($n: Int!, $after: String) { abandonedCheckouts(first: $n, after: $after) { nodes { id } } }"
    first = statements(await answer(store, busy_shop, text, {"n": 3}))
    assert first == statements(await answer(store, busy_shop, text, {"n": 7}))


def test_what_resolvers_give_stands_at_any_depth() -> None:
    """A field deep inside may come before one of an object around it."""
    run = Run(None, {}, lambda: None)  # type: ignore[arg-type]
    run.resolved = [(("a", "b", "c"), [1]), (("a", "d"), [2]), (("e",), [3])]
    assert run.resolved_alone() == {"a": [{"b": [{}, {"c": 1}]}, {"d": 2}], "e": 3}


async def test_a_row_that_is_shown_twice_is_charged_twice(store: Database, busy_shop: Shop) -> None:
    """It is read and written once and occurs twice in the response, with its nested objects."""
    ids = ", ".join(f'"gid://shopify/AbandonedCheckout/{number}"' for number in (1, 2, 1))
    text = f"{{ nodes(ids: [{ids}]) {{ ... on AbandonedCheckout {{ customer {{ id }} "
    text += "lineItems(first: 2) { nodes { id variant { id } } } } } }"
    found = await answer(store, busy_shop, text, {})
    assert found.counts[("nodes", "customer")] == 3
    assert found.counts[("nodes", "lineItems")] == 6


TOUR = abandoned_checkouts.shopify.execution.plan.__doc__ or ""


def tour(first: str, last: str) -> str:
    """The tour from one text to another, both included, as one line."""
    start = TOUR.index(first)
    return " ".join(TOUR[start : TOUR.index(last, start) + len(last)].split())


def plain(sql: str) -> str:
    """A statement as the tour has it: without the table's name before a column."""
    return re.sub(r"\b(abandoned_checkouts|customers|line_items)\.", "", sql)


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_the_tour_is_true(store: Database, busy_shop: Shop) -> None:
    """The code and the statements that execution/plan documents for one query are those of a run."""
    found = await answer(store, busy_shop, tour("query ($first", "{ title } }\n    } } }"), {"first": 2})
    assert found.explained is not None
    read = [plain(sql) for sql in statements(found)]
    assert " ".join(read) == tour("SELECT id, total_price", "ORDER BY checkout_id, position LIMIT ? OFFSET ?")
    code = next(each["code"] for each in found.explained["writers"] if each["table"] == "abandoned_checkouts")
    # The tour breaks the longest line in three.
    assert " ".join(" ".join(code).split()) == tour("def write(", "return texts").replace("' f'", "")


async def test_parents_are_planned_where_most_lines_have_none(store: Database, busy_shop: Shop) -> None:
    async with store.begin() as connection:
        statement = "UPDATE line_items SET parent_position = 0 WHERE checkout_id = 3 AND position = 4"
        await connection.exec_driver_sql(statement)
    document = """{ abandonedCheckouts(first: 5) { nodes { lineItems(first: 10) { nodes {
      title parentRelationship { parent { id quantity } } } } } } }"""
    compared = await compare(graphql_schema(), store, None, busy_shop, document, {})
    assert compared.planned and not compared.errors
    assert (await answer(store, busy_shop, document, {})).data.count(b'"parent":{"id"') == 1


MANY_COLUMNS = f"""query ($first: Int!) {{ abandonedCheckouts(first: $first) {{ nodes {{
  id name note createdAt taxesIncluded customer {{ id firstName lastName }} totalPriceSet {MONEY}
  lineItems(first: 5) {{ nodes {{ id title sku variantTitle quantity originalTotalPriceSet {MONEY} }} }}
}} pageInfo {{ hasNextPage }} }} }}"""
# Those that JSON escapes are in few rows, so that most rows of a page are written without escaping.
ODD = ('"', "\\", "a\nb", "\x00", "\x1f", "", "null", "\x7f", "\u2028", "é", "🦊", "%s {c0} '", None)


@pytest.mark.parametrize("first", [2, 40, 250])
async def test_texts_are_escaped_where_json_requires_it(store: Database, busy_shop: Shop, first: int) -> None:
    """In rows of many columns, which SQLite returns as JSON. PostgreSQL stores no null character."""
    odd = [text for text in ODD if store.is_sqlite or text != "\x00"]
    async with store.begin() as connection:
        for number, value in enumerate(odd):
            values = {"value": value, "note": value or "", "of": 1 + number * 11, "next": 2 + number * 11}
            for update in (
                "line_items SET title = :value, sku = :value WHERE position = 2 AND checkout_id IN (:of, :next)",
                "customers SET first_name = :value WHERE id = :of",
                "abandoned_checkouts SET note = :note WHERE id = :next",
            ):
                names = set(re.findall(r":(\w+)", update))
                given = {name: value for name, value in values.items() if name in names}
                await connection.execute(text_of_sql(f"UPDATE {update}"), given)
    snapshots = snapshots_of(store)
    for _ in range(2):
        compared = await compare(graphql_schema(), store, snapshots, busy_shop, MANY_COLUMNS, {"first": first})
        assert compared.planned and not compared.errors, compared.why
    if snapshots is not None:
        await snapshots.close()
    found = await answer(store, busy_shop, MANY_COLUMNS, {"first": first})
    assert all(("json_array(" in sql) == store.is_sqlite for sql in statements(found))
