"""Every text is parsed, in time proportional to its length.

EXAMPLES=1000000 parses that many random and mutated texts. On failure the seed is printed.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from search_syntax import check, complete, explain, parse, parsed, predicate, refusal, split_filters, text
from search_syntax.parse import CACHED_LENGTH, _cached, _parse, cached_bytes
from search_syntax.parsed import JsonObject
from search_syntax.tree import ValueList
from tests.search_syntax.answers import tables
from tests.search_syntax.shop import FIELDS, NOW, RECORDS, ZONE
from tests.search_syntax.trees import examples, texts

SEED = 20261121
KNOWN = [row["query"] for rows in tables().values() for row in rows]
SIGNS = " \t\n():\\'\"*,-<>=.ab1zANDORNOT\u00a0\ufeff\x00\ud800\udfff\u202e\u200fé東😀\u0301\u2028ﬁİß"
PIECES = [
    "status:",
    "open",
    " OR ",
    " AND ",
    "NOT ",
    "created_at:>=",
    "'2024-01-01T00:00:00Z'",
    "gid://a/B/1",
    "*",
    "((",
    "))",
]


def everything_about(query_text: str) -> None:
    """Call every function of the package with a text."""
    query = parse(query_text)
    meaning = check(query, FIELDS, zone=ZONE, now=NOW)
    matches = predicate(meaning.root)
    assert all(matches(record) in (True, False) for record in RECORDS)
    parsed(query, FIELDS, zone=ZONE, now=NOW)
    explain(query, FIELDS, zone=ZONE, now=NOW)
    split_filters(query)
    complete(query_text, len(query_text), FIELDS, zone=ZONE, now=NOW)
    for warning in meaning.warnings[:3]:
        refusal(query, warning)
    assert parse(text(query.tree)).tree == query.tree


def mutated(chance: random.Random) -> str:
    """A known query or random characters, of which a few parts are removed, doubled, moved or replaced."""
    made = chance.choice(KNOWN) if chance.random() < 0.6 else "".join(chance.choices(SIGNS, k=chance.randint(0, 40)))
    for _ in range(chance.randint(0, 4)):
        at = chance.randint(0, len(made))
        to = chance.randint(at, min(len(made), at + 8))
        put = chance.choice(["", chance.choice(SIGNS), chance.choice(PIECES), made[at:to] * 2, chance.choice(KNOWN)])
        made = made[:at] + put + made[to:]
    return made


def test_mutated_texts_are_read() -> None:
    chance = random.Random(SEED)
    for number in range(examples(4000)):
        made = mutated(chance)
        try:
            tree = parse(made).tree
            if number % 20 == 0:
                everything_about(made)
        except Exception as problem:
            pytest.fail(f"seed {SEED}, text {number}: {made!r}: {problem!r}")
        assert tree.start <= tree.end


@settings(max_examples=min(examples(300), 50_000), deadline=None, suppress_health_check=list(HealthCheck))
@given(texts)
def test_all_is_said_of_any_text(query_text: str) -> None:
    everything_about(query_text)


SHAPES: dict[str, Callable[[int], str]] = {
    "open parentheses": lambda n: "(" * n,
    "closed parentheses": lambda n: ")" * n,
    "pairs": lambda n: "(" * n + "a" + ")" * n,
    "And in And": lambda n: "(a " * n,
    "Or in Or": lambda n: "(a OR " * n,
    "And in Or in And": lambda n: "(a OR (b " * (n // 2),
    "Not of Or of Not": lambda n: "-(a OR " * n,
    "unknown in Or in And": lambda n: "(x:1 OR (a " * (n // 2),
    "minus signs": lambda n: "-" * n + "a",
    "words": lambda n: "bob " * n,
    "ORs": lambda n: "bob OR " * n,
    "keywords": lambda n: "AND OR NOT " * (n // 2),
    "fields": lambda n: "a:" * n,
    "spaced fields": lambda n: "a: b " * n,
    "comparisons": lambda n: "created_at:>2024-01-01 " * n,
    "a list": lambda n: "id:" + "1," * n,
    "stars": lambda n: "*" * n,
    "backslashes": lambda n: "\\" * n,
    "quotes": lambda n: "' " * n,
    "one word": lambda n: "a" * n,
    "one field": lambda n: "a" * n + ":" + "b" * n,
    "spaces": lambda n: " " * n,
    "colons": lambda n: ": " * n,
    "commas": lambda n: ",:" * n,
    "brackets": lambda n: "a:<" * n,
    "gids": lambda n: "id:gid:/" * n,
    "nothing Unicode": lambda n: "\u202e\ufeff\x00\ud800😀" * (n // 4),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_ten_thousand_deep_and_up_to_64_kib(shape: str) -> None:
    everything_about(SHAPES[shape](1000))
    query = parse(SHAPES[shape](10_000)[: 64 * 1024])
    meaning = check(query, FIELDS, zone=ZONE, now=NOW)
    assert predicate(meaning.root)(RECORDS[0]) in (True, False)
    assert parse(text(query.tree)).tree == query.tree


@pytest.mark.parametrize("shape", SHAPES)
def test_time_grows_with_length(shape: str) -> None:
    """Ten times the text takes no more than twelve times as long; the quickest of a few runs each."""
    short, long = SHAPES[shape](300), SHAPES[shape](3000)
    ratios = []
    for _ in range(8):  # other work on the machine may disturb some by taking the cache
        ratios.append(quickest(long, 3) / max(quickest(short, 6), 0.0001))
        if ratios[-1] <= 12:
            return
    pytest.fail(f"{len(long)} characters took {ratios} times as long as {len(short)} characters")


def quickest(query_text: str, runs: int) -> float:
    """CPU seconds for one reading, whatever else runs here: without the garbage collector, which goes through all
    that the process holds."""
    best = 1e9
    gc.disable()
    for _ in range(runs):
        start = time.thread_time()
        query = _parse(query_text)
        best = min(best, time.thread_time() - start)
        del query
    gc.enable()
    return best


def test_a_deep_tree_is_compared_hashed_and_shown() -> None:
    query_text = "-(a OR " * 10_000
    one, other = parse(query_text).tree, parse(query_text + "b").tree
    assert one == parse(query_text).tree
    assert one != other
    assert hash(one) == hash(parse(query_text).tree)
    assert repr(one).startswith("Not(Or(Term('default', 'a'), Not(Or(")


def test_parsed_is_never_deeper_than_json_writers_go() -> None:
    query = parse("-(a OR " * 5000 + "b")
    depth, node = 0, parsed(query, FIELDS, zone=ZONE, now=NOW)
    waiting: list[tuple[JsonObject, int]] = [(node, 1)]
    while waiting:
        one, level = waiting.pop()
        depth = max(depth, level)
        inner = one.get("or", []) + one.get("and", []) + ([one["not"]] if "not" in one else [])
        waiting.extend((part, level + 1) for part in inner)
    assert 90 < depth < 110


def test_what_is_remembered_is_bounded() -> None:
    assert parse("some text") is parse("some text")
    assert _cached.cache_info().maxsize == 512
    held = _cached.cache_info().currsize
    parse("x" * (CACHED_LENGTH + 1))
    assert _cached.cache_info().currsize == held


@pytest.mark.parametrize(
    ("query", "start", "end"),
    [("-bob", 0, 4), ("NOT bob", 0, 7), ("  -bob ", 2, 6), ("a -bob", 0, 6)],
)
def test_places_of_a_negation(query: str, start: int, end: int) -> None:
    tree = parse(query).tree
    assert (tree.start, tree.end) == (start, end)


def test_a_kept_search_counts_with_the_most_that_it_can_take() -> None:
    before = cached_bytes()
    parse("a search that no other test parses")
    parse("a search that no other test parses")
    assert cached_bytes() - before in (0, 150 * CACHED_LENGTH)  # 0 if the cache is full
    assert 150 * CACHED_LENGTH <= cached_bytes() <= 512 * 150 * CACHED_LENGTH


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("bob sta*", [(0, 0, 3), (4, 4, 8)]),
        ("bob status:*", [(0, 0, 3), (4, 11, 12)]),
        ("bob status:op*", [(0, 0, 3), (4, 11, 14)]),
        ('bob note:"a b"', [(0, 0, 3), (4, 9, 14)]),
        ("bob status:", [(0, 0, 3), (4, 11, 11)]),
        ("bob id:>7", [(0, 0, 3), (4, 8, 9)]),
        ("bob id:>=", [(0, 0, 3), (4, 9, 9)]),
    ],
)
def test_places_of_terms_and_of_their_values(query: str, places: list[tuple[int, int, int]]) -> None:
    tree: Any = parse(query).tree
    assert [(each.start, each.value_start, each.end) for each in tree.operands] == places


def test_places_of_the_values_of_a_list() -> None:
    tree = parse("tag:vip,new*").tree
    assert isinstance(tree, ValueList)
    assert [(each.start, each.value_start, each.end) for each in (tree, *tree.values)] == [
        (0, 4, 12),
        (4, 4, 7),
        (8, 8, 12),
    ]
