"""docs/glossary.md: each name in it can be imported, and the terms are sorted."""

import re
from pydoc import locate

import pytest

from tests.places import DOCS, ROOT

PAGE = (DOCS / "glossary.md").read_text()
ROWS = re.findall(r"^\| ([^|]+) \| ([^|]+) \| `([\w.]+)` \|$", PAGE, re.MULTILINE)
TERMS = [term for term, _, _ in ROWS]


def test_all_of_the_table_is_read() -> None:
    lines = [line for line in PAGE.splitlines() if line.startswith("|")]
    assert len(ROWS) == len(lines) - 2 >= 40


@pytest.mark.parametrize(("term", "meaning", "name"), ROWS, ids=TERMS)
def test_each_name_can_be_imported(term: str, meaning: str, name: str) -> None:
    path = name if name.startswith("search_syntax") else f"abandoned_checkouts.{name}"
    assert locate(path) is not None, f"{term}: {path} does not exist"


@pytest.mark.parametrize(("term", "meaning", "name"), ROWS, ids=TERMS)
def test_a_term_has_one_sentence(term: str, meaning: str, name: str) -> None:
    assert meaning.endswith(".") and ". " not in meaning


def test_terms_are_in_order_and_occur_once() -> None:
    assert sorted(set(TERMS)) == TERMS


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_the_pages_for_readers_link_to_it(page: str) -> None:
    assert "(docs/glossary.md)" in (ROOT / page).read_text()
