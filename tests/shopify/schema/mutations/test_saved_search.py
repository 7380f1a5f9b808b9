"""Mutations of saved searches: stored values, and Shopify's error messages."""

from typing import Any

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
            "PRODUCT",
            "P",
            "published_status:published error_feedback:x tag:foo collection_id:1",
            ["input", "query"],
            "Query has incompatible filters: collection_id, tag, published_status, error_feedback",
        ),
        *(
            (resource, name, "", ["input", "name"], "Name has already been taken")
            for resource, name in (
                ("PRODUCT", "All products"),
                ("PRODUCT", "ALL PRODUCTS"),
                ("ORDER", "All"),
                ("DRAFT_ORDER", "All Drafts"),
                ("FILE", "All Files"),
                ("COLLECTION", "all Collections"),
                ("DISCOUNT_REDEEM_CODE", "All codes"),
            )
        ),
        (
            "ORDER",
            "R",
            "reference_location_id:1",
            ["input", "query"],
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


UPDATE = (
    "mutation($input: SavedSearchUpdateInput!) { answer: savedSearchUpdate(input: $input) "
    "{ savedSearch { name query searchTerms filters { key value } } userErrors { field message } } }"
)
READ = "query($id: ID!) { node(id: $id) { ... on SavedSearch { query searchTerms filters { key value } } } }"


async def saved(ask: Asker, name: str, query: str, resource: str = "PRODUCT") -> dict[str, Any]:
    answer = (await ask(SAVE, input={"name": name, "query": query, "resourceType": resource}))["answer"]
    assert answer["userErrors"] == [], answer
    return dict(answer["savedSearch"])


async def test_a_name_with_spaces_around_it_is_another_name(ask: Asker) -> None:
    """Recorded, also for reserved names."""
    for name in ("Weekend", " Weekend", "Weekend ", " All products", "All products v2"):
        assert (await saved(ask, name, "vendor:Acme"))["name"] == name


async def test_an_update_with_a_wrong_name_repeats_the_old_name_and_the_new_query(ask: Asker) -> None:
    """Recorded for taken, reserved and blank names."""
    await saved(ask, "A", "tag:a")
    gid = (await saved(ask, "B", "tag:b"))["id"]
    for name, message in (
        ("A", "Name has already been taken"),
        ("all PRODUCTS", "Name has already been taken"),
        ("", "Name can't be blank"),
        ("n" * 41, "Name is too long (maximum is 40 characters)"),
    ):
        answer = (await ask(UPDATE, input={"id": gid, "name": name, "query": "vendor:Changed"}))["answer"]
        assert (answer["savedSearch"]["name"], answer["savedSearch"]["query"]) == ("B", "vendor:Changed")
        assert answer["userErrors"] == [{"field": ["input", "name"], "message": message}]
    several = 'made_up_filter:foo collection_id:"123" tag:"AAA"'
    answer = (await ask(UPDATE, input={"id": gid, "name": "A", "query": several}))["answer"]
    assert [(error["field"][1], error["message"]) for error in answer["userErrors"]] == [
        ("name", "Name has already been taken"),
        ("query", "Query is invalid, 'made_up_filter' is not a valid filter"),
        ("query", "Query has incompatible filters: collection_id, tag"),
    ]


async def test_a_reserved_filter_in_an_update_is_an_error_of_the_search_terms(ask: Asker) -> None:
    gid = (await saved(ask, "A", "status:open", "ORDER"))["id"]
    answer = (await ask(UPDATE, input={"id": gid, "query": "reference_location_id:42"}))["answer"]
    assert answer["userErrors"] == [
        {
            "field": ["input", "searchTerms"],
            "message": "Search terms is invalid, 'reference_location_id' is a reserved filter name",
        }
    ]
    assert answer["savedSearch"]["query"] == "reference_location_id:42"


@pytest.mark.parametrize(
    ("query", "echo", "read", "terms", "filters"),
    [
        ("*", "*", "*", "", [("default", "true")]),
        ("* tag:x", "* tag:x", "* tag:x", "", [("default", "true"), ("tag", "x")]),
        ("", "", "", "", []),
        (
            "metafields.$app.tier:gold",
            "metafields.app--OWN.tier:gold",
            r"metafields.app\-\-OWN.tier:gold",
            "",
            [("metafields.app--OWN.tier", "gold")],
        ),
        (
            "-metafields.$app:loyalty.tier:gold title:'metafields.$app.x'",
            "-metafields.app--OWN--loyalty.tier:gold title:'metafields.$app.x'",
            r'-metafields.app\-\-OWN\-\-loyalty.tier:gold title:"metafields.$app.x"',
            "",
            [("metafields.app--OWN--loyalty.tier_not", "gold"), ("title", "metafields.$app.x")],
        ),
    ],
)
async def test_projections_of_a_query(
    ask: Asker, query: str, echo: str, read: str, terms: str, filters: list[tuple[str, str]]
) -> None:
    app = str(await ask.one("SELECT app_id FROM tokens LIMIT 1"))
    echo, read = echo.replace("OWN", app), read.replace("OWN", app)
    filters = [(key.replace("OWN", app), value) for key, value in filters]
    made = await saved(ask, "A", query)
    expected = {"searchTerms": terms, "filters": [{"key": key, "value": value} for key, value in filters]}
    gid = made["id"]
    assert {**expected, "query": echo}.items() <= made.items()
    assert (await ask(READ, id=gid))["node"] == {**expected, "query": read}
    changed = (await ask(UPDATE, input={"id": gid, "query": query}))["answer"]
    assert changed["savedSearch"] == {**expected, "query": echo, "name": "A"}
