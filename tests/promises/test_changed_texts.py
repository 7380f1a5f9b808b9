"""The list of changed texts, folder changed_texts, agrees with the code: each new text occurs there.

A new text is compared word by word. A part of it has to be in the code as it is: three words in a row, or a whole
literal, such as the text between two values of an f-string. The words that this does not find are values: they are in
the old text too, or numbers, or names of settings. So an entry fails as soon as somebody rewrites the message again.
"""

import ast
import os
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from tests.places import ROOT
from tests.promises.same_bytes.behaviour import Behaviour, has_same_rest, read_behaviours
from tests.promises.same_bytes.comparison import RANDOM, read_changes, rematched

LISTS = Path(__file__).with_name("changed_texts")
TEXT_FILES = (".html", ".toml", ".ts", ".tsx", ".graphql")
# Help is printed in frames.
FRAME = re.compile("[│╭╮╰╯─]+")
WORD = re.compile(r"\w+|[^\w\s]")
PUNCTUATION = re.compile(r"[^\w\s]")
VALUE = re.compile(r"\d+|ABANDONED_CHECKOUTS_\w+")
IN_A_ROW = 3

CHANGES = [(path.stem, change) for path in sorted(LISTS.glob("*.toml")) for change in read_changes(path)]


def words_of(text: str) -> list[str]:
    return WORD.findall(FRAME.sub(" ", text))


def literals() -> Iterator[str]:
    """Every text that the program can print: literals, docstrings, templates, files of texts, the explorer."""
    yield (ROOT / "schema.graphql").read_text(encoding="utf-8")
    for top in ("app", "search_syntax"):
        for folder, folders, names in os.walk(ROOT / top):
            folders[:] = [name for name in folders if name not in ("node_modules", "dist")]
            for path in (Path(folder, name) for name in names):
                if path.suffix == ".py":
                    yield from python_literals(path.read_text(encoding="utf-8"))
                elif path.suffix in TEXT_FILES:
                    yield path.stem
                    yield path.read_text(encoding="utf-8")


def python_literals(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@cache
def rows(length: int) -> frozenset[tuple[str, ...]]:
    """Every `length` words in a row that the code has, and its literals of fewer words."""
    found: set[tuple[str, ...]] = set()
    for text in literals():
        words = tuple(words_of(text))
        found.update(words[start : start + length] for start in range(max(1, len(words) - length + 1)))
    return frozenset(found)


def unknown_words(becomes: str, was: str) -> list[str]:
    """The words of the new text that are neither in a row of the code nor values."""
    words, old = words_of(becomes), set(words_of(was))
    known, found = rows(min(IN_A_ROW, len(words))), set[int]()
    for length in range(1, IN_A_ROW + 1):
        for start in range(len(words) - length + 1):
            if tuple(words[start : start + length]) in known:
                found.update(range(start, start + length))
    return [word for at, word in enumerate(words) if not (at in found or word in old or is_value(word))]


def is_value(word: str) -> bool:
    return VALUE.fullmatch(word) is not None or PUNCTUATION.fullmatch(word) is not None


@pytest.mark.parametrize("area", sorted({area for area, _ in CHANGES}))
def test_each_new_text_is_in_the_code(area: str) -> None:
    stale = {
        change.becomes: unknown
        for each, change in CHANGES
        if each == area and (unknown := unknown_words(change.becomes, change.was))
    }
    assert not stale, f"changed_texts/{area}.toml names texts with words that the code does not have: {stale}"


def test_no_text_is_listed_twice() -> None:
    was = sorted(change.was for _, change in CHANGES)
    assert [first for first, second in pairwise(was) if first == second] == []


def test_each_behaviour_is_a_sentence_and_covers_only_records_in_which_it_shows() -> None:
    record = {"name": "x", "request": "x", "status": 200, "headers": [], "body": "x"}
    behaviours = read_behaviours(LISTS)
    assert len({each.what for each in behaviours}) == len(behaviours) > 10
    for each in behaviours:
        assert re.fullmatch(r"\w.*\.", each.what), each.what
        assert not each.covers(record, record) and not each.covers(None, record), each.what
        assert [bool(each.differs), each.shows is not None, each.only_in_one].count(True) == 1, each.what


def test_parts_that_may_differ_explain_nothing_else() -> None:
    old = {"name": "graphql x", "request": "x", "status": 200, "headers": [["a", "b"]], "body": '{"cost":3,"id":1}'}
    cost = Behaviour("Costs differ.", re.compile("^graphql"), [re.compile(r'(?P<kept>"cost":)\d+')])
    assert has_same_rest(old, {**old, "body": '{"cost":12,"id":1}'}, [cost], RANDOM) and cost.uses == 1
    assert not has_same_rest(old, {**old, "body": '{"cost":12,"id":2}'}, [cost], RANDOM)
    assert not has_same_rest(
        {**old, "name": "wix"}, {**old, "name": "wix", "body": '{"cost":4,"id":1}'}, [cost], RANDOM
    )
    assert not has_same_rest(None, old, [cost], RANDOM) and cost.uses == 1


def test_webhooks_are_paired_by_their_content() -> None:
    first, second = ({"name": "webhook x", "request": "x", "body": body} for body in "ab")
    other = {"name": "graphql", "request": "x", "body": "c"}
    pairs = [(first, second), (second, first), (other, None), (first, None)]
    expected = [(first, first), (second, second), (other, None), (first, None)]
    assert list(rematched(pairs, lambda record: str(record["body"]))) == expected


def test_an_entry_changes_its_text() -> None:
    assert [change for _, change in CHANGES if change.was == change.becomes] == []


@pytest.mark.parametrize(
    ("becomes", "unknown"),
    [
        ("the name has 48 characters; the maximum is 40", []),
        ("the name has 48 characters; the ceiling is 40", ["ceiling"]),
        ("there is no shop nowhere.example; consult the directory", ["consult", "directory"]),
    ],
)
def test_a_text_that_the_code_does_not_have_is_noticed(becomes: str, unknown: list[str]) -> None:
    was = "the name has 48 characters; 40 are the most: there is no shop nowhere.example"
    assert unknown_words(becomes, was) == unknown
