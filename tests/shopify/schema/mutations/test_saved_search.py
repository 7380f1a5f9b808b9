"""Saved searches by mutations: what they keep, and Shopify's words for what is wrong."""

import pytest

from tests.shopify.asker import Asker

SAVE = (
    "mutation($input: SavedSearchCreateInput!) { answer: savedSearchCreate(input: $input) "
    "{ savedSearch { id name query resourceType searchTerms filters { key value } } userErrors { field message } } }"
)


TOO_LONG = {"field": ["input", "query"], "message": "Query is too long (maximum is 8192 bytes)"}


SEARCH = "title:'A Alpha' OR (status:ACTIVE tag:'t') -vendor:Archived"


async def test_a_saved_search_is_echoed_then_read_in_its_usual_form(ask: Asker) -> None:
    """Recorded: the payload repeats the query, and separates filters from search terms."""
    made = (await ask(SAVE, input={"name": "Alpha", "query": SEARCH, "resourceType": "PRODUCT"}))["answer"]
    assert made["userErrors"] == []
    gid = made["savedSearch"].pop("id")
    assert made["savedSearch"] == {
        "name": "Alpha",
        "query": SEARCH,
        "resourceType": "PRODUCT",
        "searchTerms": 'title:"A Alpha" OR (status:ACTIVE tag:"t")',
        "filters": [{"key": "vendor_not", "value": "Archived"}],
    }
    read = await ask("query($id: ID!) { node(id: $id) { ... on SavedSearch { query } } }", id=gid)
    assert read["node"]["query"] == 'title:"A Alpha" OR (status:ACTIVE tag:"t") -vendor:Archived'
    update = (
        "mutation($input: SavedSearchUpdateInput!) { answer: savedSearchUpdate(input: $input) "
        "{ savedSearch { name query } userErrors { field message } } }"
    )
    refused = await ask(update, input={"id": gid, "query": "zz_filter:1 aaa_filter:2 aaa_filter:3"})
    assert refused["answer"] == {
        "savedSearch": {"name": "Alpha", "query": "zz_filter:1 aaa_filter:2 aaa_filter:3"},
        "userErrors": [
            {"field": ["input", "query"], "message": f"Query is invalid, '{name}' is not a valid filter"}
            for name in ("aaa_filter", "zz_filter")
        ],
    }
    changed = await ask(update, input={"id": gid, "name": "Beta"})
    # A change of the name alone submits no query, so there is none to repeat.
    assert changed["answer"]["savedSearch"] == {"name": "Beta", "query": read["node"]["query"]}
    long = await ask(update, input={"id": gid, "query": "a " * 100_000})
    assert long["answer"] == {**changed["answer"], "userErrors": [TOO_LONG]}
    delete = (
        "mutation($input: SavedSearchDeleteInput!) { answer: savedSearchDelete(input: $input) "
        "{ deletedSavedSearchId shop { name } userErrors { field message } } }"
    )
    gone = (await ask(delete, input={"id": gid}))["answer"]
    assert (gone["deletedSavedSearchId"], gone["userErrors"]) == (gid, [])
    again = (await ask(delete, input={"id": gid}))["answer"]
    assert again["userErrors"] == [{"field": ["input", "id"], "message": "Saved Search does not exist"}]


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("resource", "name", "query", "field", "message"),
    [
        ("PRODUCT", " ", "", ["input", "name"], "Name can't be blank"),
        ("PRODUCT", "n" * 41, "", ["input", "name"], "Name is too long (maximum is 40 characters)"),
        ("PRODUCT", "Taken", "", ["input", "name"], "Name has already been taken"),
        (
            "CUSTOMER",
            "C",
            "",
            None,
            "Customer saved searches have been deprecated. Use Segmentation API instead.",
        ),
        (
            "PRODUCT",
            "P",
            "collection_id:1 tag:x",
            ["input", "query"],
            "Query has incompatible filters: collection_id, tag",
        ),
        (
            "ORDER",
            "R",
            "reference_location_id:1",
            ["input", "searchTerms"],
            "Search terms is invalid, 'reference_location_id' is a reserved filter name",
        ),
    ],
)
async def test_what_is_wrong_with_saved_searches(
    ask: Asker, resource: str, name: str, query: str, field: list[str] | None, message: str
) -> None:
    await ask(SAVE, input={"name": "Taken", "query": "", "resourceType": "PRODUCT"})
    answer = await ask(SAVE, input={"name": name, "query": query, "resourceType": resource})
    assert answer["answer"] == {"savedSearch": None, "userErrors": [{"field": field, "message": message}]}
    assert await ask.one("SELECT count(*) FROM saved_searches WHERE resource_type <> 'ABANDONED_CHECKOUT'") == 1
