"""Every message is as Singer's specification says, and a run that was interrupted continues without loss or doubles.

The specification: https://hub.meltano.com/singer/spec. MESSAGES is its text as JSON schemas, checked by `problems`.
"""

from typing import Any

import pytest

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.demo.demo_token import DOMAIN
from abandoned_checkouts.demo.fill import fill
from abandoned_checkouts.exporting.singer import SingerError, catalog, messages, positions_in, selected_streams
from abandoned_checkouts.store.checkouts.delete_checkouts import delete_checkouts
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.privacy.erase_person import erase_person
from abandoned_checkouts.store.privacy.find_person import find_person
from abandoned_checkouts.store.tenants.shops import find_shop

NOW = 1_790_000_000_000_000
COMPLETE = {
    entry["stream"]
    for entry in catalog()["streams"]
    if entry["metadata"][0]["metadata"]["forced-replication-method"] == "FULL_TABLE"
}
NAMES = {"type": "array", "items": {"type": "string"}}
MESSAGES: dict[str, dict[str, Any]] = {
    "SCHEMA": {
        "type": "object",
        "required": ["type", "stream", "schema", "key_properties"],
        "additionalProperties": False,
        "properties": {
            "type": {"type": "string"},
            "stream": {"type": "string"},
            "schema": {"type": "object", "required": ["type", "properties"], "properties": {}},
            "key_properties": NAMES,
            "bookmark_properties": NAMES,
        },
    },
    "RECORD": {
        "type": "object",
        "required": ["type", "stream", "record"],
        "additionalProperties": False,
        "properties": {
            "type": {"type": "string"},
            "stream": {"type": "string"},
            "record": {"type": "object", "properties": {}},
            "time_extracted": {"type": "string"},
        },
    },
    "STATE": {
        "type": "object",
        "required": ["type", "value"],
        "additionalProperties": False,
        "properties": {"type": {"type": "string"}, "value": {"type": "object", "properties": {}}},
    },
}
TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


def problems(schema: dict[str, Any], value: Any, place: str = "") -> list[str]:
    """What is wrong with a value, by the keywords of JSON schema that occur in these schemas."""
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    if not any(isinstance(value, TYPES[kind]) and (kind == "boolean" or value is not True) for kind in kinds):
        return [f"{place}: {value!r} is not of type {kinds}"]
    found = []
    if isinstance(value, dict):
        found += [f"{place}: {name} is missing" for name in schema.get("required", ()) if name not in value]
        for name, part in value.items():
            if name in schema["properties"]:
                found += problems(schema["properties"][name], part, f"{place}.{name}")
            elif not schema.get("additionalProperties", True):
                found.append(f"{place}: {name} is unknown")
    if isinstance(value, list) and "items" in schema:
        found += [each for part in value for each in problems(schema["items"], part, place)]
    return found


async def run(
    store: Database, shop: Shop, state: Any = None, chosen: Any = None, stop_after: int | None = None
) -> list[dict[str, Any]]:
    """The messages of a run; with `stop_after`, only those up to this number of STATE messages."""
    found: list[dict[str, Any]] = []
    streams = selected_streams(chosen)
    async for message in messages(store, shop, streams, positions_in(state or {}), "2026-01-01T00:00:00Z"):
        found.append(message)
        if stop_after is not None and sum(each["type"] == "STATE" for each in found) == stop_after:
            break
    return found


def records(found: list[dict[str, Any]]) -> list[tuple[str, Any]]:
    return [(each["stream"], each["record"]) for each in found if each["type"] == "RECORD"]


def last_state(found: list[dict[str, Any]]) -> Any:
    return [each["value"] for each in found if each["type"] == "STATE"][-1]


@pytest.fixture
async def demo(store: Database) -> Shop:
    await fill(store, checkouts=300, seed=5, now=NOW)
    async with store.read() as connection:
        shop = await find_shop(connection, DOMAIN)
    assert shop is not None
    return shop


async def test_every_message_is_as_specified(store: Database, demo: Shop) -> None:
    schemas: dict[str, Any] = {}
    found = await run(store, demo)
    for message in found:
        assert problems(MESSAGES[message["type"]], message) == []
        if message["type"] == "SCHEMA":
            assert set(message["key_properties"]) <= set(message["schema"]["properties"])
            schemas[message["stream"]] = message
        elif message["type"] == "RECORD":
            schema = schemas[message["stream"]]
            strict = {**schema["schema"], "additionalProperties": False, "required": schema["key_properties"]}
            assert problems(strict, message["record"]) == []
    assert [each["type"] for each in found[:9]] == ["SCHEMA"] * 9 and set(schemas) == {
        entry["stream"] for entry in catalog()["streams"]
    }
    assert {name for name, _ in records(found)} >= {
        "abandoned_checkout",
        "line_item",
        "customer",
        "address",
        "activity",
    }


async def test_a_stopped_run_continues_without_loss_or_doubles(store: Database, demo: Shop) -> None:
    whole = await run(store, demo)
    first = await run(store, demo, stop_after=1)
    second = await run(store, demo, last_state(first))
    assert records(first) + records(second) == records(whole)
    assert last_state(second) == last_state(whole) and records(first) and records(second)
    # Streams that are declared as complete are sent by each run, the others not again.
    complete = [row for row in records(whole) if row[0] in COMPLETE]
    assert records(await run(store, demo, last_state(whole))) == complete and complete
    # A stream that is new in the catalog starts at the beginning; the others do not start again.
    state = last_state(whole)
    del state["bookmarks"]["line_item"]
    again = records(await run(store, demo, state))
    assert again == [each for each in records(whole) if each[0] == "line_item"] + complete


async def test_deletions_and_erasures_are_records(store: Database, demo: Shop) -> None:
    whole = await run(store, demo)
    rows = [row for name, row in records(whole) if name == "abandoned_checkout" and row["email"]]
    gone, erased = rows[0], next(row for row in rows if row["email"] != rows[0]["email"])
    async with store.begin() as connection:
        await delete_checkouts(connection, demo, [gone["id"]], now=NOW)
        await erase_person(connection, demo, await find_person(connection, demo, email=erased["email"]), NOW)
    found = await run(store, demo, last_state(whole))
    (deleted,) = [row for name, row in records(found) if name == "abandoned_checkout" and row["_sdc_deleted_at"]]
    assert deleted["id"] == gone["id"]
    (erasure,) = [row for name, row in records(found) if name == "erasure"]
    assert erased["email_hash"] in erasure["hashes"] and erased["email"] not in str(found)


async def test_a_catalog_selects_streams_and_columns(store: Database, demo: Shop) -> None:
    chosen = catalog()
    for entry in chosen["streams"]:
        entry["metadata"][0]["metadata"]["selected"] = entry["stream"] == "customer"
        for mark in entry["metadata"][1:]:
            mark["metadata"]["selected"] = mark["breadcrumb"][1] == "number_of_orders"
    found = records(await run(store, demo, chosen=chosen))
    assert {name for name, _ in found} == {"customer"}
    assert {tuple(row) for _, row in found} == {("id", "number_of_orders", "change_position", "_sdc_deleted_at")}


@pytest.mark.parametrize(
    ("read", "value", "message"),
    [
        (selected_streams, [], "the catalog must be an object with the list"),
        (selected_streams, {"streams": [{"stream": "carts"}]}, "the catalog has the unknown stream 'carts'"),
        (positions_in, [], "the state must be an object"),
        (positions_in, {"bookmarks": {"customer": {"change_position": "3"}}}, "the state of customer must have"),
    ],
)
def test_wrong_files_are_refused(read: Any, value: Any, message: str) -> None:
    with pytest.raises(SingerError, match=message):
        read(value)
