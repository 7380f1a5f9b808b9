"""The lines of bulk queries: as recorded, the same by plan and by resolvers, the same as in pages."""

import asyncio
import json
import logging
import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.demo.demo_token import TOKEN
from abandoned_checkouts.shopify.bulk.rules.checks import query_errors
from abandoned_checkouts.shopify.bulk.runs.by_resolvers import FailedError
from abandoned_checkouts.shopify.bulk.runs.run import PORTION
from abandoned_checkouts.shopify.schema.build import graphql_schema
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.access_tokens import Access
from tests.shopify.asker import Asker
from tests.shopify.bulk.conftest import NOW, RunBulk

EXAMPLES = int(os.environ.get("EXAMPLES", "25"))

ESTUARY = """{
  abandonedCheckouts(query: "updated_at:>='2020-01-01T00:00:00Z' AND updated_at:<='2030-01-01T00:00:00Z'"
                     sortKey: CREATED_AT) {
    edges { node {
      id abandonedCheckoutUrl completedAt createdAt updatedAt name note taxesIncluded discountCodes
      customAttributes { key value }
      customer { id email firstName lastName }
      billingAddress { id address1 city countryCodeV2 }
      totalPriceSet { shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }
      lineItems { edges { node {
        id title quantity sku variant { id } product { id }
        originalUnitPriceSet { shopMoney { amount currencyCode } }
        discountAllocations { edges { node {
          allocatedAmountSet { shopMoney { amount } } discountApplication { index targetType __typename }
        } } }
      } } }
    } }
  }
}"""
# Queries that take every way through: rows, JSON, resolvers, through other objects, aliases, fragments, conditions.
QUERIES = {
    "estuary": ESTUARY,
    "flat": "{ abandonedCheckouts { edges { node { id } } } }",
    "windows are ignored": '{ abandonedCheckouts(first: 1, after: "no cursor") { pageInfo { endCursor } edges { '
    'cursor node { id lineItems(first: 1, before: "nor this") { edges { cursor node { id } } } } } } }',
    "reverse": "{ abandonedCheckouts(reverse: true, sortKey: TOTAL_PRICE) { edges { node { id "
    "lineItems(reverse: true) { edges { node { id discountAllocations(reverse: true) { edges { node { "
    "allocatedAmountSet { shopMoney { amount } } } } } } } } } } } }",
    "through the customer": "{ abandonedCheckouts { edges { node { customer { id addressesV2 { edges { node { id city "
    "} } } metafields { edges { node { key value } } } } id } } } }",
    "by resolvers": "{ abandonedCheckouts { edges { node { id lineItems { edges { node { id product { title "
    "variants(sortKey: TITLE, reverse: true) { edges { node { id title } } } images { edges { node { url } } } } } } } "
    "} } } }",
    "aliases": "{ one: abandonedCheckouts { edges { node { id again: id few: lineItems { edges { node { id } } } "
    "more: lineItems(reverse: true) { edges { node { t: title } } } } } } }",
    "fragments": "query Q($yes: Boolean = true) { abandonedCheckouts { ...Page } } "
    "fragment Page on AbandonedCheckoutConnection { edges { node { ...Node ... @include(if: $yes) { name } "
    "note @skip(if: $yes) } } } fragment Node on Node { id ... on AbandonedCheckout { ...Lines } } "
    "fragment Lines on AbandonedCheckout { lineItems { edges { node { ... on Node { id } } } } }",
    "nothing but lists": "{ abandonedCheckouts { edges { node { id lineItems { edges { node { id @skip(if: true) } } } "
    "} } } }",
    "one customer's": '{ customer(id: "gid://shopify/Customer/7210400020469") { addressesV2 { edges { node { id } } } '
    "metafields { edges { node { key } } } } }",
    "no such customer's": '{ customer(id: "gid://shopify/Customer/1") { addressesV2 { edges { node { id } } } } }',
    "several roots": "{ shop { name metafields { edges { node { id } } } } webhookSubscriptions { edges { node { id } "
    '} } abandonedCheckouts(query: "nobody-has-this") { edges { node { id } } } bulkOperations { edges { node { id } '
    "} } }",
    "found by words": '{ abandonedCheckouts(query: "a*", sortKey: RELEVANCE) { edges { node { id name } } } }',
}


@pytest.mark.parametrize("name", QUERIES)
async def test_plans_and_resolvers_write_the_same(bulk: RunBulk, name: str, caplog: pytest.LogCaptureFixture) -> None:
    query = QUERIES[name]
    assert [problem.message for problem in query_errors(graphql_schema(), query)] == []
    with caplog.at_level(logging.WARNING):
        planned, counted = await bulk(query)
    assert not caplog.records, f"{query}\nis not planned: {caplog.records[0].getMessage()}"
    resolved, again = await bulk(query, executor="core")
    assert planned == resolved, f"{query}\nby plan:\n{planned[:1500]}\nby resolvers:\n{resolved[:1500]}"
    assert (counted.objects, counted.root_objects) == (again.objects, again.root_objects)
    assert counted.total in (None, counted.root_objects)


async def test_lines_are_as_recorded(bulk: RunBulk) -> None:
    """Slashes escaped, __parentId last, children right after their parent, one LF behind each line."""
    text, progress = await bulk(
        "{ abandonedCheckouts { edges { node { id lineItems { edges { node { title id } } } } } } }"
    )
    lines = text.split("\n")
    assert lines.pop() == ""
    assert lines[0].startswith('{"id":"gid:\\/\\/shopify\\/AbandonedCheckout\\/')
    parent = None
    roots = 0
    for line in lines:
        assert "/" not in line.replace("\\/", "")
        node = json.loads(line)
        if "__parentId" in node:
            assert list(node) == ["title", "id", "__parentId"]
            assert node["__parentId"] == parent
            assert line.endswith(f'"__parentId":{json.dumps(parent).replace("/", chr(92) + "/")}}}')
        else:
            parent, roots = node["id"], roots + 1
    assert (progress.root_objects, progress.objects) == (roots, len(lines))
    assert roots == 40 and len(lines) > roots


async def test_pages_have_the_same_objects(bulk: RunBulk, store: Database) -> None:
    """An independent reading: the same query page by page, flattened by the rule."""
    ask = Asker(store, TOKEN, NOW)
    document = ESTUARY.replace("abandonedCheckouts(", "abandonedCheckouts(first: 250, ").replace(
        "lineItems {", "lineItems(first: 250) {"
    )
    data = await ask(document.replace("discountAllocations {", "discountAllocations(first: 250) {"))
    expected = list(_flat(data["abandonedCheckouts"], None))
    text, _ = await bulk(ESTUARY)
    assert [json.loads(line) for line in text.splitlines()] == expected
    assert any("allocatedAmountSet" in line for line in expected)


def _flat(connection: Any, parent: str | None) -> Iterator[dict[str, Any]]:
    for edge in connection["edges"]:
        node = edge["node"]
        own = {key: value for key, value in node.items() if not (isinstance(value, dict) and "edges" in value)}
        yield own if parent is None else {**own, "__parentId": parent}
        for value in node.values():
            if isinstance(value, dict) and "edges" in value:
                yield from _flat(value, node["id"])


async def test_more_than_a_portion(bulk: RunBulk, store: Database, access: Access) -> None:
    """Every row once, over the edges of portions."""
    from abandoned_checkouts.store.checkouts.save import save_checkouts
    from tests.shopify.execution.plan.stores import _bare

    extra = [_bare(number) for number in range(1, 2 * PORTION + 2)]
    async with store.begin() as connection:
        await save_checkouts(connection, access.shop, extra)
    text, progress = await bulk("{ abandonedCheckouts { edges { node { id } } } }")
    ids = [json.loads(line)["id"] for line in text.splitlines()]
    assert len(ids) == len(set(ids)) == progress.root_objects == 40 + len(extra)
    assert ids == sorted(ids, key=lambda each: int(each.rpartition("/")[2]))


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ abandonedCheckouts { edges { node { id customer { id } } } } }", "ACCESS_DENIED"),
        (
            '{ abandonedCheckouts(savedSearchId: "gid://shopify/SavedSearch/1") { edges { node { id } } } }',
            "INTERNAL_SERVER_ERROR",
        ),
        ("{ nothing }", "INTERNAL_SERVER_ERROR"),
    ],
)
async def test_what_cannot_be_answered_fails(bulk: RunBulk, access: Access, query: str, code: str) -> None:
    narrow = Access(access.shop, access.app_id, 0, frozenset({"read_orders"}), {}, None)
    with pytest.raises(FailedError) as failed:
        await bulk(query, access=narrow)
    assert failed.value.code == code


LEAVES = [
    "name",
    "createdAt",
    "completedAt",
    "note",
    "discountCodes",
    "taxesIncluded",
    "abandonedCheckoutUrl",
    "defaultCursor",
    "taxLines{title,rate}",
    "customer{id,firstName}",
    "customer{addressesV2{edges{node{city,id}}}}",
    "billingAddress{id,city}",
    "totalTaxSet{presentmentMoney{amount}}",
    "customAttributes{key,value}",
]
LINE_LEAVES = [
    "title",
    "sku",
    "quantity",
    "image{url}",
    "variant{id,price}",
    "product{title}",
    "components{id,title}",
    "parentRelationship{parent{id}}",
    "product{variants{edges{node{title}}}}",
    "discountAllocations{edges{node{allocatedAmountSet{shopMoney{amount}}}}}",
    "originalTotalPriceSet{shopMoney{amount,currencyCode}}",
]
ARGUMENTS = st.sampled_from(
    [
        *("", "(first: 3)", "(reverse: true)", "(sortKey: CREATED_AT)", "(sortKey: CUSTOMER_NAME, reverse: true)"),
        '(query: "gmail")',
        '(query: "created_at:>2026-08-01", sortKey: TOTAL_PRICE)',
        '(query: "id:>1", sortKey: RELEVANCE)',
    ]
)


def chosen(leaves: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(leaves), max_size=5, unique=True)


def _selected(fields: list[str]) -> str:
    # Two selections `a{x}` and `a{y}` of one field are merged.
    return " ".join(["id", *fields]).replace(",", " ")


def test_generated_queries_are_written_the_same(sqlite_url: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """EXAMPLES says how many."""
    from abandoned_checkouts.demo.fill import fill
    from abandoned_checkouts.shopify.bulk.runs.run import BulkRequest, BulkRun
    from abandoned_checkouts.store.engine.database import open_database
    from abandoned_checkouts.store.reading.streams import open_stream
    from abandoned_checkouts.store.tenants.access_tokens import find_access

    file = tmp_path_factory.mktemp("bulk") / "result.jsonl"
    with asyncio.Runner() as runner:

        async def opened() -> tuple[Database, Access]:
            database = await open_database(sqlite_url)
            await fill(database, checkouts=30, seed=5, now=NOW)
            async with database.read() as connection:
                access = await find_access(connection, TOKEN, NOW, Endpoint.GRAPHQL)
            assert access is not None
            return database, access

        database, access = runner.run(opened())

        async def written(query: str, executor: str) -> str:
            async with open_stream(database) as stream:
                bulk_request = BulkRequest(query, access, "2026-10", NOW, "https://here.test", executor=executor)
                await BulkRun(bulk_request, stream).write(file)
            return file.read_text()

        @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
        @given(arguments=ARGUMENTS, leaves=chosen(LEAVES), lines=st.none() | chosen(LINE_LEAVES))
        def same(arguments: str, leaves: list[str], lines: list[str] | None) -> None:
            below = "" if lines is None else f"lineItems {{ edges {{ node {{ {_selected(lines)} }} }} }}"
            query = f"{{ abandonedCheckouts{arguments} {{ edges {{ node {{ {_selected(leaves)} {below} }} }} }} }}"
            assert not query_errors(graphql_schema(), query), query
            planned, resolved = (runner.run(written(query, executor)) for executor in ("plan", "core"))
            assert planned == resolved, f"{query}\nby plan:\n{planned}\nby resolvers:\n{resolved}"

        try:
            same()
        finally:
            runner.run(database.close())
