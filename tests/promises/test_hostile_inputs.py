"""Hostile inputs of each kind: every one is refused or answered within 100 ms of CPU on the event loop.

The time is that of the loop's thread: what runs in other threads does not keep anybody waiting.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.pace import Pace
from tests.shopify.caller import Caller

LIMIT = 0.1  # seconds of CPU

Input = str | tuple[str, Mapping[str, Any]]


def many(count: int, field: str) -> str:
    """A selection set with one field under many names."""
    return "{ " + " ".join(f"a{number}: {field}" for number in range(count)) + " }"


def nested(levels: int, value: Any = "x", key: str | None = None) -> Any:
    for _ in range(levels):
        value = [value] if key is None else {key: value}
    return value


def fragments(count: int, body: str, type_: str = "Shop") -> str:
    return " ".join(f"fragment f{number} on {type_} {{ {body.format(number + 1)} }}" for number in range(count))


def variable(type_: str, value: Any, field: str = "shop { id }") -> Input:
    return f"query ($x: {type_}) {{ {field} }}", {"x": value}


def search(text: str) -> Input:
    return "query ($x: String) { abandonedCheckouts(first: 1, query: $x) { nodes { id } } }", {"x": text}


SCHEMA = "__schema { types { fields { type { fields { name } } } } }"
TARGET = (
    "mutation ($x: String!) { webhookSubscriptionCreate(topic: APP_UNINSTALLED, webhookSubscription: {uri: $x}) "
    "{ userErrors { message } } }"
)

INPUTS: dict[str, dict[str, Input]] = {
    "alias": {
        "1,001 names": many(1_001, "__typename"),
        "10,000 counts": many(10_000, "abandonedCheckoutsCount { count }"),
        "300 lists": many(300, "abandonedCheckouts(first: 250) { nodes { id } }"),
        "names that conflict": "{ " + " ".join(f"a: shop {{ x{n}: id }} a: __typename" for n in range(700)) + " }",
        "a name of 100,000 letters": "{ " + "a" * 100_000 + ": __typename }",
        "one name 5,000 times": "{ " + "a: __typename " * 5_000 + "}",
        "unknown fields": many(900, "nothing { id }"),
    },
    "fragment": {
        "a circle": "{ shop { ...f0 } } " + fragments(2, "...f{}") + " fragment f2 on Shop { ...f0 }",
        "a circle of 190": "{ shop { ...f0 } } " + fragments(189, "...f{}") + " fragment f189 on Shop { ...f0 }",
        "doubling": "{ shop { ...f0 } } " + fragments(60, "...f{0} ...f{0}") + " fragment f60 on Shop { id }",
        "ten times ten": "{ shop { ...f0 } } " + fragments(12, "...f{0} " * 10) + " fragment f12 on Shop { id }",
        "itself": "{ shop { ...f } } fragment f on Shop { ...f ...f ...f }",
        "1,000 unused": "{ shop { id } } " + fragments(1_000, "id"),
        "unknown": "{ shop { " + "...nothing " * 2_000 + "} }",
        "inline, 500 deep": "{ shop { " + "... { " * 500 + "id" + " }" * 502,
        "inline, 2,000 beside": "{ shop { " + "... on Shop { id } " * 2_000 + "} }",
    },
    "directive": {
        "1,000 of one": "{ shop { id " + "@include(if: true) " * 1_000 + "} }",
        "199 of one": "{ shop { id " + "@skip(if: false) " * 199 + "} }",
        "1,000 unknown": "{ shop { id " + "@x " * 1_000 + "} }",
        "199 conditions": "query ("
        + " ".join(f"$b{n}: Boolean = true" for n in range(199))
        + ") { shop { "
        + " ".join(f"a{n}: id @include(if: $b{n})" for n in range(199))
        + " } }",
        "on everything": "query @a @a @a { shop @b @b { ... @c @c { id @d } } }",
        "huge argument": "{ shop { id @include(if: " + "[" * 60 + "true" + "]" * 60 + ") } }",
    },
    "introspection": {
        "200 schemas": many(200, SCHEMA),
        "two schemas": many(2, SCHEMA),
        "100 lists of types": "{ __schema " + many(100, "types { fields { name type { name } } }") + " }",
        "types of types": "{ __schema { types { fields { type " + "{ ofType " * 40 + "{ name }" + " }" * 44,
        "1,000 types": many(1_000, '__type(name: "Shop") { name }'),
        "by fragment": "{ ...f ...g } fragment f on QueryRoot { a: " + SCHEMA + " } "
        "fragment g on QueryRoot { b: " + SCHEMA + " }",
        "spread 200 times": "{ __schema { " + "...f " * 200 + "} } fragment f on __Schema { types { name } }",
        "a type that is none": ("query ($x: String!) { __type(name: $x) { name } }", {"x": "x" * 500_000}),
        "everything": "{ " + SCHEMA.replace("fields { name }", "name kind") + " shop { id } }",
    },
    "variable": {
        "900 nested lists for an ID": variable("ID!", nested(900)),
        "250 nested lists for IDs": variable("[ID!]!", nested(250)),
        "400 nested objects": variable("String", nested(400, key="a")),
        "100,000 ids": variable("[ID!]!", ["gid://shopify/Order/1"] * 100_000, "nodes(ids: $x) { id }"),
        "100,000 wrong ids": variable("[ID!]!", list(range(100_000)), "nodes(ids: $x) { id }"),
        "a text of 900,000": variable("ID!", "x" * 900_000, "node(id: $x) { id }"),
        "50,000 unknown": ("{ shop { id } }", {f"x{n}": n for n in range(50_000)}),
        "2,000 declared": ("query (" + " ".join(f"$a{n}: Int" for n in range(2_000)) + ") { shop { id } }", {}),
        "an object of 20,000 keys": variable("WebhookSubscriptionInput!", {f"k{n}": 1 for n in range(20_000)}),
        "a circle of defaults": "query ($x: Int = $x) { shop { id } }",
    },
    "literal": {
        "500 nested lists": "{ nodes(ids: " + "[" * 500 + "]" * 500 + ") { id } }",
        "63 nested objects": "{ shop(x: " + "{a: " * 62 + "1" + "}" * 62 + ") { id } }",
        "5,000 ids": "{ nodes(ids: [" + '"gid://shopify/Order/1" ' * 5_000 + "]) { id } }",
        "a megabyte": '{ node(id: "' + "x" * 900_000 + '") { id } }',
        "an open block text": '{ node(id: """' + '\\"""' * 50_000,
        "backslashes": '{ node(id: "' + "\\" * 200_000,
        "1,000 arguments": "{ shop(" + " ".join(f"a{n}: 1" for n in range(1_000)) + ") { id } }",
    },
    "number": {
        "a million digits": "{ abandonedCheckouts(first: " + "9" * 240_000 + ") { nodes { id } } }",
        "an exponent": "{ abandonedCheckouts(first: 1e999999999) { nodes { id } } }",
        "a fraction": "{ abandonedCheckouts(first: 1." + "0" * 200_000 + "1) { nodes { id } } }",
        "a negative page": "{ abandonedCheckouts(first: -2147483648) { nodes { id } } }",
        "a huge variable": variable("Int", 2**63, "abandonedCheckouts(first: $x) { nodes { id } }"),
        "digits in a search": search("id:" + "9" * 100_000),
        "an exponent in a search": search("total_price:>1e999999999"),
    },
    "search": {
        "words": search("a " * 200_000),
        "parentheses": search("(" * 8_000),
        "signs": search("-" * 8_000),
        "NOT": search("NOT " * 2_000),
        "OR": search("id:1 OR " * 1_000),
        "an open quote": search('"' + "\\" * 8_000),
        "stars": search("*" * 8_000),
        "dates": search("created_at:" + "2026-01-01T" * 700),
    },
    "URL": {
        "a megabyte": (TARGET, {"x": "https://" + "a" * 500_000}),
        "dots": (TARGET, {"x": "https://" + "a." * 100_000 + "com"}),
        "signs of a user": (TARGET, {"x": "https://" + "@" * 100_000}),
        "brackets": (TARGET, {"x": "https://[" + ":" * 100_000 + "]"}),
        "percent signs": (TARGET, {"x": "https://e.com/" + "%" * 100_000}),
        "another alphabet": (TARGET, {"x": "https://" + "ß" * 50_000 + ".com"}),
    },
    "Unicode": {
        "a surrogate": '{ node(id: "\\ud800") { id } }',
        "marks on one letter": search("a" + "\u0301" * 8_000),
        "direction marks": search("\u202e\u2066" * 4_000),
        "letters that grow": search("\ufdfa" * 8_000),
        "byte order marks": "\ufeff" * 240_000 + "{ shop { id } }",
        "empty names": "{ " + "\u200b" * 5_000 + " }",
        "NUL": '{ node(id: "\x00") { id } }' + "\x00" * 9_000,
        "flags": variable("ID!", "\U0001f1e6" * 100_000, "node(id: $x) { id }"),
    },
}


def test_the_table_has_many_inputs() -> None:
    assert sum(map(len, INPUTS.values())) >= 60


@pytest.mark.parametrize("kind", INPUTS)
async def test_a_hostile_input_costs_little(sqlite_caller: Caller, kind: str) -> None:
    await sqlite_caller.answer(
        "{ __schema { queryType { name } } shop { id } }"
    )  # creates objects that are created only once
    wrong = []
    for name, given in INPUTS[kind].items():
        query, variables = (given, {}) if isinstance(given, str) else given
        pace, text = Pace(LIMIT), query
        while pace.again():
            sqlite_caller.clock.now += 60_000_000  # the throttle is full again
            text += " #"  # refusals are kept
            with pace.attempt():
                response = await sqlite_caller.post(text, dict(variables))
            if response.status_code not in (200, 413) or "INTERNAL_SERVER_ERROR" in response.text:
                wrong.append(f"{name}: {response.status_code} {response.text[:200]}")
                break
        if not pace.is_kept:
            wrong.append(f"{name}: {pace}, {response.text[:100]}")
    assert not wrong, "\n".join(wrong)
