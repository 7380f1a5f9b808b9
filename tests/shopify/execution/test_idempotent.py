"""`@idempotent(key:)`: a mutation runs once for a key, and a repeated request receives the same bytes."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, text

from abandoned_checkouts.checkouts.moment import DAY, HOUR, MINUTE, SECOND
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tables import idempotent_requests
from abandoned_checkouts.work.retention import forget_settled_work
from tests.shopify.caller import Caller

CREATE = """mutation Save($name: String!, $key: String!) {
  savedSearchCreate(input: {resourceType: ORDER, name: $name, query: "status:open"}) @idempotent(key: $key) {
    savedSearch { id name }
    userErrors { field message }
  }
}"""


async def create(caller: Caller, name: str, key: str, **more: Any) -> dict[str, Any]:
    response = await caller.post(CREATE, {"name": name, "key": key}, **more)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def saved(caller: Caller) -> list[str]:
    database = await open_database(caller.settings.database_url)
    async with database.read() as connection:
        rows = await connection.execute(text("SELECT name FROM saved_searches ORDER BY id"))
        names = [row[0] for row in rows]
    await database.close()
    return names


def codes(answer: dict[str, Any]) -> list[str]:
    return [error["extensions"]["code"] for error in answer.get("errors", [])]


async def test_a_repeated_request_receives_the_first_response_byte_for_byte(caller: Caller) -> None:
    first, again = [(await caller.post(CREATE, {"name": "Open", "key": "k1"})).content for _ in range(2)]
    marker = b',"extensions":'
    assert first.partition(marker)[0] == again.partition(marker)[0]
    assert b'"userErrors":[]' in again
    assert await saved(caller) == ["Open"]


async def test_a_refused_input_is_repeated_too(caller: Caller) -> None:
    await create(caller, "Open", "k0")
    first = await create(caller, "Open", "k1")
    assert first["data"]["savedSearchCreate"]["userErrors"] == [
        {"field": ["input", "name"], "message": "Name has already been taken"}
    ]
    assert (await create(caller, "Open", "k1"))["data"] == first["data"]


@pytest.mark.parametrize(
    "other",
    [
        CREATE.replace("status:open", "status:closed"),
        CREATE.replace("ORDER", "PRODUCT"),
        CREATE.replace("id name", "id"),
        """mutation ($key: String!, $name: String!) {
          savedSearchDelete(input: {id: "gid://shopify/SavedSearch/1"}) @idempotent(key: $key) { shop { id } }
          again: savedSearchCreate(input: {resourceType: FILE, name: $name, query: "x"}) { userErrors { message } }
        }""",
    ],
)
async def test_a_key_belongs_to_one_mutation_with_its_arguments(sqlite_caller: Caller, other: str) -> None:
    await create(sqlite_caller, "Open", "k1")
    answer = await sqlite_caller.answer(other, {"name": "Open", "key": "k1"})
    assert codes(answer) == ["IDEMPOTENCY_KEY_PARAMETER_MISMATCH"]
    assert answer["errors"][0]["message"] == (
        "The same idempotency key cannot be used with different operation parameters."
    )
    (path,) = answer["errors"][0]["path"]
    assert answer["data"][path] is None
    assert answer["errors"][0]["locations"][0]["line"] > 1
    assert (await create(sqlite_caller, "Closed", "k1")).get("errors") is not None


async def test_a_literal_and_a_variable_are_the_same_argument(sqlite_caller: Caller) -> None:
    first = await create(sqlite_caller, "Open", "k1")
    literal = CREATE.replace("name: $name", 'name: "Open"').replace("$name: String!, ", "")
    again = await sqlite_caller.answer(literal, {"key": "k1"})
    assert again["data"] == first["data"]
    inline = CREATE.replace("$key)", '"k1")').replace(", $key: String!", "").replace("Save(", "Other(")
    assert (await sqlite_caller.answer(inline, {"name": "Open"}))["data"] == first["data"]
    assert await saved(sqlite_caller) == ["Open"]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("", "The idempotency key is blank. Use a unique text, for example a UUID."),
        (" \t", "The idempotency key is blank. Use a unique text, for example a UUID."),
        ("k" * 256, "The idempotency key has 256 characters; the maximum is 255."),
    ],
)
async def test_keys_are_1_to_255_characters_long(sqlite_caller: Caller, key: str, message: str) -> None:
    answer = await create(sqlite_caller, "Open", key)
    assert [error["message"] for error in answer["errors"]] == [message]
    assert codes(answer) == ["BAD_REQUEST"]
    assert await saved(sqlite_caller) == []
    longest = await create(sqlite_caller, "Open", "é" * 255)
    assert "errors" not in longest


async def test_several_mutations_of_one_document_have_keys_of_their_own(caller: Caller) -> None:
    document = """mutation {
      a: savedSearchCreate(input: {resourceType: ORDER, name: "A", query: "x"}) @idempotent(key: "a") { ...made }
      plain: savedSearchCreate(input: {resourceType: ORDER, name: "P", query: "x"}) { ...made }
      skipped: savedSearchCreate(input: {resourceType: ORDER, name: "S", query: "x"})
        @idempotent(key: "s") @skip(if: true) { ...made }
      ... on Mutation {
        b: savedSearchCreate(input: {resourceType: ORDER, name: "B", query: "x"}) @idempotent(key: "a") { ...made }
        __typename
      }
    }
    fragment made on SavedSearchCreatePayload { savedSearch { name } userErrors { message } }"""
    first = await caller.answer(document)
    assert list(first["data"]) == ["a", "plain", "b", "__typename"]
    assert first["data"]["a"] == {"savedSearch": {"name": "A"}, "userErrors": []}
    assert first["data"]["b"] is None
    assert codes(first) == ["IDEMPOTENCY_KEY_PARAMETER_MISMATCH"]
    assert first["errors"][0]["path"] == ["b"]
    again = await caller.answer(document)
    assert again["data"]["a"] == first["data"]["a"]
    assert again["data"]["plain"]["userErrors"] == [{"message": "Name has already been taken"}]
    assert await saved(caller) == ["A", "P"]


async def test_of_two_requests_at_once_one_executes(caller: Caller) -> None:
    answers = await asyncio.gather(*(create(caller, "Open", "k1") for _ in range(12)))
    executed = [answer for answer in answers if "errors" not in answer]
    assert len({str(answer["data"]) for answer in executed}) == 1
    assert {code for answer in answers for code in codes(answer)} <= {"IDEMPOTENCY_CONCURRENT_REQUEST"}
    assert await saved(caller) == ["Open"]
    assert (await create(caller, "Open", "k1"))["data"] == executed[0]["data"]


async def test_a_running_request_refuses_its_repetition_and_frees_the_key_if_it_ended_without_effect(
    caller: Caller,
) -> None:
    await create(caller, "Open", "k1")
    await change(caller, is_executed=False, response=None)
    running = await create(caller, "Open", "k1")
    assert codes(running) == ["IDEMPOTENCY_CONCURRENT_REQUEST"]
    assert running["errors"][0]["message"] == "This request is currently in progress, please try again."
    caller.clock.now += MINUTE
    taken_over = await create(caller, "Open", "k1")
    assert taken_over["data"]["savedSearchCreate"]["userErrors"] == [
        {"field": ["input", "name"], "message": "Name has already been taken"}
    ]


async def test_a_request_that_was_executed_without_a_response_does_not_run_again(caller: Caller) -> None:
    await create(caller, "Open", "k1")
    await change(caller, response=None)
    caller.clock.now += MINUTE
    answer = await create(caller, "Open", "k1")
    assert codes(answer) == ["IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"]
    assert answer["errors"][0]["message"] == (
        "A previous request with this idempotency key failed. Retry with a new idempotency key."
    )


async def test_a_key_is_known_for_24_hours(caller: Caller) -> None:
    first = await create(caller, "Open", "k1")
    caller.clock.now += 23 * HOUR
    assert (await create(caller, "Open", "k1"))["data"] == first["data"]
    caller.clock.now += HOUR
    later = await create(caller, "Open", "k1")
    assert later["data"]["savedSearchCreate"]["userErrors"] != []


async def test_a_refusal_before_execution_leaves_the_key_free(sqlite_caller: Caller) -> None:
    wrong = 'mutation { savedSearchDelete(input: {id: "nonsense"}) @idempotent(key: "k1") { userErrors { message } } }'
    refused = await sqlite_caller.post(wrong)
    assert "errors" in refused.json()
    assert "errors" not in await create(sqlite_caller, "Open", "k1")


async def test_apps_and_shops_have_keys_of_their_own(sqlite_caller: Caller) -> None:
    await create(sqlite_caller, "Open", "k1")
    foreign = await create(sqlite_caller, "Open", "k1", token="foreign")
    assert foreign["data"]["savedSearchCreate"]["savedSearch"]["name"] == "Open"
    assert await saved(sqlite_caller) == ["Open", "Open"]


async def test_a_query_ignores_the_directive(sqlite_caller: Caller) -> None:
    answer = await sqlite_caller.answer('{ shop @idempotent(key: "k1") { name } }')
    assert "errors" not in answer


async def test_retention_deletes_old_keys(caller: Caller) -> None:
    await create(caller, "Open", "k1")
    caller.clock.now += HOUR
    await create(caller, "Other", "k2")
    database = await open_database(caller.settings.database_url)
    await forget_settled_work(database, caller.clock.now + DAY - SECOND)
    async with database.read() as connection:
        rows = (await connection.execute(select(idempotent_requests.c.created_at))).scalars().all()
    await database.close()
    assert rows == [caller.clock.now]


async def change(caller: Caller, **values: Any) -> None:
    database = await open_database(caller.settings.database_url)
    async with database.begin() as connection:
        await connection.execute(idempotent_requests.update().values(values))
    await database.close()
