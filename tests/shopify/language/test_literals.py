"""Documents that differ only in literals share one parsed document, and their responses do not show it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from graphql import validate
from hypothesis import given, settings
from hypothesis import strategies as st

from abandoned_checkouts.shopify.execution.by_graphql_core import run_by_graphql_core
from abandoned_checkouts.shopify.execution.plan import Plans
from abandoned_checkouts.shopify.language.document import Document, Operation
from abandoned_checkouts.shopify.language.document_cache import Documents
from abandoned_checkouts.shopify.language.input_size import oversized
from abandoned_checkouts.shopify.language.literals import split_literals
from abandoned_checkouts.shopify.schema.build import graphql_schema
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.reading.snapshots import snapshots_of
from tests.shopify.execution.plan.documents import Pool, documents
from tests.shopify.execution.plan.stores import fill_store, request_for

SCHEMA = graphql_schema()
POOL = Pool({"": ("gid://shopify/Order/1", "gid://shopify/Customer/2", "no id")}, ("a cursor", "another"))
FIRST = "{ abandonedCheckouts(first: %s) { nodes { id } } }"
TWICE = "{ a: abandonedCheckouts(first: 1) { nodes { id } } a: abandonedCheckouts(first: %s) { nodes { note } } }"
PAGE = '{ abandonedCheckouts(first: %s, after: "%s") { nodes { id lineItems(first: %s) { nodes { id } } } } }'


def operation(document: Document) -> Operation:
    found = document.operation()
    assert isinstance(found, Operation), found
    return found


def shared(documents: Documents, first: str, second: str) -> bool:
    """Whether both texts share a document."""
    documents.read(first)
    document = documents.read(second)
    return bool(document.operations) and operation(document).written is not None


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        (PAGE % (1, "x", 2), PAGE % (10, "y", 20), True),
        (PAGE % (1, "x", 2), PAGE % (3, "", 4), True),
        ('{ node(id: "gid://shopify/Order/1") { id } }', '{ node(id: "gid://shopify/Order/#{é}") { id } }', True),
        (FIRST % 1, FIRST % -10, True),
        # Fields merge by equal arguments.
        (PAGE % (1, "x", 1), PAGE % (1, "x", 2), False),
        (TWICE % 1, TWICE % 2, False),
        # Another kind of literal, and a literal that is read differently.
        (FIRST % 1, FIRST % '"1"', False),
        (FIRST % 1, FIRST % "007", False),
        ('{ node(id: "gid://shopify/Order/1") { id } }', '{ node(id: "1") { id } }', False),
        (PAGE % (1, "x", 2), PAGE % (1, "\\\\u0041", 2), False),
        (PAGE % (1, "x", 2), PAGE % (3_000_000_000, "x", 2), False),
        # Not the argument of a field, or of a type that looks at what it is given.
        ("query ($n: Int = 1) { abandonedCheckouts(first: $n) { nodes { id } } }",
         "query ($n: Int = 2) { abandonedCheckouts(first: $n) { nodes { id } } }", False),
        ('{ nodes(ids: ["gid://shopify/B/1"]) { id } }', '{ nodes(ids: ["gid://shopify/B/2"]) { id } }', False),
        # In a comment, in a block.
        ("{ shop { id } } # 1", "{ shop { id } } # 2", False),
        ('{ node(id: """gid://shopify/B/1""") { id } }', '{ node(id: """gid://shopify/B/2""") { id } }', False),
        # Mutations do not share documents.
        ('mutation { bulkOperationCancel(id: "1") { userErrors { field } } }',
         'mutation { bulkOperationCancel(id: "2") { userErrors { field } } }', False),
    ],
)  # fmt: skip
def test_which_texts_are_alike(first: str, second: str, alike: bool) -> None:
    assert shared(Documents(SCHEMA), first, second) is alike


def test_a_broken_text_is_learned_from_by_nobody() -> None:
    documents = Documents(SCHEMA)
    assert documents.read("{ nope(first: 1) }").errors
    assert documents.read("{ nope(first: 2) }").errors != ()


def test_the_oldest_skeleton_is_forgotten() -> None:
    documents = Documents(SCHEMA, size=1)
    documents.read(PAGE % (1, "x", 2))
    documents.read(FIRST % 1)
    assert operation(documents.read(PAGE % (3, "y", 4))).written is None


def test_places_in_errors_are_those_of_the_text_at_hand() -> None:
    first = 'fragment F on QueryRoot { node(id: "gid://shopify/B/1") { id } } query ($n: Int!, $i: [ID!]!) '
    first += "{ ...F nodes(ids: $i) { id } abandonedCheckouts(first: $n) { nodes { id } } }"
    second = first.replace("B/1", "Longer/1234")
    documents = Documents(SCHEMA)
    assert shared(documents, first, second)
    found, alone = operation(documents.read(second)), operation(Documents(SCHEMA).read(second))
    for variables in ({}, {"n": "no", "i": ["gid://shopify/B/1"]}):
        assert found.variables.check(variables) == alone.variables.check(variables) != []
    many = {"n": 1, "i": ["gid://shopify/B/1"] * 251}
    assert oversized(found, found.variables.values(many)) == oversized(alone, many) != []


@given(st.data())
@settings(max_examples=80, deadline=None, derandomize=True)
def test_documents_differ_by_more_than_literals(data: st.DataObject) -> None:
    """Prices, deprecations and verdicts of generated documents, read after others of their skeleton."""
    document = data.draw(documents(SCHEMA, POOL))

    def changed(match: re.Match[str]) -> str:
        return str(data.draw(st.sampled_from(["0", "1", "7", "2147483648"])))

    text = re.sub(r"(?<=first: )\d+|(?<=last: )\d+", changed, document.text)
    reading, alone = Documents(SCHEMA), Documents(SCHEMA).read(text)
    reading.read(document.text)
    found = reading.read(text)
    assert (found.names, found.errors) == (alone.names, alone.errors), text
    if not alone.operations:
        return
    ours, theirs = found.operations["Q"], alone.operations["Q"]
    values, plain = ours.variables.values(document.variables), theirs.variables.values(document.variables)
    assert ours.cost.requested(values) == theirs.cost.requested(plain), text
    assert ours.cost.fields(values) == theirs.cost.fields(plain), text
    assert ours.deprecations == theirs.deprecations
    assert not validate(SCHEMA, ours.as_written.document)
    apart = split_literals(text)
    assert apart is None or len(apart.literals) == len(apart.starts)


async def test_answers_are_of_the_literals_at_hand(store: Database) -> None:
    shop = await fill_store(store, checkouts=12)
    snapshots = snapshots_of(store)
    reading = Documents(SCHEMA)
    plans: list[Plans] = []
    try:
        for first, query, lines in ((1, "lamp", 2), (4, "status:open", 3), (7, "id:>1", 1), (5, "#", 9), (-1, "x", 2)):
            text = f'{{ abandonedCheckouts(first: {first}, query: "{query}") {{ edges {{ cursor node {{ id '
            text += f"lineItems(first: {lines}) {{ nodes {{ id image {{ transformedSrc(maxWidth: {first}{lines}) }} "
            text += "} } } } } }"
            ours, theirs = operation(reading.read(text)), operation(Documents(SCHEMA).read(text))
            answers: list[Any] = []
            for each in (ours, theirs):
                async with store.read() as connection:
                    request = request_for(shop, connection)
                    values = each.variables.values({})
                    if each is ours:
                        kept: Plans = each.kept.setdefault("plans", Plans(each.schema, each.document, each.node))
                        plans.append(kept)
                        answer = await kept.run(request, values, snapshots)
                        if answer is not None:
                            cost = each.cost.actual(values, answer.returned(each.cost))
                            answers.append((answer.data, [], cost, answer.search))
                            continue
                    outcome = await run_by_graphql_core(each, request, values, {}, "1")
                    cost = each.cost.actual(values, outcome.counts)
                    answers.append((outcome.data, outcome.errors, cost, request.search))
                    await request.close()
            assert answers[0] == answers[1], text
    finally:
        if snapshots is not None:
            await snapshots.close()
    assert plans[1] is plans[2] is plans[3], "one plan for all but the first"
